"""How often the embedded model's statements are right, by how fluent it found them: the confidence that is shown.

What a model thinks of its own words is far too sure of itself. The points are measured, on questions that no part of
the generator was worked out on, by `benchmarks/calibration.py`, which prints them; between two of them a line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

Points = Sequence[tuple[float, float]]

MEASURED: Points = ((0.0, 0.0), (0.55, 0.15), (0.7, 0.25), (0.8, 0.55), (0.9, 0.75), (1.0, 0.85))
"""(fluency less repairs, share that is right), both 0..1, strictly rising."""


def calibrated(score: float, points: Points = MEASURED) -> float:
    return round(_on(score, points), 3)


def raw(confidence: float, points: Points = MEASURED) -> float:
    """The score that such a confidence was made of."""
    return _on(confidence, [(y, x) for x, y in points])


def _on(value: float, points: Points) -> float:
    place = min(max(bisect_right([x for x, _ in points], value), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return min(max(y0 + (value - x0) * (y1 - y0) / (x1 - x0), points[0][1]), points[-1][1])
