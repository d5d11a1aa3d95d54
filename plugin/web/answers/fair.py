"""Who is next: people take turns, however many questions one of them has waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Place(Generic[T]):
    start: int
    arrival: int
    who: str
    item: T


class FairQueue(Generic[T]):
    """Start-time fair queueing with questions of one length: each starts one round after the one before it of the same
    person, and no earlier than the round that is served now; equal rounds go by arrival."""

    def __init__(self) -> None:
        self._places: list[_Place[T]] = []
        self._round = 0
        self._next: dict[str, int] = {}
        self._arrivals = 0

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, item: T) -> bool:
        return any(place.item is item for place in self._places)

    def of(self, who: str) -> int:
        """How many of theirs wait."""
        return sum(place.who == who for place in self._places)

    def add(self, item: T, who: str) -> None:
        start = max(self._round, self._next.get(who, 0))
        self._next[who] = start + 1
        self._arrivals += 1
        self._places.append(_Place(start, self._arrivals, who, item))
        self._places.sort(key=lambda place: (place.start, place.arrival))

    def take(self) -> T:
        """The next one."""
        place = self._places.pop(0)
        self._round = place.start
        self._next = {who: start for who, start in self._next.items() if start > self._round}
        return place.item

    def remove(self, item: T) -> None:
        self._places = [place for place in self._places if place.item is not item]

    def items(self) -> list[T]:
        """The next one first."""
        return [place.item for place in self._places]
