"""What an aggregate over rows of a grouped view means below the groups.

Sums of sums and of counts add up, MIN and MAX nest. Over keys only what asks which values there are has a meaning. A
distinct count adds up only where its values lie in no two rows of one group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Block, Check, Refused
from materialized_views.blocks.aggregates import aggregate
from materialized_views.blocks.canonical import conjunction
from materialized_views.blocks.expressions import (
    Aggregate,
    Call,
    Column,
    Expression,
    Literal,
    aggregates,
    bare,
    columns,
    is_nullable,
)
from materialized_views.blocks.outer import resorted
from materialized_views.blocks.types import SqlType, of_aggregate
from materialized_views.matching.types import ONE, ZERO
from materialized_views.matching.view import View

FixesRow = Callable[[Iterable[Expression]], bool]
"""Whether these expressions, with what is pinned, leave one row of the view."""

_ONE_VALUE = frozenset({"sum", "min", "max", "avg"})
_NESTS = {"sum": ("sum", "count"), "min": ("min",), "max": ("max",), "every": ("every",), "some": ("some",)}


@dataclass
class Measures:
    """`plain` says a column without aggregates over the base tables; `groups` are those of the statement, said so."""

    view: View
    table: CatalogTable
    written: Block
    plain: Callable[[Expression], Expression]
    groups: tuple[Expression, ...]
    fixes_row: FixesRow
    parts: dict[str, Aggregate] = field(init=False)
    meanings: dict[str, Expression] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = {stored.name: part for stored, part in reversed(self.view.parts)}
        self.meanings = {stored.name: stored.meaning for stored in self.view.stored}

    def of(self, node: Aggregate) -> Expression:
        """Raises Refused."""
        where = None if node.where is None else self.plain(node.where)
        if where is not None and aggregates(where):
            raise Refused(Check.AGGREGATE, "row_filter", "a measure of single rows is compared inside an aggregate")
        if node.argument is None:
            return self._counted_rows(where)
        if not any(aggregates(self.meanings[c.name]) for c in columns(node.argument) if c.name in self.meanings):
            return self._over_keys(node, where)
        column = bare(node.argument)
        if isinstance(column, Column):
            return self._over_measure(node, column, where)
        return self._over_expression(node, where)

    def _counted_rows(self, where: Expression | None) -> Expression:
        """COUNT(*) where the view declares it for a key that tells its rows apart: so many different keys."""
        for key in self.view.keys:
            declared = self.table.view.measures.get(key.name, "") if self.table.view else ""
            if "count(*)" in declared.casefold() and not is_nullable(key.meaning) and self.fixes_row((key.meaning,)):
                counted = aggregate("count", key.meaning, True, self.written.dialect)
                return replace(counted, where=where)
        raise Refused(
            Check.AGGREGATE, "counts_groups", f"count(*) counts groups of {self.view.name}, not rows of its base"
        )

    def _over_keys(self, node: Aggregate, where: Expression | None) -> Expression:
        assert node.argument is not None
        if node.function not in ("min", "max", "every", "some") and not (node.function == "count" and node.distinct):
            raise Refused(
                Check.AGGREGATE, "weighs_groups", f"{node.function} over a key of {self.view.name}, once a group"
            )
        return replace(node, argument=self.plain(node.argument), where=where)

    def _over_measure(self, node: Aggregate, column: Column, where: Expression | None) -> Expression:
        if where is None and node.function in _ONE_VALUE and self.fixes_row(self.groups):
            meaning = bare(self.meanings[column.name])
            return self._or_null(meaning, None) if isinstance(meaning, Aggregate) else meaning
        part = self.parts.get(column.name)
        if part is None or node.distinct or part.function not in _NESTS.get(node.function, ()):
            raise Refused(
                Check.AGGREGATE, "not_additive", f"{node.function}({column.name}) over rows of {self.view.name}"
            )
        if part.distinct and not (part.argument and self.fixes_row((*self.groups, part.argument))):
            raise Refused(Check.AGGREGATE, "distinct", f"{column.name} counts distinct values and does not add up")
        return self._or_null(part, where)

    def _or_null(self, part: Aggregate, where: Expression | None) -> Expression:
        """SUM over no rows of the view is NULL where COUNT over no rows of the base is 0 (P4)."""
        if part.function != "count" or (self.written.groups and where is None):
            wheres = [w for w in (part.where, where) if w is not None]
            return replace(part, where=conjunction(wheres) if wheres else None)
        if not part.distinct:
            ones = ONE if part.where is None else Call("case", (part.where, ONE, ZERO), ONE.type)
            return Aggregate("sum", ones, of_aggregate("sum", ONE.type, self.written.dialect), where=where)
        if part.argument is None or is_nullable(part.argument) or part.where is not None or where is not None:
            raise Refused(Check.TYPES, "empty", "a distinct count of nothing can't be told from none")
        return Call("nullif", (part, ZERO), part.type)

    def _over_expression(self, node: Aggregate, where: Expression | None) -> Expression:
        """SUM(a - b) of sums that are never NULL, and SUM(CASE WHEN key THEN a ELSE 0 END)."""
        inner = node.argument
        if node.function == "sum" and not node.distinct and isinstance(inner, Call) and where is None:
            if inner.op in ("+", "-"):
                sides = tuple(self.of(replace(node, argument=side)) for side in inner.args)
                if all(self._never_null(side) for side in sides):
                    return Call(inner.op, sides, node.type)
            if inner.op == "case":
                return self._cases(node, inner)
        raise Refused(Check.AGGREGATE, "not_additive", f"no rule for {node.key} over rows of {self.view.name}")

    def _never_null(self, node: Expression) -> bool:
        if not isinstance(node, Aggregate) or node.where is not None or node.argument is None:
            return isinstance(node, Aggregate) and node.function == "count"
        return node.function == "sum" and not is_nullable(node.argument) and bool(self.written.groups)

    def _cases(self, node: Aggregate, case: Call) -> Expression:
        args: list[Expression] = []
        for position, part in enumerate(case.args):
            is_value = position % 2 == 1 or position == len(case.args) - 1
            args.append(self._value(part) if is_value else self.plain(part))
        if any(aggregates(arg) for arg in args):
            raise Refused(Check.AGGREGATE, "row_filter", "a measure of single rows is compared inside an aggregate")
        return aggregate("sum", resorted(Call("case", tuple(args), _type_of(args))), False, self.written.dialect)

    def _value(self, node: Expression) -> Expression:
        if isinstance(node, Literal) and (node.kind == "null" or node.value == 0):
            return node
        column = bare(node)
        part = self.parts.get(column.name) if isinstance(column, Column) else None
        if part is not None and part.function == "count" and not part.distinct:
            return ONE if part.where is None else Call("case", (part.where, ONE, ZERO), ONE.type)
        if part is None or part.function != "sum" or part.distinct or part.where is not None or part.argument is None:
            raise Refused(Check.AGGREGATE, "not_additive", f"no rule for {node.key} in a CASE over {self.view.name}")
        return part.argument


def _type_of(args: list[Expression]) -> SqlType:
    values = [a for a in (*args[1:-1:2], args[-1]) if not isinstance(a, Literal)]
    return values[0].type if values else ZERO.type
