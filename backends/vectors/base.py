"""The vector index port: named collections of points with a dense and a sparse (lexical) vector each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from backends.vectors.tokens import SparseVector

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


class VectorIndex(Protocol):
    """Collections come into being with their first upsert. One process owns an embedded index.

    Raises IndexMissing, IndexMismatch, IndexLocked, VectorError.
    """

    def stamp(self) -> Stamp | None:
        """None before the first `begin`."""

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        """Binds an empty index to a stamp, or checks it: IndexMismatch if another made it.

        `rebuild` drops all collections first.
        """

    def upsert(self, collection: str, points: Sequence[Point]) -> None: ...

    def delete(self, collection: str, ids: Sequence[str]) -> None: ...

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        """Both rankings fused by reciprocal rank, best first, ties broken by id.

        `match` keeps points whose payload field equals the value, or one of the values.
        """

    def scroll(self, collection: str) -> Iterator[tuple[str, Payload]]:
        """All points (id, payload), in no order."""

    def count(self, collection: str) -> int: ...

    def flush(self) -> None:
        """After this, a crash loses nothing that was written before it."""

    def close(self) -> None: ...
