"""The nearest documents of tables that count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backends.vectors.base import Hit, VectorIndex
from backends.vectors.tokens import SparseVector

_FURTHER = 4
_FURTHEST = 2000


def nearest(
    index: VectorIndex,
    collection: str,
    dense: Sequence[float],
    sparse: SparseVector,
    wanted: int,
    may: Callable[[str], bool],
) -> list[Hit]:
    """Up to `wanted` whose table `may` be taken. Where others stand before them, more are searched, as far as it pays:
    a filter by the names of all tables would cost as much as there are tables."""
    limit = wanted
    while True:
        hits = index.search(collection, dense, sparse, limit)
        found = [hit for hit in hits if may(hit.payload["table"])]
        if len(found) >= wanted or len(hits) < limit or limit >= _FURTHEST:
            return found[:wanted]
        limit = min(limit * _FURTHER, _FURTHEST)
