"""The vector index port: named collections of points with a dense and a sparse (lexical) vector each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from backends.vectors.tokens import SparseVector, lexical_scheme

Payload = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """`id` is a UUID string; the payload is JSON data. `dense` has the dimension of the collection."""

    id: str
    dense: Sequence[float]
    sparse: SparseVector
    payload: Payload


@dataclass(frozen=True)
class Hit:
    """`score` is the fused one; `parts` holds the rank (from 1) in each single ranking that had the point."""

    id: str
    score: float
    payload: Payload
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Stamp:
    """What made the vectors. An index is only readable under the stamp that it was made with."""

    embedder: str
    dim: int
    template: str
    lexical: str = field(default_factory=lexical_scheme)


class VectorIndex(Protocol):
    """Collections come into being with their first upsert; until then they are empty.

    One process writes an index at a time; any number read, and take up what was published at their next `begin`.
    Threads may share one object. Raises IndexMissing (a search where nothing was ever written), IndexMismatch,
    IndexLocked, VectorError.
    """

    def stamp(self) -> Stamp | None:
        """What the readable index was made with; None before the first write."""

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        """Says under which stamp this object reads and writes: IndexMismatch if another made the index.

        `rebuild` starts an empty index beside the present one. Writes go to the new one, reads (`search`,
        `scroll`, `count`, `stamp`) still see the present one, and `flush` puts the new one in its place at
        once. Without a `flush` the present one stays.
        """

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """After `begin`. A point with the id of another replaces it."""

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Ids that are not there are passed over."""

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        """Both rankings fused (`fusion.py`), best first, ties broken by id.

        `match` keeps points whose payload field equals the value, or one of the values; a field that is a list
        is kept when one of its members does.
        """

    def scroll(
        self,
        collection: str,
        fields: Sequence[str] | None = None,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Iterator[tuple[str, Payload]]:
        """All points (id, payload), or those that fit `match`, in no order; of the payload only `fields` if given."""

    def count(self, collection: str) -> int: ...

    def flush(self) -> None:
        """After this, a crash loses nothing that was written before it, and others see it. Commits a rebuild."""

    def close(self) -> None:
        """What was not flushed may be lost."""
