"""SQL on a view, said again over the base tables.

Of a view without groups every statement can be: a stored column is its expression. Of groups only what has a meaning below
them: their keys, their measures at the view's own grain, and sums of sums. A mean of rows, or a count of them, weighs
groups as if they were rows (P2), and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Block, Check, Facts, Order, Output, Refused
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
    with_children,
)
from materialized_views.blocks.outer import resorted
from materialized_views.matching.classes import Classes
from materialized_views.matching.grouping import Determination
from materialized_views.matching.ranges import Domains
from materialized_views.blocks.types import of_aggregate
from materialized_views.matching.types import ONE, ZERO
from materialized_views.matching.view import View

_ONE_VALUE = frozenset({"sum", "min", "max", "avg"})


def expand(block: Block, view: View, table: CatalogTable, facts: Facts) -> Block:
    """Raises Refused where the statement has no meaning over the base tables, or is likely not the one meant."""
    return _Expansion(block, view, table, facts).block()


@dataclass
class _Expansion:
    written: Block
    view: View
    table: CatalogTable
    facts: Facts

    def __post_init__(self) -> None:
        self.meanings = {s.name: s.meaning for s in self.view.stored}
        self.parts = {stored.name: part for stored, part in reversed(self.view.parts)}
        self.grouped = self.view.block.aggregated

    def block(self) -> Block:
        written, view = self.written, self.view.block
        rows = self.grouped and not written.aggregated
        kept = {c for c in written.conditions if not self._measures(c)}
        after = written.conditions - kept
        if after and not rows:
            raise Refused(
                Check.AGGREGATE, "row_filter", "a measure of single rows is compared before they are added up"
            )
        groups = self.view.block.groups if rows else self._groups()
        conditions = view.conditions | {self._plain(c) for c in kept}
        change = self._plain if rows or not self.grouped else self._regrouped(conditions, groups or ())
        found = Block(
            dialect=written.dialect,
            tables=view.tables,
            conditions=conditions,
            outputs=tuple(Output(o.name, change(o.expression)) for o in written.outputs),
            outer=view.outer,
            groups=groups,
            having=frozenset(change(h) for h in written.having) | {self._plain(c) for c in after},
            order=tuple(Order(change(o.expression), o.descending, o.nulls_first) for o in written.order),
            limit=written.limit,
            offset=written.offset,
            distinct=written.distinct,
        )
        if rows:
            self._check_grain(found)
        return found

    def _plain(self, node: Expression) -> Expression:
        """Columns replaced by what they hold; aggregates stay around them."""

        def change(part: Expression) -> Expression:
            return self._meaning(part) if isinstance(part, Column) else with_children(part, change)

        return resorted(change(node))

    def _meaning(self, column: Column) -> Expression:
        found = self.meanings.get(column.name)
        if found is None:
            raise Refused(Check.SCOPE, "columns", f"the definition of the view has no column {column.name}")
        return found

    def _measures(self, node: Expression) -> bool:
        return any(aggregates(self._meaning(c)) for c in columns(node))

    def _groups(self) -> tuple[Expression, ...] | None:
        if self.written.groups is None:
            return None
        if any(self._measures(g) for g in self.written.groups):
            raise Refused(Check.GROUPING, "measure_grouped", "rows are grouped by a measure")
        return tuple(dict.fromkeys(self._plain(g) for g in self.written.groups))

    def _check_grain(self, found: Block) -> None:
        """Rows of the view as they are: what tells them apart must be put out or fixed."""
        shown = [o.expression for o in found.outputs if not aggregates(o.expression)]
        if not self._determination(found)(shown):
            raise Refused(
                Check.GROUPING,
                "hidden_grain",
                f"{self.view.name} has several rows for what is shown: add its measures up, or show all of its grain",
            )

    def _determination(self, found: Block):  # type: ignore[no-untyped-def]
        classes = Classes(found.equalities)
        pinned = Domains(found.conditions, classes).pinned()
        determination = Determination(self.view, found, classes, self.facts)

        def fixes_row(known: Iterable[Expression]) -> bool:
            return determination.fixes_row((*known, *pinned))

        return fixes_row

    def _regrouped(self, conditions: frozenset[Expression], groups: tuple[Expression, ...]):  # type: ignore[no-untyped-def]
        bare_block = replace(self.view.block, conditions=conditions, groups=groups)
        fixes_row = self._determination(bare_block)
        at_grain = fixes_row(groups)

        def change(node: Expression) -> Expression:
            if isinstance(node, Aggregate):
                return self._aggregate(node, at_grain, fixes_row)
            return self._meaning(node) if isinstance(node, Column) else resorted(with_children(node, change))

        return change

    def _aggregate(self, node: Aggregate, at_grain: bool, fixes_row) -> Expression:  # type: ignore[no-untyped-def]
        where = None if node.where is None else self._plain(node.where)
        if where is not None and aggregates(where):
            raise Refused(Check.AGGREGATE, "row_filter", "a measure of single rows is compared inside an aggregate")
        if node.argument is None:
            return self._counted_rows(where, fixes_row)
        if not self._measures(node.argument):
            return self._over_keys(node, where)
        if isinstance(bare(node.argument), Column):
            return self._over_measure(node, bare(node.argument), where, at_grain)
        return self._over_expression(node, where, at_grain)

    def _counted_rows(self, where: Expression | None, fixes_row) -> Expression:  # type: ignore[no-untyped-def]
        """COUNT(*) where the view declares it for a key that tells its rows apart: so many different keys."""
        for key in self.view.keys:
            declared = self.table.view.measures.get(key.name, "") if self.table.view else ""
            if "count(*)" in declared.casefold() and not is_nullable(key.meaning) and fixes_row((key.meaning,)):
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
        return replace(node, argument=self._plain(node.argument), where=where)

    def _over_measure(
        self, node: Aggregate, column: Expression, where: Expression | None, at_grain: bool
    ) -> Expression:
        assert isinstance(column, Column)
        part = self.parts.get(column.name)
        if at_grain and node.function in _ONE_VALUE and where is None:
            return self._or_null(bare(self._meaning(column)))
        nests = part is not None and {"sum": ("sum", "count")}.get(node.function, (node.function,))
        if (
            part is None
            or not nests
            or part.function not in nests
            or node.distinct
            or node.function in ("avg", "count")
        ):
            raise Refused(
                Check.AGGREGATE, "not_additive", f"{node.function}({column.name}) over rows of {self.view.name}"
            )
        wheres = [w for w in (part.where, where) if w is not None]
        return self._or_null(replace(part, where=conjunction(wheres) if wheres else None))

    def _or_null(self, found: Expression) -> Expression:
        """SUM over no rows of the view is NULL where COUNT over no rows of the base is 0 (P4)."""
        if self.written.groups or not isinstance(found, Aggregate) or found.function != "count":
            return found
        if not found.distinct:
            ones = ONE if found.where is None else Call("case", (found.where, ONE, ZERO), ONE.type)
            return Aggregate("sum", ones, of_aggregate("sum", ONE.type, self.written.dialect))
        if found.argument is None or is_nullable(found.argument) or found.where is not None:
            raise Refused(Check.TYPES, "empty", "a distinct count of nothing can't be told from none")
        return Call("nullif", (found, ZERO), found.type)

    def _over_expression(self, node: Aggregate, where: Expression | None, at_grain: bool) -> Expression:
        """SUM(a - b) of sums that are never NULL, and SUM(CASE WHEN key THEN a ELSE 0 END)."""
        inner = node.argument
        if node.function == "sum" and not node.distinct and isinstance(inner, Call):
            if inner.op in ("+", "-"):
                sides = [self._aggregate(replace(node, argument=side), at_grain, _never) for side in inner.args]
                if where is None and all(self._never_null(side) for side in sides):
                    return Call(inner.op, tuple(sides), node.type)
            if inner.op == "case" and where is None:
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
            args.append(self._value(part) if is_value else self._plain(part))
        if any(aggregates(arg) for arg in args):
            raise Refused(Check.AGGREGATE, "row_filter", "a measure of single rows is compared inside an aggregate")
        return aggregate("sum", resorted(Call("case", tuple(args), _type_of(args))), False, self.written.dialect)

    def _value(self, node: Expression) -> Expression:
        if isinstance(node, Literal) and (node.kind == "null" or node.value == 0):
            return node
        column = bare(node)
        part = self.parts.get(column.name) if isinstance(column, Column) else None
        if part is None or part.function != "sum" or part.distinct or part.where is not None or part.argument is None:
            raise Refused(Check.AGGREGATE, "not_additive", f"no rule for {node.key} in a CASE over {self.view.name}")
        return part.argument


def _never(_: Iterable[Expression]) -> bool:
    return False


def _type_of(args: list[Expression]):  # type: ignore[no-untyped-def]
    values = [a for a in (*args[1:-1:2], args[-1]) if not isinstance(a, Literal)]
    return values[0].type if values else ZERO.type
