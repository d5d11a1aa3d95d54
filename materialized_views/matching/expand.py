"""SQL on a view, said again over the base tables.

Of a view without groups every statement can be: a stored column is its expression. Of groups only what has a meaning
below them: their keys, their measures at the view's own grain, and sums of sums. A mean of rows, or a count of them,
weighs groups as if they were rows (P2), and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Block, Check, Facts, Order, Output, Refused
from materialized_views.blocks.expressions import Aggregate, Column, Expression, aggregates, columns, with_children
from materialized_views.blocks.outer import resorted
from materialized_views.matching.classes import Classes
from materialized_views.matching.grouping import Determination
from materialized_views.matching.measures import FixesRow, Measures
from materialized_views.matching.ranges import Domains
from materialized_views.matching.view import View


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
        """Rows of the view as they are: what tells them apart must be put out or fixed. The declared grain will do: the
        rows are those of the base SQL whether it holds or not."""
        shown = [o.expression for o in found.outputs if not aggregates(o.expression)]
        declared = frozenset(self.table.view.grain) if self.table.view else frozenset()
        fixes_row = self._determination(found, replace(self.view, row_key=declared))
        if not fixes_row(shown):
            raise Refused(
                Check.GROUPING,
                "hidden_grain",
                f"{self.view.name} has several rows for what is shown: add its measures up, or show all of its grain",
            )

    def _determination(self, found: Block, view: View) -> FixesRow:
        classes = Classes(found.equalities)
        pinned = Domains(found.conditions, classes).pinned()
        determination = Determination(view, found, classes, self.facts)

        def fixes_row(known: Iterable[Expression]) -> bool:
            return determination.fixes_row((*known, *pinned))

        return fixes_row

    def _regrouped(
        self, conditions: frozenset[Expression], groups: tuple[Expression, ...]
    ) -> Callable[[Expression], Expression]:
        below = replace(self.view.block, conditions=conditions, groups=groups)
        fixes_row = self._determination(below, self.view)
        measures = Measures(self.view, self.table, self.written, self._plain, groups, fixes_row)

        def change(node: Expression) -> Expression:
            if isinstance(node, Aggregate):
                return measures.of(node)
            return self._meaning(node) if isinstance(node, Column) else resorted(with_children(node, change))

        return change
