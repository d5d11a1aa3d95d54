"""Candidate views: one for each need, and what two of them become when they are one view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from backends.warehouse.base import TableName
from materialized_views.blocks.expressions import Aggregate, Column, columns
from materialized_views.candidates.need import Need, coarsest
from materialized_views.candidates.paths import Path


@dataclass(frozen=True)
class Candidate:
    """`grains`: column -> the grain it is kept at, "" as it is. `sums` are the parts that are asked as sums, and not
    only as half of an average."""

    root: TableName
    paths: frozenset[Path]
    grains: frozenset[tuple[Column, str]]
    parts: frozenset[Aggregate] = frozenset()
    wide: bool = False
    sums: frozenset[Aggregate] = field(default=frozenset(), compare=False)

    @cached_property
    def by_column(self) -> Mapping[Column, str]:
        return dict(self.grains)

    def serves(self, need: Need) -> bool:
        """By construction; the proof comes later, from the matcher."""
        if not self.wide:
            return any(way.parts <= self.parts and self.reaches(way) for way in need.ways)
        columns_held = {column for column, _ in self.grains}
        wanted = {key.column for key in need.keys} | {c for part in need.parts for c in columns(part)}
        return self._joins(need) and wanted <= columns_held

    def reaches(self, need: Need) -> bool:
        """It has the tables and dimensions, whatever its measures are."""
        kept = all(self.by_column.get(key.column, "none") in key.grains for key in need.keys)
        fits = len(self.grains) == len(need.keys) or not need.exact
        return kept and fits and not need.wide and self._joins(need)

    def _joins(self, need: Need) -> bool:
        """More tables than needed do no harm where the steps to them lose no rows."""
        more = self.paths - need.paths
        return need.root == self.root and need.paths <= self.paths and all(p.steps[-1].lossless for p in more)


def of_need(need: Need) -> Candidate:
    return Candidate(
        root=need.root,
        paths=closed(need.paths),
        grains=frozenset((key.column, coarsest(key.grains)) for key in need.keys),
        parts=need.parts,
        wide=need.wide,
        sums=need.sums,
    )


def merged(needs: Iterable[Need]) -> Candidate:
    """The smallest view that serves all of them. They have the same root, and none is wide."""
    found = list(needs)
    grains: dict[Column, frozenset[str]] = {}
    for key in (key for need in found for key in need.keys):
        grains[key.column] = grains.get(key.column, key.grains) & key.grains
    made = Candidate(
        root=found[0].root,
        paths=closed(frozenset().union(*(need.paths for need in found))),
        grains=frozenset((column, coarsest(allowed)) for column, allowed in grains.items()),
        sums=frozenset().union(*(need.sums for need in found)),
    )
    parts = (part for need in found for part in need.parts if not part.distinct or made.reaches(need))
    return replace(made, parts=frozenset(parts))


def widened(needs: Iterable[Need]) -> Candidate:
    """Every row of the fact, with all columns that any of the needs touches."""
    found = list(needs)
    touched = {key.column for need in found for key in need.keys}
    touched |= {c for need in found for part in need.parts for c in columns(part)}
    return Candidate(
        root=found[0].root,
        paths=closed(frozenset().union(*(need.paths for need in found))),
        grains=frozenset((column, "") for column in touched),
        parts=frozenset(),
        wide=True,
    )


def closed(paths: frozenset[Path]) -> frozenset[Path]:
    """With the tables on the way."""
    return frozenset(ancestor for path in paths for ancestor in path.ancestors())
