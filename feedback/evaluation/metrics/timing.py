"""How fast the predicted SQL is beside the gold one: VES (Li et al., 2023) and its graded form R-VES (BIRD mini-dev).

A ratio is gold seconds by predicted seconds of one run of each, so more is better. Only right answers have ratios.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from backends.warehouse.base import Limits, Warehouse
from feedback.evaluation.metrics import Mode
from feedback.evaluation.metrics.execution import LIMITS

_REWARDS = ((2.0, 1.25), (1.0, 1.0), (0.5, 0.75), (0.25, 0.5))
_SHORTEST = 1e-6  # seconds


def ratios(
    warehouse: Warehouse, gold: str, predicted: str, repeats: int = 11, limits: Limits = LIMITS
) -> tuple[float, ...]:
    """Both statements in turn, so that what else the machine does falls on both."""
    found = []
    for _ in range(repeats):
        wanted = warehouse.query(gold, limits).seconds
        given = warehouse.query(predicted, limits).seconds
        found.append(max(wanted, _SHORTEST) / max(given, _SHORTEST))
    return tuple(found)


def typical(found: Sequence[float], mode: Mode = "strict") -> float:
    """Reference: the mean without what lies three standard deviations off; strictly: the median."""
    if mode == "strict":
        return statistics.median(found)
    mean, spread = statistics.fmean(found), statistics.pstdev(found)
    kept = [ratio for ratio in found if mean - 3 * spread < ratio < mean + 3 * spread]
    return statistics.fmean(kept or found)


def ves(found: Sequence[float], mode: Mode = "strict") -> float:
    """Of one question: 1 is as fast as the gold statement; 0 for a wrong answer (no ratios)."""
    return math.sqrt(typical(found, mode)) if found else 0.0


def r_ves(found: Sequence[float], mode: Mode = "strict") -> float:
    if not found:
        return 0.0
    ratio = typical(found, mode)
    return math.sqrt(next((reward for least, reward in _REWARDS if ratio >= least), 0.25))
