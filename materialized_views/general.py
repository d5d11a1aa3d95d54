"""Views for questions that nobody has asked yet, beside those that pay for what is asked.

What is chosen for a log stays as small as its questions allow, so that these are fast. Each gets a general one beside
it, unless another one will do: it starts from its dimensions, which are asked together, and takes whatever still fits
into a share of the fact's rows, with the sums of the fact's own numbers. What is left of the fact's dimensions goes to
others. The matcher sends a question to the smaller of two views that both prove it, so a general view is read only for
what no other answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable
from materialized_views.blocks import Facts
from materialized_views.blocks.canonical import COARSER
from materialized_views.blocks.expressions import Aggregate, Column, tables
from materialized_views.blocks.types import of_aggregate
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.paths import Path
from materialized_views.room import Room
from materialized_views.sizes import Size

_ROUNDS = 4
_LEFT = 2
_MOST_NUMBERS = 12
_NO_AMOUNT = re.compile(r"(^|_)(id|key|no|nr|number|code|year|month|week|day|hour)$")


@dataclass(frozen=True)
class General:
    """`room` says how large one may be."""

    room: Room

    @property
    def facts(self) -> Facts:
        return Facts(self.room.catalog)

    def beside(self, chosen: Sequence[Candidate], asked: Iterable[Candidate]) -> dict[Candidate, Size]:
        """Those that hold more than the chosen one that they start from; `asked` are candidates of all facts."""
        others, found = list(asked), dict[Candidate, Size]()
        rollups = [candidate for candidate in chosen if not candidate.wide]
        for candidate in rollups:
            start = _additive(candidate)
            if any(covers(other, start) for other in (*found, *rollups) if other != candidate):
                continue
            self._add(found, self._grown(_with_numbers(start, self.facts), others), rollups)
        for root in dict.fromkeys(candidate.root for candidate in rollups):
            start = _with_numbers(_of_fact(root, others), self.facts)
            for _ in range(_LEFT):
                held = frozenset(c for other in (*found, *rollups) for c, _ in other.grains if other.root == root)
                self._add(found, self._grown(start, others, held), rollups)
        return found

    def _add(
        self, found: dict[Candidate, Size], made: tuple[Candidate, Size] | None, rollups: Iterable[Candidate]
    ) -> None:
        if made is None or any(covers(other, made[0]) for other in found):
            return
        if any(made[0].root == other.root and made[0].grains <= other.grains for other in rollups):
            return
        for other in [other for other in found if covers(made[0], other)]:
            del found[other]
        found[made[0]] = made[1]

    def _grown(
        self, candidate: Candidate, others: Sequence[Candidate], last: frozenset[Column] = frozenset()
    ) -> tuple[Candidate, Size] | None:
        """In rounds: what depends on what came in before adds fewer rows than it did alone."""
        (size,) = self.room.measure([candidate])
        for _ in range(_ROUNDS):
            if size is None:
                return None
            larger = self.room.enlarged(candidate, size, others, last)
            if larger == candidate:
                break
            candidate = larger
            (size,) = self.room.measure([candidate])
        return None if size is None else (candidate, size)


def covers(general: Candidate, other: Candidate) -> bool:
    """Whatever the other serves it serves too, but for numbers of different values."""
    return (
        general.root == other.root
        and _additive(other).parts <= general.parts
        and all(_holds(general.by_column.get(column), grain) for column, grain in other.grains)
    )


def _holds(held: str | None, grain: str) -> bool:
    return held is not None and (held in ("", grain) or grain in COARSER[held])


def _additive(candidate: Candidate) -> Candidate:
    return replace(candidate, parts=frozenset(part for part in candidate.parts if not part.distinct))


def _of_fact(root: TableName, asked: Iterable[Candidate]) -> Candidate:
    """No dimensions yet, and all that is added up of its own columns."""
    path = Path(root)
    own = [c for c in asked if c.root == root and not c.wide]
    parts = frozenset(p for c in own for p in _additive(c).parts if tables(p) <= {path.number})
    return Candidate(root, frozenset((path,)), frozenset(), parts, sums=frozenset().union(*(c.sums for c in own)))


def _with_numbers(candidate: Candidate, facts: Facts) -> Candidate:
    table = facts.table(candidate.root)
    summed = {part.argument for part in candidate.parts if part.function == "sum"}
    found = [column for column in _numbers(table, facts) if column not in summed][:_MOST_NUMBERS]
    sums = {Aggregate("sum", c, of_aggregate("sum", c.type, facts.dialect)) for c in found}
    return replace(candidate, parts=candidate.parts | sums)


def _numbers(table: CatalogTable, facts: Facts) -> Iterator[Column]:
    """Amounts: no keys, codes or years, nothing that has a few values only, nothing that may be NULL, which an average
    would have to count too."""
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    for column in table.columns:
        kind = facts.type(column)
        named = column.name in keys or _NO_AMOUNT.search(column.name)
        hidden = column.pii or column.withheld or column.values_exact or column.nullable
        if kind.is_exact and not named and not hidden:
            yield Column(Path(table.name).number, column.name, kind, column.nullable)
