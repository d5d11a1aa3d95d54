"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

_PARTIAL = ".partial"


def write_atomically(path: Path, text: str) -> None:
    """Readers see the old file or the new one, also after a crash; `sweep` removes what a crash left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def sweep(folder: Path) -> None:
    """Only while nobody else writes there."""
    for partial in folder.glob(f".*{_PARTIAL}"):
        partial.unlink(missing_ok=True)
