"""A vector index in a dict: for what only writes to one, and looks at what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backends.vectors.base import Hit, Payload, Point, Stamp
from backends.vectors.tokens import SparseVector


class Points:
    """Not searched."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Payload]] = {}
        self._stamp: Stamp | None = None

    def stamp(self) -> Stamp | None:
        return self._stamp

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        if rebuild:
            self.made = {}
        self._stamp = stamp

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        self.made.setdefault(collection, {}).update({point.id: point.payload for point in points})

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        for point in ids:
            self.made.get(collection, {}).pop(point, None)

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        raise NotImplementedError

    def scroll(
        self, collection: str, fields: Sequence[str] | None = None, match: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[str, Payload]]:
        for point, payload in list(self.made.get(collection, {}).items()):
            if all(payload.get(key) == wanted for key, wanted in (match or {}).items()):
                yield point, payload

    def count(self, collection: str) -> int:
        return len(self.made.get(collection, {}))

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass
