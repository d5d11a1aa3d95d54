"""An embedder without a model: character trigrams, hashed. For tests; it knows spelling, not meaning."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from backends.embedder.normal import unit_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class HashEmbedder:
    def __init__(self, dim: int = 64) -> None:
        self.dim = dim

    @property
    def id(self) -> str:
        return f"hash-trigrams-{self.dim}"

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for trigram in _trigrams(text):
                digest = int.from_bytes(blake2b(trigram, digest_size=8).digest(), "big")
                row[(digest >> 1) % self.dim] += 1.0 if digest & 1 else -1.0
        return unit_rows(rows)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.embed_documents([text])[0]
        return row


def _trigrams(text: str) -> list[bytes]:
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not words:
        return []
    padded = f" {words} "
    return [padded[i : i + 3].encode("utf-8", "replace") for i in range(len(padded) - 2)]
