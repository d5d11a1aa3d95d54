"""Which needs share a view: one candidate for each need of a fact, then two merged to one, again and again.

Pairs come first whose view would have few rows beside what the two have (Agrawal, Chaudhuri and Narasayya 2000). A
merge takes the place of its two, so that the tree of merges ends at the fewest views that are small enough; what is
left of the number of merges goes to other pairs. More dimensions never make fewer rows, so nothing that is too
large is made larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod

from materialized_views.blocks.expressions import Column
from materialized_views.candidates.candidate import Candidate, closed, merged
from materialized_views.candidates.need import Need
from materialized_views.sizes import Size

Measure = Callable[[Sequence[Candidate]], list[Size | None]]
Members = frozenset[int]
"""Positions of needs."""
Grain = tuple[Column, str]


@dataclass
class Merging:
    """Of `needs`, which have one fact and none of which is wide, with `most` merges. `sizes` is what comes of it."""

    needs: Sequence[Need]
    measure: Measure
    max_ratio: float
    most: int
    sizes: dict[Candidate, Size | None] = field(default_factory=dict)
    _members: dict[Candidate, Members] = field(default_factory=dict)
    _merged: dict[Members, Candidate] = field(default_factory=dict)
    _values: dict[Grain, int] = field(default_factory=dict)
    _merges: int = 0

    def run(self) -> dict[Candidate, Size | None]:
        self._add(frozenset((i,)) for i in range(len(self.needs)))
        self._count_values()
        alive = [c for c in self.sizes if self._fits(c)]
        while made := self._round(alive):
            replaced = {part for pair in made.values() for part in pair}
            alive = [c for c in alive if c not in replaced] + list(made)
        while self._round([c for c in self.sizes if self._fits(c)]):
            pass
        return self.sizes

    def _round(self, pool: list[Candidate]) -> dict[Candidate, tuple[Candidate, Candidate]]:
        """The best pairs, each candidate in one at most, that are new: those that fit."""
        pairs: dict[Candidate, tuple[Candidate, Candidate]] = {}
        paired: set[Candidate] = set()
        for _, a, b in sorted(self._scored(pool), key=lambda found: found[0]):
            if self._merges + len(pairs) >= self.most:
                break
            if a in paired or b in paired:
                continue
            made = self._of(self._members[a] | self._members[b])
            if made not in self.sizes and made not in pairs:
                paired |= {a, b}
                pairs[made] = (a, b)
        self._merges += len(pairs)
        self._add(self._members[a] | self._members[b] for a, b in pairs.values())
        return {made: pair for made, pair in pairs.items() if self._fits(made)}

    def _scored(self, pool: list[Candidate]) -> Iterator[tuple[float, Candidate, Candidate]]:
        too_large = [c.grains for c in self.sizes if not self._fits(c)]
        for a, b in combinations(pool, 2):
            members, grains = self._members[a] | self._members[b], a.grains | b.grains
            if members not in self._merged and not any(found <= grains for found in too_large):
                yield self._expected(grains, a, b) / (self._rows(a) + self._rows(b)), a, b

    def _expected(self, grains: frozenset[Grain], a: Candidate, b: Candidate) -> float:
        """Rows, as if what each of the two lacks did not depend on what it has; the smaller of both ways."""
        return min(self._rows(part) * prod(map(self._count, grains - part.grains)) for part in (a, b))

    def _count(self, grain: Grain) -> float:
        return float(self._values.get(grain) or 1_000)

    def _of(self, members: Members) -> Candidate:
        """With the measures of all needs that its dimensions serve too: these cost no rows."""
        if members not in self._merged:
            made = merged(self.needs[i] for i in members)
            free = {i for i, need in enumerate(self.needs) if made.reaches(need)}
            self._merged[members] = merged(self.needs[i] for i in members | free)
        return self._merged[members]

    def _add(self, fresh: Iterable[Members]) -> None:
        found = {self._of(members): members for members in fresh}
        found = {made: members for made, members in found.items() if made not in self.sizes}
        self._members |= found
        self.sizes |= zip(found, self.measure(list(found)), strict=True)

    def _count_values(self) -> None:
        """Rows of each dimension alone."""
        grains = {grain: c for c in self.sizes for grain in c.grains}
        alone = [
            Candidate(c.root, closed(frozenset(p for p in c.paths if p.number == grain[0].table)), frozenset((grain,)))
            for grain, c in grains.items()
        ]
        for grain, size in zip(grains, self.measure(alone), strict=True):
            self._values[grain] = size.rows if size is not None else 0

    def _fits(self, candidate: Candidate) -> bool:
        size = self.sizes.get(candidate)
        return size is not None and size.ratio <= self.max_ratio

    def _rows(self, candidate: Candidate) -> int:
        size = self.sizes[candidate]
        return 1 if size is None else max(1, size.rows)
