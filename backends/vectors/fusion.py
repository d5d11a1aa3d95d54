"""Reciprocal rank fusion, ours: the engines order equal scores as it happens, and they do not tell the ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Cormack, Clarke and Büttcher (SIGIR 2009) found 60. Meaning weighs a little more than words, so that a point
# first in one ranking and second in the other does not tie with its mirror image.
_K = 60
WEIGHTS: Mapping[str, float] = {"dense": 1.0, "lex": 0.9}


@dataclass(frozen=True)
class Fused:
    id: str
    score: float
    parts: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[tuple[str, float]]], limit: int) -> list[Fused]:
    """`rankings` has the best `depth(limit)` (id, score) under each name of WEIGHTS, in any order."""
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for name in WEIGHTS:
        for point, rank in _ranks(rankings.get(name, ()), depth(limit)):
            parts[point][name] = rank
    fused = [
        Fused(point, sum(WEIGHTS[name] / (_K + rank) for name, rank in ranks.items()), ranks)
        for point, ranks in parts.items()
    ]
    return sorted(fused, key=lambda f: (-f.score, f.id))[:limit]


def depth(limit: int) -> int:
    """How far down each ranking is read for `limit` fused points."""
    return max(50, 4 * limit)


def _ranks(ranking: Sequence[tuple[str, float]], seen: int) -> list[tuple[str, int]]:
    """Equal scores share a rank. Scores are compared to five digits: below lies the noise of summation.

    Where the ranking was cut at `seen`, chance decided which of the points with the last score are in it: they
    go, unless no other score was seen.
    """
    ordered = sorted((-round(score, 5), point) for point, score in ranking)
    if len(ordered) >= seen and ordered[0][0] < ordered[-1][0]:
        ordered = [entry for entry in ordered if entry[0] < ordered[-1][0]]
    ranks: list[tuple[str, int]] = []
    for at, (score, point) in enumerate(ordered, start=1):
        tied = at > 1 and ordered[at - 2][0] == score
        ranks.append((point, ranks[-1][1] if tied else at))
    return ranks
