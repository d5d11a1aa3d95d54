"""Figures of several values in columns of their own, where rows say the same and name the values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

_COLUMNS = re.compile(r"\bcolumns?\b|열로|컬럼", re.IGNORECASE)
_AGGREGATES = (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max)


def repair(tree: exp.Expression, question: str) -> list[str]:
    """`SUM(CASE WHEN kind = 'a' THEN x END), SUM(CASE WHEN kind = 'b' THEN x END)` is the sum of x by kind, of these
    two. Works in place on the outermost SELECT; returns notes."""
    if not isinstance(tree, exp.Select) or _is_grouped(tree) or _COLUMNS.search(question):
        return []
    if compared := _compared(tree):
        return [f"a row for each {compared}, not the same figure twice"]
    outputs = [s.unalias() for s in tree.selects if not isinstance(s.unalias(), exp.Literal)]
    cases = [c for o in outputs if (c := _case(o)) is not None]
    if len(cases) < 2 or len(cases) < len(outputs) or len({(f.sql(), kind) for f, kind, _c in cases}) > 1:
        return []
    by = _told_apart([condition for _figure, _kind, condition in cases])
    if by is None:
        return []
    column, values = by
    tree.set("expressions", [column.copy(), cases[0][0].copy()])
    if values:
        tree.where(exp.In(this=column.copy(), expressions=[v.copy() for v in values]), copy=False)
    tree.set("group", exp.Group(expressions=[column.copy()]))
    tree.set("order", None)
    return [f"a row for each {column.name}, not a column"]


def _compared(select: exp.Select) -> str:
    """`AVG(x) AS x_of_a, AVG(x) AS x_of_b ... WHERE kind IN ('a', 'b')`: put by kind; its name, or ""."""
    figures = [s.unalias() for s in select.selects]
    where, are_one = select.args.get("where"), len({f.sql() for f in figures}) == 1
    if where is None or len(figures) < 2 or not are_one or not isinstance(figures[0], _AGGREGATES):
        return ""
    lists = [n for n in where.find_all(exp.In) if len(n.expressions) == len(figures) and isinstance(n.this, exp.Column)]
    if len(lists) != 1 or lists[0].find_ancestor(exp.Not, exp.Or):
        return ""
    column = lists[0].this
    select.set("expressions", [column.copy(), figures[0].copy()])
    select.set("group", exp.Group(expressions=[column.copy()]))
    return str(column.name)


def _is_grouped(select: exp.Select) -> bool:
    """By more than a constant, which tells nothing apart."""
    constant = {s.alias for s in select.selects if isinstance(s.unalias(), exp.Literal)}
    group = select.args.get("group")
    return group is not None and not all(g.name in constant for g in group.expressions)


def _case(output: exp.Expression) -> tuple[exp.Expression, str, exp.Expression] | None:
    """(figure of the rows, how it is taken, condition) of SUM(CASE WHEN condition THEN x END)."""
    if not isinstance(output, _AGGREGATES) or not isinstance(output.this, exp.Case) or output.this.this is not None:
        return None
    ifs, default = output.this.args["ifs"], output.this.args.get("default")
    nothing = default is None or isinstance(default, exp.Null) or (isinstance(output, exp.Sum) and default.name == "0")
    if len(ifs) != 1 or not nothing:
        return None
    what = ifs[0].args["true"]
    ones = isinstance(what, exp.Literal) and what.name == "1"
    figure = exp.Count(this=exp.Star()) if ones else type(output)(this=what.copy())
    return figure, type(output).__name__, ifs[0].this


def _told_apart(conditions: Sequence[exp.Expression]) -> tuple[exp.Expression, list[exp.Expression]] | None:
    """The column and its values; no values of a flag that is true here and false there."""
    plain = [c for c in conditions if isinstance(c, exp.EQ) and isinstance(c.expression, exp.Literal)]
    if len(plain) == len(conditions) and len({c.this.sql() for c in plain}) == 1:
        values = [c.expression for c in plain]
        return (plain[0].this, values) if len({v.sql() for v in values}) == len(values) else None
    flags = {c.sql(): c for c in conditions if isinstance(c, exp.Column)}
    denied = {c.this.sql() for c in conditions if isinstance(c, exp.Not) and isinstance(c.this, exp.Column)}
    if len(conditions) == 2 and len(flags) == 1 and denied == set(flags):
        return next(iter(flags.values())), []
    return None
