"""Texts that come again are not embedded again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from backends.embedder.base import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Key = tuple[str, str]


class CachedEmbedder:
    """Another embedder with its last `capacity` vectors kept in memory (2 KB each at 512 dimensions).

    Vectors that come out are shared and read-only.
    """

    def __init__(self, inner: Embedder, capacity: int = 4096) -> None:
        self._inner = inner
        self._capacity = capacity
        self._rows: OrderedDict[_Key, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    @property
    def id(self) -> str:
        return self._inner.id

    @property
    def dim(self) -> int:
        return self._inner.dim

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return self._inner.embed_documents([])
        found = {text: self._get(("document", text)) for text in texts}
        missing = [text for text, row in found.items() if row is None]
        if missing:
            for text, row in zip(missing, self._inner.embed_documents(missing), strict=True):
                found[text] = self._put(("document", text), row)
        return np.stack([row for row in (found[text] for text in texts) if row is not None])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row = self._get(("query", text))
        return self._put(("query", text), self._inner.embed_query(text)) if row is None else row

    def _get(self, key: _Key) -> NDArray[np.float32] | None:
        with self._lock:
            row = self._rows.get(key)
            if row is not None:
                self._rows.move_to_end(key)
            return row

    def _put(self, key: _Key, row: NDArray[np.float32]) -> NDArray[np.float32]:
        kept: NDArray[np.float32] = row.copy()
        kept.flags.writeable = False
        with self._lock:
            self._rows[key] = kept
            while len(self._rows) > self._capacity:
                self._rows.popitem(last=False)
        return kept
