"""A copy of an embedded index, and back. The lock keeps everybody else out meanwhile; a swap is one step."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from backends.vectors.generations import Generations, read_stamp

_BLOCK = 1 << 20


def save(root: Path, folder: Path) -> bool:
    """The readable generation into a new folder; False where there is none. Raises IndexLocked."""
    if not root.is_dir():
        return False
    generations = Generations(root)
    try:
        current = generations.current()
        if current is None:
            return False
        shutil.copytree(current, folder, copy_function=copy_with_holes)
        return True
    finally:
        generations.close()


def restore(root: Path, folder: Path) -> None:
    """Copies a saved generation in and makes it the readable one. Raises IndexLocked, VectorError."""
    read_stamp(folder)
    generations = Generations(root)
    try:
        moved = root / f"g-{uuid4().hex}"
        shutil.copytree(folder, moved, copy_function=copy_with_holes)
        generations.publish(moved)
        generations.sweep()
    finally:
        generations.close()


def copy_with_holes(source: str, target: str) -> str:
    """Holes stay holes: an index sets aside hundreds of megabytes that it does not use."""
    with Path(source).open("rb") as read, Path(target).open("wb") as write:
        while block := read.read(_BLOCK):
            if block.count(0) == len(block):
                write.seek(len(block), 1)
            else:
                write.write(block)
        write.truncate()
    return target
