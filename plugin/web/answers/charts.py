"""A chart of a result by rules, as a Vega-Lite specification of the few parts that are allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from plugin.web.cells import numeric

_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d(?:T[\d:.+Z-]+)?)?")
_MOST_BARS = 40
_MOST_SERIES = 8
_MOST_POINTS = 1000
_MOST_TICKS = 12
_FEW_TICKS = {"tickCount": 8}
"""Of a measure that lies along the page: its numbers stand side by side."""

Spec = dict[str, Any]
_MYRIADS = (
    "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',.2~f') + '억' : "
    "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',.2~f') + '만' : datum.label"
)
_AXIS: dict[str, Spec] = {"ko": {"axis": {"labelExpr": _MYRIADS}}}
"""Of a measure: Korean counts large numbers in ten thousands."""


def measures(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The columns that can be drawn as a height."""
    return [name for i, name in enumerate(columns) if numeric(rows, i) and not _is_key(name)]


def spec(columns: Sequence[str], rows: Sequence[Sequence[Any]], measure: str = "", language: str = "en") -> Spec | None:
    """A line over time, or bars by name; None where neither would say more than the table does.

    Names are positions (c0, c1, ...), so that no column's name can be read as a path or an expression.
    """
    drawable = measures(columns, rows)
    if not 2 <= len(rows) <= _MOST_POINTS or not drawable or len(set(columns)) != len(columns):
        return None
    height = columns.index(measure if measure in drawable else drawable[0])
    others = [i for i, name in enumerate(columns) if name not in drawable]
    times = [i for i in others if _is_time(rows, i)]
    names = [i for i in others if i not in times]
    axis = _AXIS.get(language, {})
    if times and len(names) <= 1:
        return _line(columns, rows, times[0], height, names[0] if names else None, axis)
    if len(names) == 1 and len(rows) <= _MOST_BARS and _distinct(rows, names[0]) == len(rows):
        return _bars(columns, rows, names[0], height, axis)
    return None


def _line(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], x: int, y: int, series: int | None, axis: Spec
) -> Spec | None:
    if series is not None and _distinct(rows, series) > _MOST_SERIES:
        return None
    moments = _distinct(rows, x)
    encoding: Spec = {
        "x": {
            "field": f"c{x}",
            "type": "temporal",
            "title": None,
            "scale": {"type": "utc"},
            "axis": {"tickCount": min(moments, _MOST_TICKS)},
        },
        "y": {"field": f"c{y}", "type": "quantitative", "title": columns[y], **axis},
        "tooltip": [_tip(columns, i) for i in (x, series, y) if i is not None],
    }
    if series is not None:
        encoding["color"] = {"field": f"c{series}", "type": "nominal", "title": columns[series]}
    return {"data": _values(rows), "mark": {"type": "line", "point": True}, "encoding": encoding}


def _bars(columns: Sequence[str], rows: Sequence[Sequence[Any]], x: int, y: int, axis: Spec) -> Spec:
    along = {"axis": {**axis.get("axis", {}), **_FEW_TICKS}}
    encoding: Spec = {
        "y": {"field": f"c{x}", "type": "nominal", "title": None, "sort": None},
        "x": {"field": f"c{y}", "type": "quantitative", "title": columns[y], **along},
        "tooltip": [_tip(columns, x), _tip(columns, y)],
    }
    return {"data": _values(rows), "mark": {"type": "bar"}, "encoding": encoding}


def _tip(columns: Sequence[str], at: int) -> Spec:
    return {"field": f"c{at}", "title": columns[at]}


def _values(rows: Sequence[Sequence[Any]]) -> Spec:
    return {"values": [{f"c{i}": value for i, value in enumerate(row)} for row in rows]}


def _is_time(rows: Sequence[Sequence[Any]], at: int) -> bool:
    known = [row[at] for row in rows if row[at] is not None]
    return bool(known) and all(isinstance(v, str) and _DATE.fullmatch(v) for v in known)


def _is_key(name: str) -> bool:
    return name.casefold() in ("id", "year") or name.casefold().endswith(("_id", "_year", "_key"))


def _distinct(rows: Sequence[Sequence[Any]], at: int) -> int:
    return len({str(row[at]) for row in rows})
