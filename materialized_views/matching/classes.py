"""Columns that a block makes equal, and expressions in which one of them stands for all."""

from __future__ import annotations

from collections.abc import Iterable

from materialized_views.blocks.expressions import Column, Expression, bare, map_columns
from materialized_views.blocks.outer import resorted


class Classes:
    """Union-find over columns; the smallest key stands for its class."""

    def __init__(self, pairs: Iterable[tuple[Column, Column]] = ()) -> None:
        self._parent: dict[Column, Column] = {}
        self._canonical: dict[Expression, Expression] = {}
        for left, right in pairs:
            self.join(left, right)

    def root(self, column: Column) -> Column:
        while (parent := self._parent.get(column, column)) != column:
            column = parent
        return column

    def join(self, left: Column, right: Column) -> None:
        first, second = sorted((self.root(left), self.root(right)), key=lambda c: c.key)
        if first != second:
            self._parent[second] = first
            self._canonical.clear()

    def equal(self, left: Column, right: Column) -> bool:
        return self.root(left) == self.root(right)

    def canonical(self, node: Expression) -> Expression:
        """Equal values give equal trees. The outermost casts that keep the value are gone."""
        found = self._canonical.get(node)
        if found is None:
            found = bare(resorted(map_columns(bare(node), self.root))) if self._parent else bare(node)
            self._canonical[node] = found
        return found
