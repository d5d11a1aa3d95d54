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
    if not isinstance(tree, exp.Select):
        return []
    found = _WHOLE.search(question) or _WHOLE_KOREAN.search(question)
    whole = normal(found[1]) if found else ""
    return [*(_moved(tree, whole, hits) if whole else ()), *_split(tree, whole, hits)]


def _split(select: exp.Select, whole: str, hits: Sequence[ValueHit]) -> Iterator[str]:
    """A ratio of a sum to itself: what is said of the part alone is no condition of both."""
    where = select.args.get("where")
    ratios = [
        d for d in select.find_all(exp.Div) if _figure(d.this) is not None and _figure(d.this) == _figure(d.expression)
    ]
    if where is None or len(ratios) != 1 or ratios[0].find_ancestor(exp.Select) is not select:
        return
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    of_part = [p for p in parts if _compares(p) and not _is_of(p, whole, hits)]
    figure = ratios[0].this.find(exp.Sum, exp.Count)
    if not of_part or figure is None:
        return
    what = figure.this if isinstance(figure, exp.Sum) else exp.Literal.number(1)
    when = exp.If(this=exp.and_(*(p.copy() for p in of_part)), true=what.copy())
    figure.replace(exp.Sum(this=exp.Case(ifs=[when], default=exp.Literal.number(0))))
    kept = [p for p in parts if p not in of_part]
    select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    yield f"{' and '.join(p.sql() for p in of_part)} is of the part, not of the whole"


def _figure(side: exp.Expression) -> exp.Expression | None:
    """SUM(x) of 100.0 * SUM(x)."""
    found = list(side.find_all(exp.Sum, exp.Count))
    return found[0] if len(found) == 1 else None


def _compares(condition: exp.Expression) -> bool:
    return (
        isinstance(condition, exp.EQ)
        and isinstance(condition.this, exp.Column)
        and isinstance(condition.expression, exp.Literal)
        and bool(condition.expression.is_string)
    )


def _moved(select: exp.Select, whole: str, hits: Sequence[ValueHit]) -> Iterator[str]:
    for ratio in list(select.find_all(exp.Div)):
        if ratio.find_ancestor(exp.Select) is not select:
            continue
        below = ratio.expression.sql()
        for case in list(ratio.this.find_all(exp.If)):
            parts = list(case.this.flatten()) if isinstance(case.this, exp.And) else [case.this]
            of_whole = [p for p in parts if _is_of(p, whole, hits) and p.sql() not in below]
            rest = [p for p in parts if p not in of_whole]
            if not of_whole or (not rest and isinstance(case.args["true"], exp.Literal)):
                continue
            for part in of_whole:
                select.where(part.copy(), copy=False)
                yield f"{part.sql()} is of the whole, not only of the part"
            case.set("this", exp.and_(*rest) if rest else exp.true())


def _is_of(condition: exp.Expression, whole: str, hits: Sequence[ValueHit]) -> bool:
    """It compares a column with a value that the words for the whole have."""
    if not _compares(condition):
        return False
    literal = condition.expression
    said = {normal(literal.this), *(h.phrase for h in hits if h.value == literal.this)}
    return any(f" {phrase}" in f" {whole}" for phrase in said if phrase)
