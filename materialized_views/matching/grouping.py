"""C8: groups of the query are made of groups of the view; and what determines what.

A row of the view is determined by some expressions where tested keys, equalities and the calendar leave one row for
each of their values. Where the query's groups determine the row, every stored value can be used as it is (exact
grain); where they do so together with x, the distinct values of x lie in no two rows, and their counts add up (P5, P6).
"""

from __future__ import annotations

from collections.abc import Iterable

from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.expressions import Column, Expression, columns
from materialized_views.blocks.types import UNKNOWN
from materialized_views.matching.classes import Classes
from materialized_views.matching.coverage import Coverage, NotStored
from materialized_views.matching.view import Stored, View


def express_groups(groups: Iterable[Expression], coverage: Coverage) -> dict[Expression, Expression]:
    """Each group of the query, by what the view has."""
    found = {}
    for group in groups:
        try:
            found[group] = coverage.express(group)
        except NotStored as refused:
            raise Refused(Check.GROUPING, "group", f"can't group: {refused.message}") from refused
    return found


class Determination:
    """Closes a set of expressions under the keys of the tables, and asks whether it fixes a row of the view."""

    def __init__(self, view: View, block: Block, classes: Classes, facts: Facts) -> None:
        self._view, self._block, self._classes, self._facts = view, block, classes, facts

    def fixes_row(self, known: Iterable[Expression]) -> bool:
        if self._view.hidden_keys:
            return False
        coverage = self._closed([*known])
        fixed = [key.name for key in self._view.keys if coverage.covers(key.meaning)]
        if self._view.row_key and self._view.row_key <= set(fixed):
            return True
        return len(fixed) == len(self._view.keys)

    def _closed(self, known: list[Expression]) -> Coverage:
        while True:
            coverage = Coverage(
                [Stored(f"known_{i}", e.type, e) for i, e in enumerate(known)], self._classes, self._block.dialect
            )
            more = [c for c in self._reached(coverage) if not coverage.covers(c)]
            if not more:
                return coverage
            known += more

    def _reached(self, coverage: Coverage) -> Iterable[Column]:
        """All columns of a table whose unique key is known. An outer-joined table is not followed."""
        outer = {join.table for join in self._block.outer}
        for position, table in enumerate(self._block.tables):
            record = self._facts.table(table.name)
            key = self._facts.unique_key(record)
            if position in outer or not key:
                continue
            parts = [self._column(position, name) for name in key]
            if all(coverage.covers(part) for part in parts):
                yield from (c for c in self._used_of(position))

    def _column(self, position: int, name: str) -> Column:
        column = self._facts.table(self._block.tables[position].name).column(name)
        return Column(position, name, self._facts.type(column) if column else UNKNOWN)

    def _used_of(self, position: int) -> Iterable[Column]:
        """Those columns of the table that the view speaks of."""
        spoken = (*self._block.conditions, *(key.meaning for key in self._view.keys))
        return dict.fromkeys(c for e in spoken for c in columns(e) if c.table == position)
