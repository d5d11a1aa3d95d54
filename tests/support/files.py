"""Copies of projects for tests."""

from __future__ import annotations

import shutil
from pathlib import Path

_BLOCK = 1 << 20


def copy_project(source: Path, target: Path) -> Path:
    """Holes stay holes: an index sets aside hundreds of megabytes that it does not use."""
    return Path(shutil.copytree(source, target, copy_function=_copy_sparse))


def _copy_sparse(source: str, target: str) -> str:
    with Path(source).open("rb") as read, Path(target).open("wb") as write:
        while block := read.read(_BLOCK):
            if block.count(0) == len(block):
                write.seek(len(block), 1)
            else:
                write.write(block)
        write.truncate()
    shutil.copystat(source, target)
    return target
