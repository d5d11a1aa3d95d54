"""The folder of an embedded index, shared by processes: one that writes at a time, any number that read.

CURRENT              the name of the published generation, replaced in one step; what is published is not written again
lock                 held for the moments in which a generation is copied, published or removed
writer               held by who writes, from the first write to the flush; holds the process id
g-.../stamp.json     what made it
g-.../owner          locked by the process that has this generation open
g-.../<collection>/  one Qdrant shard

The engine opens a shard for one process alone, so each reads a copy of its own, and writes into one that it publishes.
A copy to read costs next to nothing: its segments, which reading leaves as they are, are links to the published ones.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO
from uuid import uuid4

from backends.errors import IndexLocked, VectorError
from backends.vectors.base import Stamp
from backends.vectors.files import copy_tree, enough_space, locked, replace_with, settle_tree, told, used

_STAMP = "stamp.json"
_OWNER = "owner"
_SETTLED = ("vector_storage", "vector_index", "payload_storage", "payload_index")  # folders of a segment


@dataclass(frozen=True)
class Held:
    """A generation that this process alone has open. `base` is the published one that it is a copy of, if any.
    `to_read`: it shares files with that one, and must not be written."""

    path: Path
    base: str
    owner: IO[str]
    to_read: bool = False


class Generations:
    """`wait` is how many seconds a writer waits for the one before."""

    def __init__(self, root: Path, wait: float = 0.0) -> None:
        self.root = root
        self._wait = wait
        self._turn: IO[str] | None = None
        with told(root):
            root.mkdir(parents=True, exist_ok=True)
            self.sweep()

    def stamp(self) -> Stamp | None:
        """Of the published generation."""
        with self._alone():
            current = self._current()
            return read_stamp(current) if current else None

    def is_current(self, held: Held) -> bool:
        """Whether it is what is published, or a copy of that."""
        with told(self.root):
            current = self._current()
        return current is not None and current.name in (held.path.name, held.base)

    def is_published(self, held: Held) -> bool:
        with told(self.root):
            return self._current() == held.path

    def create(self, stamp: Stamp) -> Held:
        """Empty; nobody reads it until it is published."""
        with self._alone():
            enough_space(self.root)
            held = self._new("")
            replace_with(held.path / _STAMP, json.dumps(asdict(stamp), ensure_ascii=False))
            return held

    def copy(self, *, to_read: bool = False) -> Held | None:
        """Of what is published; None where nothing is."""
        with self._alone():
            current = self._current()
            if current is None:
                return None
            read_stamp(current)
            enough_space(self.root, 0 if to_read else used(current))
            held = replace(self._new(current.name), to_read=to_read)
            copy_tree(current, held.path, without=_OWNER, linked=_is_settled if to_read else lambda _: False)
            return held

    def bring(self, folder: Path) -> Held:
        """A copy of a saved generation."""
        with self._alone():
            enough_space(self.root, used(folder))
            held = self._new("")
            copy_tree(folder, held.path, without=_OWNER)
            return held

    def save(self, folder: Path) -> bool:
        """What is published into a new folder; False where nothing is."""
        with self._alone():
            current = self._current()
            if current is not None:
                copy_tree(current, folder, without=_OWNER)
            return current is not None

    def publish(self, held: Held) -> None:
        with told(self.root):
            settle_tree(held.path)
            with self._alone():
                replace_with(self.root / "CURRENT", held.path.name)

    def drop(self, held: Held) -> None:
        """No longer open here; removed where it is not published."""
        held.owner.close()
        self.sweep()

    def sweep(self) -> None:
        """Removes what nobody has open and nobody will: replaced, or left by a crash.

        Where files that are still open can't be removed (Windows), they go with the next sweep.
        """
        with self._alone():
            current = self._current()
            for folder in self.root.glob("g-*"):
                if folder != current and not _open(folder):
                    shutil.rmtree(folder, ignore_errors=True)

    def take_turn(self) -> None:
        """To write. Raises IndexLocked where another process writes for longer than we wait."""
        path = self.root / "writer"
        if self._turn is not None:
            return
        with told(self.root):
            self._turn = locked(path, self._wait)
            if self._turn is None:
                raise _taken(path)
            self._turn.truncate(0)
            self._turn.write(str(os.getpid()))
            self._turn.flush()

    def end_turn(self) -> None:
        if self._turn is not None:
            self._turn.close()
            self._turn = None

    def _current(self) -> Path | None:
        try:
            return self.root / (self.root / "CURRENT").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _new(self, base: str) -> Held:
        path = self.root / f"g-{uuid4().hex}"
        path.mkdir()
        owner = locked(path / _OWNER)
        assert owner is not None
        return Held(path, base, owner)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with told(self.root):
            lock = locked(self.root / "lock")
            assert lock is not None
            with lock:
                yield


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


def _is_settled(path: Path) -> bool:
    """Vectors, payloads and what finds them. The engine may mend the rest of a segment when it opens it."""
    return path.suffix != ".json" and any(part.startswith(_SETTLED) for part in path.parts)


def _open(folder: Path) -> bool:
    """Whether a process has it open."""
    if not (folder / _OWNER).exists():
        return False
    free = locked(folder / _OWNER, 0)
    if free is not None:
        free.close()
    return free is None


def _taken(path: Path) -> IndexLocked:
    owner = path.read_text(encoding="utf-8").strip() or "unknown"
    return IndexLocked(
        f"the index in {path.parent} is being written by another process (id {owner})",
        hint="wait until it ends or stop it; where many write at once, set index.url to a Qdrant server",
        path=str(path.parent),
        owner=owner,
    )
