"""Money that is kept in cents is shown, and compared, in whole units: nobody asks for a revenue of 1,234,500 cents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from plugin.generator import units
from plugin.generator.check.schema import Schema

_SAID = re.compile(r"\bcents?\b|센트", re.IGNORECASE)
_AGGREGATES = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median)
_COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ)
_HUNDRED = "100.0"
_ENDS = ("_in_cents", "_cents", "_cent")


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT and those that it reads from; returns notes."""
    if _SAID.search(question) or not isinstance(tree, exp.Query):
        return []
    found = [name for select in _read_from(tree) for name in _converted(select, schema)]
    return [f"{name} is kept in cents, shown in whole units" for name in dict.fromkeys(found)]


def _read_from(tree: exp.Query) -> Iterator[exp.Select]:
    """The SELECTs whose rows are those of the answer: no subquery of a condition."""
    for select in tree.find_all(exp.Select):
        inside = select.find_ancestor(exp.Where, exp.Having, exp.Join)
        if inside is None or isinstance(inside, exp.Join):
            yield select


def _converted(select: exp.Select, schema: Schema) -> Iterator[str]:
    known = schema.read_by(select)

    def kept_in_cents(node: exp.Expression) -> bool:
        if not isinstance(node, exp.Column):
            return False
        owners = [t for alias, t in known.items() if node.table.casefold() in ("", alias)]
        columns = [c for t in owners if (c := t.column(node.name)) is not None]
        return len(columns) == 1 and units.in_cents(columns[0])

    if not known:
        return
    for aggregate in [a for a in select.find_all(*_AGGREGATES) if a.find_ancestor(exp.Select) is select]:
        column = _added(aggregate)
        if column is not None and kept_in_cents(column) and not _is_divided(aggregate):
            aggregate.replace(exp.Div(this=aggregate.copy(), expression=exp.Literal.number(_HUNDRED)))
            yield column.name
    for output in list(select.selects):
        column = output.unalias()
        if kept_in_cents(column):
            value = exp.Div(this=column.copy(), expression=exp.Literal.number(_HUNDRED))
            output.replace(exp.alias_(value, _bare(output.alias_or_name)))
            yield column.name
        elif output.alias_or_name != _bare(output.alias_or_name) and output.find(*_AGGREGATES):
            output.set("alias", exp.to_identifier(_bare(output.alias_or_name)))
    where = select.args.get("where")
    for compared in where.find_all(*_COMPARED) if where is not None else ():
        number = compared.expression
        if kept_in_cents(compared.this) and isinstance(number, exp.Literal) and not number.is_string:
            number.replace(exp.Literal.number(f"{float(number.this) * 100:.10g}"))
            yield compared.this.name
    for between in where.find_all(exp.Between) if where is not None else ():
        if kept_in_cents(between.this):
            for end in (between.args["low"], between.args["high"]):
                if isinstance(end, exp.Literal) and not end.is_string:
                    end.replace(exp.Literal.number(f"{float(end.this) * 100:.10g}"))
            yield between.this.name


def _added(aggregate: exp.Expression) -> exp.Column | None:
    """The column that is added up, also of some of the rows."""
    inner = aggregate.this
    if isinstance(inner, exp.Distinct):
        return None
    if isinstance(inner, exp.Case) and len(inner.args["ifs"]) == 1:
        inner = inner.args["ifs"][0].args["true"]
    return inner if isinstance(inner, exp.Column) else None


def _is_divided(node: exp.Expression) -> bool:
    """By a hundred already."""
    above = node.parent
    while isinstance(above, exp.Paren | exp.Cast | exp.Coalesce | exp.Filter):
        above = above.parent
    by = above.expression.unnest() if isinstance(above, exp.Div) else None
    return isinstance(by, exp.Literal) and float(by.this) == float(_HUNDRED)


def _bare(name: str) -> str:
    return next((name.removesuffix(end) for end in _ENDS if name.casefold().endswith(end)), name)
