"""Lines over the parts of a stream, as an SVG file that stands alone and reads on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_LOOKS = (("#7a869a", ""), ("#2f7de1", ""), ("#d9742b", ' stroke-dasharray="6 6"'))
_LEFT, _TOP, _WIDTH, _HEIGHT = 56, 52, 600, 250


def lines(series: Mapping[str, Sequence[float]], title: str, below: str) -> str:
    """Shares in 0..1; every series has as many points."""
    count = len(next(iter(series.values())))
    parts = [f'<text x="{_LEFT}" y="22" font-size="15" font-weight="600">{escape(title)}</text>']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [
            f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{_y(share):g}" y2="{_y(share):g}" stroke="#7a869a" '
            'stroke-opacity="0.3"/>',
            f'<text x="{_LEFT - 8}" y="{_y(share) + 4:g}" text-anchor="end">{share:.0%}</text>',
        ]
    for place in range(count):
        parts.append(f'<text x="{_x(place, count):g}" y="{_y(0) + 20:g}" text-anchor="middle">{place + 1}</text>')
    parts.append(f'<text x="{_LEFT + _WIDTH / 2:g}" y="{_y(0) + 42:g}" text-anchor="middle">{escape(below)}</text>')
    for number, (name, shares) in enumerate(series.items()):
        parts += _line(number, name, shares)
    width, height = _LEFT + _WIDTH + 24, _TOP + _HEIGHT + 56
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#7a869a" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>\n'
    )


def _line(number: int, name: str, shares: Sequence[float]) -> list[str]:
    colour, dashes = _LOOKS[number]
    points = [(_x(place, len(shares)), _y(share)) for place, share in enumerate(shares)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    legend = _LEFT + number * 190
    return [
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"{dashes}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points),
        f'<rect x="{legend}" y="33" width="14" height="4" fill="{colour}"/>',
        f'<text x="{legend + 20}" y="39" fill="{colour}">{escape(name)}</text>',
    ]


def _x(place: int, count: int) -> float:
    return round(_LEFT + (place + 0.5) * _WIDTH / count, 1)


def _y(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)
