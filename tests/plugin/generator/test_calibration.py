"""Confidence that can be trusted: the map, its way back, and the program that measures its points."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchmarks.calibration import error, fitted
from plugin.generator.choose.calibration import MEASURED, calibrated, raw


def test_the_points_rise_from_nothing() -> None:
    assert MEASURED[0] == (0.0, 0.0)
    assert all(x0 < x1 and y0 < y1 for (x0, y0), (x1, y1) in pairwise(MEASURED))


@pytest.mark.parametrize(("score", "confidence"), [(0.0, 0.0), (0.25, 0.1), (0.5, 0.2), (0.75, 0.5), (1.0, 0.8)])
def test_between_two_points_a_line_and_back(score: float, confidence: float) -> None:
    points = ((0.0, 0.0), (0.5, 0.2), (1.0, 0.8))
    assert calibrated(score, points) == pytest.approx(confidence)
    assert raw(confidence, points) == pytest.approx(score)
    assert calibrated(1.5, points) == 0.8


def test_points_are_the_shares_that_are_right_and_never_fall() -> None:
    unsure = [(0.6, right) for right in [True] + [False] * 7]
    worse = [(0.7, right) for right in [True] * 6 + [False] * 2]
    better = [(0.8, right) for right in [True] * 2 + [False] * 6]
    points = fitted([*unsure, *worse, *better])
    assert points == [(0.0, 0.0), (0.6, 0.2), (0.75, 0.5), (1.0, 0.55)]


def test_the_error_is_the_mean_distance() -> None:
    assert error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert error([(0.9, True)] * 9 + [(0.9, False)]) == pytest.approx(0.0)
    assert error([(0.25, False), (0.95, True)]) == pytest.approx(0.15)
