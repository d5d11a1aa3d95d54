"""Typed comparison of two results as bags: numbers, texts and moments exactly, floats to nine digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from backends.warehouse.base import Rows

_RELATIVE = 1e-9


def difference(base: Rows, view: Rows) -> str:
    """ "" where both are the same answer; else the first thing that differs, without values of rows."""
    if base.truncated or view.truncated:
        return "the results are too large to compare"
    if base.columns != view.columns:
        return f"columns {', '.join(view.columns)} instead of {', '.join(base.columns)}"
    if base.types != view.types:
        found = next(i for i, (a, b) in enumerate(zip(base.types, view.types, strict=True)) if a != b)
        return f"{base.columns[found]} is {view.types[found]} instead of {base.types[found]}"
    if len(base.rows) != len(view.rows):
        return f"{len(view.rows):,} rows instead of {len(base.rows):,}"
    ours, theirs = sorted(base.rows, key=_order), sorted(view.rows, key=_order)
    for a, b in zip(ours, theirs, strict=True):
        for name, one, other in zip(base.columns, a, b, strict=True):
            if not same(one, other):
                return f"values of {name} differ"
    return ""


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=_RELATIVE, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


def _order(row: Sequence[Any]) -> tuple[list[str], list[float]]:
    """Exact cells first: floats, which may differ a little, only order what those leave equal."""
    exact = [repr(cell) for cell in row if not isinstance(cell, float)]
    return exact, [cell for cell in row if isinstance(cell, float) and not math.isnan(cell)]
