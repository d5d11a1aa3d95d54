"""The index as one person may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backends.vectors.base import Hit, VectorIndex
from backends.vectors.overlay import Overlay
from backends.vectors.tokens import SparseVector
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import Catalog

_EXAMPLES = COLLECTIONS["example"]
_DEEPER = 10


class Walled(Overlay):
    """No example whose SQL reads a table of another domain comes near the prompt. Tables, columns and values of other
    domains are left to the generator, which knows only those of its catalogue."""

    def __init__(self, base: VectorIndex, catalog: Catalog) -> None:
        super().__init__(base, {})
        self._tables = catalog.directory

    def search(
        self,
        collection: str,
        dense: Sequence[float],
        sparse: SparseVector,
        limit: int,
        match: Mapping[str, str | Sequence[str]] | None = None,
    ) -> list[Hit]:
        if collection != _EXAMPLES:
            return super().search(collection, dense, sparse, limit, match)
        hits = super().search(collection, dense, sparse, limit * _DEEPER, match)
        return [hit for hit in hits if all(map(self._tables.whole, hit.payload["tables"]))][:limit]
