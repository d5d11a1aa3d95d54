"""Shares: a condition on what is taken as the whole belongs to both sides of the ratio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from catalog_sync.documents import normal
from plugin.generator.ask import ValueHit

_WHOLE = re.compile(
    r"\b(?:percent(?:age)?|share|proportion|fraction|%)\s+of\s+(.*?)(?:\b(?:are|is|was|were|have|has|had|did|do|does|came"
    r"|comes|went|goes|arrived|fell|ended)\b|[?.]|$)",
    re.IGNORECASE,
)
_WHOLE_KOREAN = re.compile(r"^(.*?)\s?(?:중에서|중에|중|가운데)(?=\s).*(?:비율|비중|퍼센트|%|몇\s?프로)")


def repair(tree: exp.Expression, question: str, hits: Sequence[ValueHit]) -> list[str]:
    """`SUM(CASE WHEN mode = 'AIR' THEN late END) / SUM(lines)` of "what share of the lines by air is late": the mode
    becomes a condition of the whole statement. Works in place on the outermost SELECT; returns notes."""
    found = _WHOLE.search(question) or _WHOLE_KOREAN.search(question)
    if not isinstance(tree, exp.Select) or found is None:
        return []
    return list(_moved(tree, normal(found[1]), hits))


def _moved(select: exp.Select, whole: str, hits: Sequence[ValueHit]) -> Iterator[str]:
    for ratio in list(select.find_all(exp.Div)):
        if ratio.find_ancestor(exp.Select) is not select:
            continue
        below = ratio.expression.sql()
        for case in list(ratio.this.find_all(exp.If)):
            parts = list(case.this.flatten()) if isinstance(case.this, exp.And) else [case.this]
            of_whole = [p for p in parts if _is_of(p, whole, hits) and p.sql() not in below]
            rest = [p for p in parts if p not in of_whole]
            if not of_whole:
                continue
            for part in of_whole:
                select.where(part.copy(), copy=False)
                yield f"{part.sql()} is of the whole, not only of the part"
            case.set("this", exp.and_(*rest) if rest else exp.true())


def _is_of(condition: exp.Expression, whole: str, hits: Sequence[ValueHit]) -> bool:
    """It compares a column with a value that the words for the whole have."""
    if not isinstance(condition, exp.EQ) or not isinstance(condition.this, exp.Column):
        return False
    literal = condition.expression
    if not isinstance(literal, exp.Literal) or not literal.is_string:
        return False
    said = {normal(literal.this), *(h.phrase for h in hits if h.value == literal.this)}
    return any(f" {phrase}" in f" {whole}" for phrase in said if phrase)
