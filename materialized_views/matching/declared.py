"""What a view declares of itself, held against SQL on it: `additive`, `measures` and `grain` of `meta.dbt_ask.view`."""

from __future__ import annotations

from sqlglot import exp

from catalog_sync.model import CatalogTable, QuestionView
from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.expressions import Aggregate, Call, Column, bare, columns
from materialized_views.matching.lossless import remaining
from materialized_views.matching.view import View, top_select

_VALUES = frozenset({"min", "max", "every", "some"})


def check(block: Block, table: CatalogTable, view: View | None, sql: str, facts: Facts) -> None:
    """Raises Refused for sums of what is not additive, and for counts of rows that are groups."""
    assert table.view is not None
    rows = view is not None or holds_rows(sql, facts)
    if not rows and not block.aggregated:
        _check_grain(block, table)
    for found in block.aggregates:
        _check_aggregate(found, table.view, rows=rows)
        if view is not None and found.function in ("sum", "avg"):
            _check_repeated(found, view, facts)


def holds_rows(sql: str, facts: Facts) -> bool:
    """The outermost SELECT of the definition neither groups nor drops repeats."""
    try:
        select = top_select(sql, facts.dialect)
    except Refused:
        return False
    grouped = any(select.args.get(key) for key in ("group", "distinct", "having", "limit", "offset"))
    return not grouped and not any(item.find(exp.AggFunc) for item in select.expressions)


def _check_grain(block: Block, table: CatalogTable) -> None:
    assert table.view is not None
    shown = {c.name for o in block.outputs for c in columns(o.expression) if bare(o.expression) == c}
    pinned = {
        c.name for condition in block.conditions if getattr(condition, "op", "") == "=" for c in columns(condition)
    }
    if not set(table.view.grain) <= shown | pinned:
        raise Refused(
            Check.GROUPING,
            "hidden_grain",
            f"{table.name} has several rows for what is shown: add its measures up, or show all of its grain",
        )


def _check_aggregate(found: Aggregate, view: QuestionView, *, rows: bool) -> None:
    names = [c.name for c in added(found)]
    if found.function in ("sum", "avg") and names:
        formulas = [view.measures.get(name, "").casefold() for name in names]
        averaged = found.function == "avg" and rows and all("avg" in f or not f for f in formulas)
        if not averaged and not (set(names) <= set(view.additive) and (rows or found.function == "sum")):
            raise Refused(
                Check.AGGREGATE, "not_additive", f"{found.function}({', '.join(names)}) is not declared to add up"
            )
    elif not rows and found.function not in _VALUES and not (found.distinct and _is_key(found, view)):
        raise Refused(Check.AGGREGATE, "counts_groups", f"{found.key} weighs groups as if they were rows")


def added(found: Aggregate) -> tuple[Column, ...]:
    """The columns whose values are added up: those of a condition are not."""
    argument = found.argument
    if isinstance(argument, Call) and argument.op == "case":
        values = (*argument.args[1:-1:2], argument.args[-1])
        return tuple(c for value in values for c in columns(value))
    return columns(argument) if argument is not None else ()


def _is_key(found: Aggregate, view: QuestionView) -> bool:
    argument = found.argument
    return isinstance(argument, Column) and argument.name not in view.measures


def _check_repeated(found: Aggregate, view: View, facts: Facts) -> None:
    """A column of a table that is joined many-to-one stands on many rows: its sum counts it as often."""
    every = frozenset(range(len(view.block.tables)))
    own = remaining(view.block, every, facts)
    meanings = {s.name: s.meaning for s in view.stored}
    for column in added(found):
        of = {c.table for c in columns(meanings.get(column.name, column))}
        if len(own) != 1 or not of <= own:
            raise Refused(Check.AGGREGATE, "repeated", f"{column.name} is repeated on the rows of {view.name}")
