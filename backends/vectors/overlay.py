"""An index in which some collections are another index's: to try what a change would do, without making it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backends.vectors.base import Hit, Payload, Point, Stamp, VectorIndex
from backends.vectors.tokens import SparseVector


class Overlay:
    """Closes neither of the two. `over` maps a collection to the index that it is read and written in."""

    def __init__(self, base: VectorIndex, over: Mapping[str, VectorIndex]) -> None:
        self._base = base
        self._over = dict(over)

    def _of(self, collection: str) -> VectorIndex:
        return self._over.get(collection, self._base)

    def stamp(self) -> Stamp | None:
        return self._base.stamp()

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        for index in (self._base, *self._over.values()):
            index.begin(stamp, rebuild=rebuild)

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        self._of(collection).upsert(collection, points)

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        self._of(collection).delete(collection, ids)

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        return self._of(collection).search(collection, dense, sparse, limit, match)

    def scroll(
        self,
        collection: str,
        fields: Sequence[str] | None = None,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Iterator[tuple[str, Payload]]:
        return self._of(collection).scroll(collection, fields, match)

    def count(self, collection: str) -> int:
        return self._of(collection).count(collection)

    def flush(self) -> None:
        for index in (self._base, *self._over.values()):
            index.flush()

    def close(self) -> None:
        pass
