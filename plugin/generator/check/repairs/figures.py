"""Figures that nobody means: averages of averages, sums of keys, shares of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from plugin.generator.check.schema import Schema

_ROWS_KOREAN = re.compile(r"(?<![가-힣])몇\s?건|[가-힣]\s?건수")
_QUANTITIES = re.compile(
    r"(?:^|_)(?:qty|quantity|amount|amt|units|volume|value|price|cost|revenue)(?:_|$)", re.IGNORECASE
)


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT; returns notes."""
    if not isinstance(tree, exp.Select):
        return []
    return [
        *_averaged_twice(tree),
        *_added_up_keys(tree, schema),
        *_rows_not_quantities(tree, question),
        *_shares_of_themselves(tree),
        *_unseen_groups(tree),
    ]


def _averaged_twice(select: exp.Select) -> Iterator[str]:
    """AVG(x) * 100 / COUNT(*) divides by the rows again."""
    for ratio in list(select.find_all(exp.Div)):
        above, below = ratio.this.unnest(), ratio.expression.unnest()
        if isinstance(below, exp.Count) and above.find(exp.Avg) and not above.find(exp.Sum, exp.Count):
            yield f"{above.sql()} is an average already"
            ratio.replace(above)


def _added_up_keys(select: exp.Select, schema: Schema) -> Iterator[str]:
    """SUM(order_id) is the number of orders."""
    known = schema.read_by(select)
    for total in list(select.find_all(exp.Sum)):
        column = total.this
        owners = [t for a, t in known.items() if isinstance(column, exp.Column) and column.table.casefold() in ("", a)]
        if any(t.primary_key == (column.name,) for t in owners):
            yield f"counted {column.name}, which is a key"
            total.replace(exp.Count(this=column.copy()))


def _rows_not_quantities(select: exp.Select, question: str) -> Iterator[str]:
    """몇 건 asks for a number of rows, not for what they add up to."""
    totals = list(select.find_all(exp.Sum))
    if not _ROWS_KOREAN.search(question) or len(totals) != 1 or select.find(exp.Count, exp.Avg):
        return
    column = totals[0].this
    if isinstance(column, exp.Column) and _QUANTITIES.search(column.name) and len(select.selects) < 3:
        yield f"counted the rows instead of adding up {column.name}"
        totals[0].replace(exp.Count(this=exp.Star()))


def _shares_of_themselves(select: exp.Select) -> Iterator[str]:
    """`COUNT(CASE WHEN late THEN 1 END) / COUNT(*) ... WHERE late = TRUE` is 1: what the part is said to be is no
    condition of the whole."""
    where = select.args.get("where")
    ratios = [d for output in select.selects for d in output.find_all(exp.Div)]
    if where is None or not ratios:
        return
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    counted = {_flag(case.this) for ratio in ratios for case in ratio.this.find_all(exp.If)} - {""}
    kept = [p for p in parts if _flag(p) not in counted]
    if len(kept) < len(parts):
        yield f"{', '.join(sorted(counted))} is of the part, not of the whole"
        select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)


def _flag(condition: exp.Expression) -> str:
    """What is compared with what, as text: of `late`, `late = TRUE`, `NOT late`, a comparison with a text; "" of any
    other."""
    is_no = isinstance(condition, exp.Not)
    one = condition.this.unnest() if is_no else condition
    if isinstance(one, exp.Column):
        return f"{one.name.casefold()} = {not is_no}"
    if is_no or not isinstance(one, exp.EQ) or not isinstance(one.this, exp.Column):
        return ""
    if isinstance(one.expression, exp.Boolean):
        return f"{one.this.name.casefold()} = {bool(one.expression.this)}"
    return f"{one.this.name.casefold()} = {one.expression.sql()}" if isinstance(one.expression, exp.Literal) else ""


def _unseen_groups(select: exp.Select) -> Iterator[str]:
    """A figure for each of something that is not shown: nobody can tell whose it is."""
    group = select.args.get("group")
    outputs = [s.unalias() for s in select.selects]
    if group is None or select.args.get("having") or select.args.get("limit") or select.args.get("order"):
        return
    if not outputs or not all(output.find(exp.AggFunc) for output in outputs):
        return
    where = select.args.get("where")
    one = {e.this.name for e in (where.find_all(exp.EQ) if where is not None else ()) if isinstance(e.this, exp.Column)}
    unseen = [g for g in group.expressions if isinstance(g, exp.Column) and g.name not in one]
    if len(unseen) == len(group.expressions) <= 2:
        select.set("expressions", [*(g.copy() for g in unseen), *select.selects])
        yield f"shows {', '.join(g.name for g in unseen)} too, by which it groups"
