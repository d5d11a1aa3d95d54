"""Views for questions that nobody has asked yet, beside those that pay for what is asked.

What is chosen for a log stays as small as its questions allow, so that these are fast. Each gets a general one beside
it, unless another one will do: it starts from its dimensions and takes whatever still fits into a share of the fact's
rows, with the sums of the fact's own numbers. The matcher sends a question to the smaller of two views that both prove
it, so a general view is read only for what no other answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Facts
from materialized_views.blocks.canonical import COARSER
from materialized_views.blocks.expressions import Aggregate, Column
from materialized_views.blocks.types import of_aggregate
from materialized_views.candidates.candidate import Candidate
from materialized_views.candidates.paths import Path
from materialized_views.room import Room
from materialized_views.sizes import Size

_ROUNDS = 3
_MOST_NUMBERS = 12
_NO_AMOUNT = re.compile(r"(^|_)(id|key|no|nr|number|code|year|month|week|day|hour)$")


@dataclass(frozen=True)
class General:
    """`room` says how large one may be."""

    room: Room

    def beside(self, chosen: Sequence[Candidate], asked: Iterable[Candidate]) -> dict[Candidate, Size]:
        """Those that hold more than the chosen one that they start from; `asked` are candidates of all facts."""
        others, found = list(asked), dict[Candidate, Size]()
        for candidate in (c for c in chosen if not c.wide):
            start = _additive(candidate)
            if any(covers(other, start) for other in (*found, *chosen) if other != candidate and not other.wide):
                continue
            start = _with_numbers(start, Facts(self.room.catalog))
            made = self._grown(start, others)
            if made is not None and made[0].grains != candidate.grains:
                found = {c: size for c, size in found.items() if not covers(made[0], c)}
                found[made[0]] = made[1]
        return found

    def _grown(self, candidate: Candidate, others: Sequence[Candidate]) -> tuple[Candidate, Size] | None:
        """In rounds: what depends on what came in before adds fewer rows than it did alone."""
        (size,) = self.room.measure([candidate])
        for _ in range(_ROUNDS):
            if size is None:
                return None
            larger = self.room.enlarged(candidate, size, others)
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
