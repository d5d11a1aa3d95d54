"""How a value is written for people, and for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_UNGROUPED = re.compile(r"(?:^|_)(?:id|key|year|no|code|number|zip)$", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cell(value: Any, column: str = "") -> str:
    """Thousands are grouped, but not in ids and years; midnight is left out."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return str(value) if _UNGROUPED.search(column) else f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.4g}"
    return str(value).removesuffix("T00:00:00").replace("T", " ", 1) if _dated(value) else str(value)


def _dated(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) is not None


def numeric(rows: Sequence[Sequence[Any]], column: int) -> bool:
    known = [row[column] for row in rows if row[column] is not None]
    return bool(known) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in known)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """With a byte order mark, so that spreadsheets read Korean; what they would take for a formula gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(name) for name in columns])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
