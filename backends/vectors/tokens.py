"""Text to lexical terms and sparse vectors: identifiers split, English stemmed lightly, Korean by morpheme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SparseVector:
    """Hashed term ids (ascending, unique, 32 bit) and their weights, of the same length."""

    indices: tuple[int, ...]
    values: tuple[float, ...]
