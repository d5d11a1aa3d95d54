"""Files of an embedded index: copied with their holes, replaced in one step, safely on disk, locked."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from backends.errors import VectorError

_BLOCK = 1 << 20
_SPARE = 64 << 20
"""Bytes. The engine writes into mapped files, and a disk that is full under one ends the process."""


@contextmanager
def told(root: Path) -> Iterator[None]:
    """What the disk says as a VectorError."""
    try:
        yield
    except OSError as error:
        raise VectorError(
            f"the index in {root} can't be read or written: {error.strerror or error}",
            hint=f"see that the disk is not full and that {root} can be written by this user",
            path=str(root),
        ) from error


def enough_space(root: Path, more: int = 0) -> None:
    """Raises VectorError."""
    free, needed = shutil.disk_usage(root).free, more + _SPARE
    if free < needed:
        raise VectorError(
            f"the disk of {root} has {free >> 20} MB left, and the index needs {needed >> 20} MB",
            hint="make room there, then try again; the index is as it was",
            path=str(root),
        )


def used(folder: Path) -> int:
    """Bytes on disk: an index sets aside hundreds of megabytes that it does not use."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(min(stat.st_size, getattr(stat, "st_blocks", stat.st_size) * 512) for stat in found)


def copy_tree(source: Path, target: Path, *, without: str, linked: Callable[[Path], bool] = lambda _: False) -> None:
    """`linked` says which files need no copy, because nobody will write them; where the disk has no links, all do."""

    def copied(one: str, other: str) -> str:
        if linked(Path(one)):
            with suppress(OSError):
                os.link(one, other)
                return other
        return _copy_with_holes(one, other)

    ignored = shutil.ignore_patterns(without)
    shutil.copytree(source, target, copy_function=copied, ignore=ignored, dirs_exist_ok=True)


def _copy_with_holes(source: str, target: str) -> str:
    with Path(source).open("rb") as read, Path(target).open("wb") as write:
        for begin, end in _filled(read):
            read.seek(begin)
            while begin < end and (block := read.read(min(_BLOCK, end - begin))):
                if block.count(0) < len(block):
                    write.seek(begin)
                    write.write(block)
                begin += len(block)
        write.truncate(os.fstat(read.fileno()).st_size)
    return target


def _filled(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The parts that are on disk; all of it where the system can't tell."""
    end, at = os.fstat(file.fileno()).st_size, 0
    if not hasattr(os, "SEEK_DATA"):
        yield 0, end
        return
    while at < end:
        try:
            at = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError:  # a hole up to the end
            return
        hole = os.lseek(file.fileno(), at, os.SEEK_HOLE)
        yield at, hole
        at = hole


def replace_with(path: Path, text: str) -> None:
    """All or nothing, also when the machine stops."""
    partial = path.with_name(f"{path.name}.new")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _settle(path.parent)


def settle_tree(folder: Path) -> None:
    """After this, all of it is there also when the machine stops."""
    for path in (*folder.rglob("*"), folder):
        _settle(path)


def _settle(path: Path) -> None:
    if os.name != "posix":
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def locked(path: Path, seconds: float | None = None) -> IO[str] | None:
    """Held until it is closed, or its process ends; None where another has it for `seconds` (None waits for ever)."""
    import portalocker

    file = path.open("a+", encoding="utf-8")
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        try:
            portalocker.lock(file, portalocker.LOCK_EX | (0 if until is None else portalocker.LOCK_NB))
        except portalocker.LockException:
            if until is not None and time.monotonic() >= until:
                file.close()
                return None
            time.sleep(0.05)
        else:
            return file
