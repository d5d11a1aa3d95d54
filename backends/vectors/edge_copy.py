"""A copy of an embedded index, and back; a swap is one step."""

from __future__ import annotations

from pathlib import Path

from backends.vectors.generations import Generations, read_stamp


def save(root: Path, folder: Path) -> bool:
    """The published generation into a new folder; False where there is none. Whoever writes goes on meanwhile."""
    return root.is_dir() and Generations(root).save(folder)


def restore(root: Path, folder: Path, wait: float = 0.0) -> None:
    """Copies a saved generation in and publishes it. Raises IndexLocked, VectorError."""
    read_stamp(folder)
    generations = Generations(root, wait)
    generations.take_turn()
    try:
        held = generations.bring(folder)
        generations.publish(held)
        generations.drop(held)
    finally:
        generations.end_turn()
