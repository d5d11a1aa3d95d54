"""Typed comparison of two results as bags: numbers, texts and moments exactly, floats to nine digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from backends.warehouse.base import Rows

_RELATIVE = 1e-9
_NUMBERS = (int, float, Decimal)


def difference(base: Rows, view: Rows, *, typed: bool = True) -> str:
    """ "" where both are the same answer; else the first thing that differs, without values of rows. A name
    that the SQL does not give is no difference. With `typed` off no name is, nor a type: 1 is the same as 1.00."""
    if base.truncated or view.truncated:
        return "the results are too large to compare"
    if len(base.columns) != len(view.columns):
        return f"{len(view.columns)} columns instead of {len(base.columns)}"
    named = [(a, b) for a, b in zip(base.columns, view.columns, strict=True) if b.isidentifier()]
    if typed and any(a.casefold() != b.casefold() for a, b in named):
        return f"columns {', '.join(view.columns)} instead of {', '.join(base.columns)}"
    if typed and base.types != view.types:
        found = next(i for i, (a, b) in enumerate(zip(base.types, view.types, strict=True)) if a != b)
        return f"{base.columns[found]} is {view.types[found]} instead of {base.types[found]}"
    if len(base.rows) != len(view.rows):
        return f"{len(view.rows):,} rows instead of {len(base.rows):,}"
    order = _order if typed else _order_of_values
    ours, theirs = sorted(base.rows, key=order), sorted(view.rows, key=order)
    for a, b in zip(ours, theirs, strict=True):
        for name, one, other in zip(base.columns, a, b, strict=True):
            if not (same(one, other) or (not typed and _equal(one, other))):
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


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, _NUMBERS) and isinstance(b, _NUMBERS) and isinstance(a, bool) == isinstance(b, bool):
        return bool(a == b) or math.isclose(a, b, rel_tol=_RELATIVE)
    return False


def _order_of_values(row: Sequence[Any]) -> tuple[list[str], list[float]]:
    _, floats = _order(row)
    whole = [cell for cell in row if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool)]
    texts = [repr(cell) for cell in row if not isinstance(cell, _NUMBERS) or isinstance(cell, bool)]
    return [*texts, *(str(Decimal(cell).normalize()) for cell in whole)], floats
