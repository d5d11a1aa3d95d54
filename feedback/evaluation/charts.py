"""Plots as inline SVG. Colours are variables of the page (`--c0` to `--c5`): they follow its light or dark scheme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

Interval = tuple[float, float]

_WIDTH = 640
_LEFT = 190
_RIGHT = 60
_ROW = 26
_COLOURS = 6


def bars(rows: Sequence[tuple[str, float, Interval, int]], title: str) -> str:
    """Shares with their intervals. Of each row: label, share, interval, number of its colour."""
    parts = []
    for place, (label, share, (low, high), colour) in enumerate(rows):
        y = 12 + place * _ROW
        parts += [
            _label(label, y + 12),
            f'<rect x="{_LEFT}" y="{y + 2}" width="{_x(share) - _LEFT:.1f}" height="14" fill="{_colour(colour)}"/>',
            _whisker(low, high, y + 9),
            f'<text x="{_WIDTH - _RIGHT + 8}" y="{y + 13}" class="n">{share:.1%}</text>',
        ]
    height = 12 + len(rows) * _ROW + 24
    return _svg(title, height, _share_axis(height) + "".join(parts))


def differences(rows: Sequence[tuple[str, float, Interval]], title: str) -> str:
    """Differences of shares with their intervals, around zero."""
    reach = max([0.02, *(abs(edge) for _, _, interval in rows for edge in interval)]) * 1.1
    middle, scale = (_LEFT + _WIDTH - _RIGHT) / 2, (_WIDTH - _RIGHT - _LEFT) / 2 / reach
    height = 12 + len(rows) * _ROW + 24
    parts = [f'<line x1="{middle}" x2="{middle}" y1="8" y2="{height - 22}" class="zero"/>']
    for share in (-reach / 1.1, 0.0, reach / 1.1):
        parts.append(f'<text x="{middle + share * scale:.1f}" y="{height - 6}" class="a m">{share:+.0%}</text>')
    for place, (label, share, (low, high)) in enumerate(rows):
        y, x = 12 + place * _ROW + 9, [middle + value * scale for value in (low, high, share)]
        parts += [
            _label(label, y + 3),
            f'<line x1="{x[0]:.1f}" x2="{x[1]:.1f}" y1="{y}" y2="{y}" class="w"/>',
            f'<circle cx="{x[2]:.1f}" cy="{y}" r="5" fill="{_colour(place + 1)}"/>',
            f'<text x="{_WIDTH - _RIGHT + 8}" y="{y + 4}" class="n">{share:+.1%}</text>',
        ]
    return _svg(title, height, "".join(parts))


def latencies(series: Mapping[str, Sequence[float]], title: str) -> str:
    """Share of the questions that were answered within so many seconds; the scale is logarithmic."""
    every = [max(s, 1e-3) for seconds in series.values() for s in seconds] or [1.0]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)) + 1e-9)
    high = max(high, low + 1)
    left, top, width, height = 46, 10, _WIDTH - 66, 190

    def x(seconds: float) -> float:
        return left + (math.log10(max(seconds, 1e-3)) - low) / (high - low) * width

    parts = [_grid(left, top, width, height)]
    for power in range(low, high + 1):
        at = x(10.0**power)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{top + height}" class="g"/>')
        parts.append(f'<text x="{at:.1f}" y="{top + height + 16}" class="a m">{10.0**power:g} s</text>')
    for place, seconds in enumerate(series.values()):
        path, ordered = [f"M{left:.1f},{top + height}"], sorted(seconds)
        for count, value in enumerate(ordered, start=1):
            path.append(f"H{x(value):.1f}V{top + height - height * count / len(ordered):.1f}")
        path.append(f"H{left + width}")
        parts.append(f'<path d="{"".join(path)}" fill="none" stroke="{_colour(place)}" stroke-width="2"/>')
    return _svg(title, top + height + 26, "".join(parts))


def reliability(series: Mapping[str, Sequence[tuple[float, bool]]], title: str, bins: int = 10) -> str:
    """Of answers with about so much confidence, how many are right; on the line, confidence can be trusted. The area of
    a dot is the number of answers."""
    left, top, size = 46, 10, 240
    parts = [_grid(left, top, size, size)]
    parts.append(f'<line x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}" class="zero"/>')
    for share in (0.0, 0.5, 1.0):
        parts.append(f'<text x="{left + size * share}" y="{top + size + 16}" class="a m">{share:.0%}</text>')
    parts.append(f'<text x="{left + size + 12}" y="{top + size + 16}" class="a">confidence</text>')
    for place, pairs in enumerate(series.values()):
        groups: dict[int, list[tuple[float, bool]]] = {}
        for confidence, right in pairs:
            groups.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
        for group in groups.values():
            x = left + size * sum(c for c, _ in group) / len(group)
            y = top + size - size * sum(r for _, r in group) / len(group)
            radius = 3 + 14 * math.sqrt(len(group) / len(pairs))
            note = f"{len(group)} answers"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_colour(place)}" class="dot">'
                f"<title>{note}</title></circle>"
            )
    return _svg(title, top + size + 26, "".join(parts))


def stacks(rows: Sequence[tuple[str, Mapping[str, float]]], title: str) -> str:
    """Seconds by part, one line each; the parts are named in the page's own list, in the same colours."""
    names = list(dict.fromkeys(name for _, parts in rows for name in parts))
    longest = max([sum(parts.values()) for _, parts in rows] or [0.0]) or 1.0
    drawn = []
    for place, (label, parts) in enumerate(rows):
        y, at = 12 + place * _ROW, float(_LEFT)
        drawn.append(_label(label, y + 12))
        for name, seconds in parts.items():
            width = seconds / longest * (_WIDTH - _RIGHT - _LEFT)
            drawn.append(
                f'<rect x="{at:.1f}" y="{y + 2}" width="{width:.1f}" height="14" fill="{_colour(names.index(name))}">'
                f"<title>{escape(name)}: {seconds:.2f} s</title></rect>"
            )
            at += width
        drawn.append(f'<text x="{at + 8:.1f}" y="{y + 13}" class="n">{sum(parts.values()):.1f} s</text>')
    return _svg(title, 12 + len(rows) * _ROW + 4, "".join(drawn))


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _RIGHT - _LEFT)


