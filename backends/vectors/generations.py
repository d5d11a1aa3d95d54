"""The folder of an embedded index: one folder a generation, a pointer to the readable one, and a lock.

CURRENT              the name of the readable generation, replaced in one step
lock                 held by the process that owns the index; holds its process id
g-.../stamp.json     what made it, written before the pointer names it
g-.../<collection>/  one Qdrant shard
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import IO
from uuid import uuid4

from backends.errors import IndexLocked, VectorError
from backends.vectors.base import Stamp

_STAMP = "stamp.json"


class Generations:
    """Holds the lock from the constructor to `close`."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._lock = _lock(root / "lock")

    def current(self) -> Path | None:
        pointer = self.root / "CURRENT"
        return self.root / pointer.read_text(encoding="utf-8") if pointer.exists() else None

    def create(self, stamp: Stamp) -> Path:
        """A new generation that nobody reads until it is published."""
        folder = self.root / f"g-{uuid4().hex}"
        folder.mkdir()
        _write(folder / _STAMP, json.dumps(asdict(stamp), ensure_ascii=False))
        return folder

    def publish(self, folder: Path) -> None:
        _write(self.root / "CURRENT", folder.name)

    def sweep(self, *keep: Path) -> None:
        """Removes what a rebuild replaced and what a crash left behind.

        Where files that are still open can't be removed (Windows), they go with the next sweep.
        """
        kept = {*keep, self.current()}
        for folder in self.root.glob("g-*"):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        self._lock.close()


def read_stamp(folder: Path) -> Stamp:
    path = folder / _STAMP
    try:
        return Stamp(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise VectorError(
            f"the index in {folder.parent} can't be read: {path.name}: {error}",
            hint=f"delete {folder.parent} and run `dbt-ask sync`",
            path=str(path),
        ) from error


def _lock(path: Path) -> IO[str]:
    import portalocker

    file = path.open("a+", encoding="utf-8")
    try:
        portalocker.lock(file, portalocker.LOCK_EX | portalocker.LOCK_NB)
    except portalocker.LockException as error:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise IndexLocked(
            f"the index in {path.parent} is in use by another process (id {owner})",
            hint="wait until it ends or stop it; to share an index between processes, set index.url to a Qdrant server",
            path=str(path.parent),
            owner=owner,
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _write(path: Path, text: str) -> None:
    """All or nothing, also when the machine stops."""
    partial = path.with_name(f"{path.name}.new")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
