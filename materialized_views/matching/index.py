"""Views by their tables: those that can serve a block at all, without looking at the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backends.warehouse.base import TableName
from materialized_views.blocks import Block, Facts
from materialized_views.matching.lossless import remaining
from materialized_views.matching.view import View


class ViewIndex:
    """A view qualifies when it has every table of the block, and the block every table of the view that is no
    lossless extra. Cheapest first: fewest rows where they are known, else groups before rows, then fewest keys."""

    def __init__(self, views: Iterable[View], facts: Facts, rows: Mapping[TableName, int] | None = None) -> None:
        known = rows or {}
        self.views = sorted(views, key=lambda v: _cost(v, known.get(v.name)))
        self._having: dict[TableName, int] = {}
        self._hubs: list[frozenset[TableName]] = []
        for number, view in enumerate(self.views):
            every = frozenset(range(len(view.block.tables)))
            for table in view.block.tables:
                self._having[table.name] = self._having.get(table.name, 0) | 1 << number
            self._hubs.append(frozenset(view.block.tables[i].name for i in remaining(view.block, every, facts)))

    def candidates(self, query: Block) -> list[View]:
        names = frozenset(table.name for table in query.tables)
        fits = (1 << len(self.views)) - 1
        for name in names:
            fits &= self._having.get(name, 0)
        found = []
        while fits:
            number = (fits & -fits).bit_length() - 1
            fits &= fits - 1
            if self._hubs[number] <= names:
                found.append(self.views[number])
        return found


def _cost(view: View, rows: int | None) -> tuple[float, bool, int, str]:
    return (float("inf") if rows is None else rows, not view.block.aggregated, len(view.keys), str(view.name))
