"""The charts of the screens, as Vega-Lite specifications. Colours are names of the page's own: they follow its scheme.

Every chart stands beside a table or figures that say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
GOOD, WARN, BAD, SOFT = "--good", "--warn", "--bad", "--soft"
FIRST, SECOND = "--chart-1", "--chart-2"
_LEGEND = {"title": None, "symbolOpacity": 1}


def scale(colours: Mapping[str, str]) -> Spec:
    """Label -> the name of a colour."""
    return {"domain": list(colours), "range": list(colours.values())}


def over_time(rows: Iterable[Mapping[str, Any]], y: str, colours: Mapping[str, str]) -> Spec:
    """Dots: `at` (a moment, ISO), `value` (titled `y`), `kind` (a label of `colours`)."""
    return {
        "data": {"values": list(rows)},
        "height": 150,
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.85},
        "encoding": {
            "x": _time("at", "temporal", form="%m-%d %H:%M"),
            "y": {"field": "value", "type": "quantitative", "title": y, "axis": {"tickCount": 4}},
            "color": _kind(colours),
            "tooltip": [{"field": "at"}, {"field": "kind"}, {"field": "value", "title": y}],
        },
    }


def stacked_days(rows: Iterable[Mapping[str, Any]], y: str, colours: Mapping[str, str]) -> Spec:
    """Bars, one a day: `day`, `count`, `kind`."""
    return {
        "data": {"values": list(rows)},
        "height": 200,
        "mark": {"type": "bar", "cornerRadiusEnd": 0},
        "encoding": {
            "x": _time("day", "temporal", timeUnit="utcyearmonthdate", form="%m-%d", band=True),
            "y": {"field": "count", "type": "quantitative", "title": y, "axis": {"tickCount": 4, "tickMinStep": 1}},
            "color": _kind(colours),
            "order": {"field": "rank", "type": "quantitative"},
            "tooltip": [{"field": "day"}, {"field": "kind"}, {"field": "count", "title": y}],
        },
    }


def lines(rows: Iterable[Mapping[str, Any]], y: str, colours: Mapping[str, str], *, percent: bool = False) -> Spec:
    """`day`, `value`, `kind`."""
    axis: Spec = {"tickCount": 4, **({"format": ".0%"} if percent else {})}
    extent = {"scale": {"domain": [0, 1]}} if percent else {}
    return {
        "data": {"values": list(rows)},
        "height": 200,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": _time("day", "temporal", form="%m-%d"),
            "y": {"field": "value", "type": "quantitative", "title": y, "axis": axis, **extent},
            "color": _kind(colours),
            "tooltip": [{"field": "day"}, {"field": "kind"}, {"field": "value", "title": y}],
        },
    }


def pairs(rows: Iterable[Mapping[str, Any]], x: str, colours: Mapping[str, str]) -> Spec:
    """Two bars for each `name`, longest first as they come: `value`, `kind`."""
    found = list(rows)
    return {
        "data": {"values": found},
        "height": {"step": 11},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "title": None, "sort": None, "scale": {"paddingInner": 0.35}},
            "yOffset": {"field": "kind", "type": "nominal", "sort": list(colours), "scale": {"paddingInner": 0}},
            "x": {"field": "value", "type": "quantitative", "title": x, "axis": {"tickCount": 5}},
            "color": _kind(colours),
            "tooltip": [{"field": "name"}, {"field": "kind"}, {"field": "value", "title": x}],
        },
    }


def bars(rows: Iterable[Mapping[str, Any]], x: str, *, whole: bool = True) -> Spec:
    """`name`, `value`; `whole` numbers have no ticks between them."""
    axis: Spec = {"tickCount": 5, **({"tickMinStep": 1} if whole else {})}
    return {
        "data": {"values": list(rows)},
        "height": {"step": 24},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "title": None, "sort": None},
            "x": {"field": "value", "type": "quantitative", "title": x, "axis": axis},
            "tooltip": [{"field": "name"}, {"field": "value", "title": x}],
        },
    }


def shares(rows: Sequence[Mapping[str, Any]], colours: Mapping[str, str]) -> Spec:
    """Shares with their 95 % intervals: `name`, `value`, `low`, `high`, `kind`; one dot for each name and kind."""
    y: Spec = {"field": "name", "type": "nominal", "title": None, "sort": None}
    offset = {"field": "kind", "type": "nominal", "sort": list(colours)}
    axis = {"format": ".0%", "tickCount": 5}
    x: Spec = {"type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": axis}
    tooltip = [
        {"field": "name"},
        {"field": "kind"},
        *({"field": f, "format": ".1%", "type": "quantitative"} for f in ("value", "low", "high")),
    ]
    common: Spec = {"y": y, "color": _kind(colours), "tooltip": tooltip}
    if len(colours) > 1:
        common["yOffset"] = offset
    return {
        "data": {"values": list(rows)},
        "height": {"step": 22 if len(colours) == 1 else 14},
        "encoding": common,
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.35},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 80}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }


def _time(field: str, kind: str, *, form: str, band: bool = False, **more: Any) -> Spec:
    scaled: Spec = {} if band else {"scale": {"type": "utc"}}
    axis = {"tickCount": 6, "format": form}
    return {"field": field, "type": kind, "title": None, "axis": axis, **scaled, **more}


def _kind(colours: Mapping[str, str]) -> Spec:
    legend = _LEGEND if len(colours) > 1 else None
    return {"field": "kind", "type": "nominal", "scale": scale(colours), "legend": legend}
