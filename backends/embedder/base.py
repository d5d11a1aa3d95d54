"""The embedding port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Texts to unit vectors. `id` changes when the vectors would."""

    @property
    def id(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dim), each row of length 1."""

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """(dim,), of length 1."""
