"""How many things there are of which something is said: the groups are counted, not the rows in each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from backends.vectors.tokens import terms

_HOW_MANY = re.compile(
    r"\bhow many (?:of (?:the|our) |different |distinct )?([a-z]+)|\b(?:number|count) of\b|몇|수[는은가]?",
    re.IGNORECASE,
)
_KOREAN_THINGS = re.compile(r"몇\s?(?:곳|군데|명|분|개|가지|종|대|사람)(?![가-힣]*\s?(?:이상|이하))\S*(?:\s\S+)?$")
_EACH = re.compile(r"\b(?:each|every|per|by|respectively)\b|별(?:로|\s|$)|마다|각", re.IGNORECASE)


def repair(tree: exp.Expression, question: str) -> list[str]:
    """Works in place on the outermost SELECT; returns notes."""
    return list(_groups(tree, question)) if isinstance(tree, exp.Select) else []


def _groups(select: exp.Select, question: str) -> Iterator[str]:
    """`COUNT(DISTINCT a) ... GROUP BY a HAVING ...` is 1 for each that is left."""
    group, having, asked = select.args.get("group"), select.args.get("having"), _HOW_MANY.search(question)
    if group is None or having is None or asked is None or select.args.get("limit") or _EACH.search(question):
        return
    columns = [g for g in group.expressions if isinstance(g, exp.Column)]
    if len(columns) < len(group.expressions) or not _counts_groups(select, columns, asked, question):
        return
    for alias in [s for s in select.selects if s.alias]:
        for named in [c for c in having.find_all(exp.Column) if not c.table and c.name == alias.alias]:
            named.replace(alias.unalias().copy())
    inner = exp.Select(**{k: v for k, v in select.args.items() if k in ("from_", "joins", "where", "group", "having")})
    inner.set("expressions", [c.copy() for c in columns])
    outer = exp.select(exp.Count(this=exp.Star())).from_(inner.subquery("counted"))
    for part in ("joins", "where", "group", "having", "order", "distinct"):
        select.set(part, None)
    select.set("expressions", outer.expressions)
    select.set("from_", outer.args["from_"])
    yield f"counted the groups by {', '.join(c.name for c in columns)}"


def _counts_groups(select: exp.Select, columns: list[exp.Column], asked: re.Match[str], question: str) -> bool:
    """Nothing but a count is put out, or the question counts what the groups are."""
    if len(select.selects) == 1 and isinstance(select.selects[0].unalias(), exp.Count):
        return True
    if asked[1]:
        return bool(set(terms(asked[1])) & {t for c in columns for t in terms(c.name)})
    return _KOREAN_THINGS.search(question.rstrip(" ?.")) is not None
