"""Texts go in and vectors come out in normal form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encodable(text: str) -> str:
    """Lone surrogates (broken JSON escapes) have no UTF-8 form, which tokenizers need."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scales each row to length 1. A row without length (a text without content) becomes the first axis."""
    import numpy as np

    rows = np.array(rows, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    empty = lengths[:, 0] == 0
    rows[empty, :1] = 1.0
    lengths[empty] = 1.0
    rows /= lengths
    return rows
