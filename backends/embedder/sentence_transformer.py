"""Any model that sentence-transformers can load, by hub name or by path."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from backends.embedder.normal import encodable, unit_rows
from backends.errors import ModelMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAMPLE = 1 << 20


class SentenceTransformerEmbedder:
    """Code that a model brings along is never run.

    `revision` pins a hub model and belongs to its id; a model in a folder is known by what the folder holds.
    """

    def __init__(
        self, model: str, *, revision: str | None = None, device: str | None = None, batch_size: int = 32
    ) -> None:
        self._name = model
        self._revision = revision
        self._device = device
        self._batch_size = batch_size
        self._loading = Lock()

    @cached_property
    def id(self) -> str:
        path = Path(self._name)
        mark = _fingerprint(path) if path.is_dir() else self._revision or "main"
        return f"sentence-transformers/{path.name if path.is_dir() else self._name}@{mark}"

    @cached_property
    def dim(self) -> int:
        return int(self.embed_query("dimension").shape[0])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return unit_rows(self._encode("encode_document", texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = unit_rows(self._encode("encode_query", [text]))[0]
        return row

    def _encode(self, method: str, texts: Sequence[str]) -> Any:
        with self._loading:
            model = self._model
        return getattr(model, method)(
            [encodable(text) for text in texts],
            batch_size=self._batch_size,
            convert_to_numpy=True,
            show_progress_bar=False,
        )

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelMissing(
                f"the embedding model {self._name!r} needs the package sentence-transformers, "
                f"which is not installed ({error})",
                hint='install the extra: pip install "dbt-ask[sentence-transformers]"',
                model=self._name,
            ) from error
        try:
            return SentenceTransformer(
                self._name, revision=self._revision, device=self._device, trust_remote_code=False
            )
        except (OSError, ValueError) as error:
            raise ModelMissing(
                f"the embedding model {self._name!r} could not be loaded: {error}",
                hint="give a folder that holds a saved model, or the name of a model that the hub has",
                model=self._name,
            ) from error


def _fingerprint(folder: Path) -> str:
    """Of every file its name, size and both ends: weights that were trained again differ there too."""
    digest = blake2b(digest_size=6)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(size - _SAMPLE, 0))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()