def _colour(place: int) -> str:
    return f"var(--c{place % _COLOURS})"


def _label(text: str, y: float) -> str:
    short = text if len(text) <= 28 else text[:27] + "…"
    return f'<text x="{_LEFT - 10}" y="{y}" class="l">{escape(short)}<title>{escape(text)}</title></text>'


def _whisker(low: float, high: float, y: float) -> str:
    return f'<line x1="{_x(low):.1f}" x2="{_x(high):.1f}" y1="{y}" y2="{y}" class="w"/>'


def _share_axis(height: float) -> str:
    return "".join(
        f'<line x1="{_x(s):.1f}" x2="{_x(s):.1f}" y1="8" y2="{height - 22}" class="g"/>'
        f'<text x="{_x(s):.1f}" y="{height - 6}" class="a m">{s:.0%}</text>'
        for s in (0.0, 0.25, 0.5, 0.75, 1.0)
    )


def _grid(left: float, top: float, width: float, height: float) -> str:
    return "".join(
        f'<line x1="{left}" x2="{left + width}" y1="{top + height * (1 - s):.1f}" y2="{top + height * (1 - s):.1f}" '
        f'class="g"/><text x="{left - 8}" y="{top + height * (1 - s) + 4:.1f}" class="l">{s:.0%}</text>'
        for s in (0.0, 0.25, 0.5, 0.75, 1.0)
    )


def _svg(title: str, height: float, body: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title, quote=True)}">{body}</svg>'
