"""How sure a figure is, and whether a difference is more than chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_Z95 = 1.959963984540054
_RESAMPLES = 20_000


def wilson(right: int, of: int) -> tuple[float, float]:
    """95 % interval of a share; everything where there is nothing."""
    if not of:
        return 0.0, 1.0
    share, z2 = right / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(fixed: int, regressed: int) -> float:
    """Exact two-sided p-value: how often a fair coin gives so uneven a split of the questions that changed."""
    changed = fixed + regressed
    tail = sum(math.comb(changed, k) for k in range(min(fixed, regressed) + 1))
    return min(1.0, float(2 * tail / 2**changed))


def bootstrap(fixed: int, regressed: int, of: int, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the difference of two shares on the same `of` questions, by drawing the questions again."""
    import numpy as np

    if not of:
        return 0.0, 0.0
    shares = [fixed / of, regressed / of, (of - fixed - regressed) / of]
    drawn = np.random.default_rng(seed).multinomial(of, shares, size=_RESAMPLES)
    low, high = np.percentile((drawn[:, 0] - drawn[:, 1]) / of, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class Paired:
    """Two runs on the questions that both have. `difference` is after less before, in 0..1; `p` is McNemar's."""

    questions: int
    before: float
    after: float
    difference: float
    interval: tuple[float, float]
    p: float
    fixed: tuple[str, ...]
    regressed: tuple[str, ...]
    both_wrong: tuple[str, ...]

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def paired(before: Mapping[str, bool], after: Mapping[str, bool]) -> Paired:
    """Each says of a question whether it was right."""
    common = [name for name in before if name in after]
    fixed = tuple(n for n in common if after[n] and not before[n])
    regressed = tuple(n for n in common if before[n] and not after[n])
    was = sum(before[n] for n in common) / len(common) if common else 0.0
    now = sum(after[n] for n in common) / len(common) if common else 0.0
    return Paired(
        questions=len(common),
        before=was,
        after=now,
        difference=now - was,
        interval=bootstrap(len(fixed), len(regressed), len(common)),
        p=mcnemar(len(fixed), len(regressed)),
        fixed=fixed,
        regressed=regressed,
        both_wrong=tuple(n for n in common if not before[n] and not after[n]),
    )
