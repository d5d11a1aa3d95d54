"""Layer 6: fetches in small portions and stops at the limit of rows or bytes."""

from __future__ import annotations

from typing import Any

from backends.warehouse.base import Limits, Rows
from backends.warehouse.engine import Session

_FIRST = 16
_LARGEST = 1024


def collect(session: Session, limits: Limits | None) -> Rows:
    """Everything, where `limits` is None."""
    header = session.header()
    rows: list[tuple[Any, ...]] = []
    used = 0
    portion = _FIRST
    truncated = False
    while not truncated:
        # One more than fits, to know whether there is more.
        wanted = portion if limits is None else min(portion, limits.rows + 1 - len(rows))
        fetched = session.fetch(wanted)
        for row in fetched:
            used += _size(row)
            truncated = limits is not None and (len(rows) >= limits.rows or used > limits.bytes)
            if truncated:
                break
            rows.append(tuple(row))
        if len(fetched) < wanted:
            break
        portion = min(portion * 2, _LARGEST)
        if limits is not None:
            portion = min(portion, 1 + (limits.bytes - used) * len(rows) // max(used, 1))
    return Rows(
        columns=tuple(name for name, _ in header),
        types=tuple(kind for _, kind in header),
        rows=tuple(rows),
        truncated=truncated,
    )


def _size(value: Any) -> int:
    """Bytes of the value itself, near enough to bound memory."""
    if isinstance(value, (str, bytes, bytearray, memoryview)):
        return len(value)
    if isinstance(value, dict):
        return sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, (list, tuple, set)):
        return sum(map(_size, value)) + 8
    return 8
