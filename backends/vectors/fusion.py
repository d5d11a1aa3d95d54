"""Two rankings as one, ours: the engines order equal scores as it happens, and they do not tell the ranks.

Scores are added, each ranking's spread from 0 (the last that was seen) to 1: Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval" (TOIS 2023), found that to keep more than ranks do. Words weigh as much as they
tell: the more the best stands out from the tenth, the rarer is what it shares with the question. Where all that share
a word were seen, 0 is what shares none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Of words; the rest is that of meaning, which so decides between mirror images.
_LEAST, _MOST = 0.2, 0.45
_TENTH = 10


@dataclass(frozen=True)
class Fused:
    """`parts` are its ranks, from 1."""

    id: str
    score: float
    parts: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[tuple[str, float]]], limit: int) -> list[Fused]:
    """`rankings` has the best `depth(limit)` (id, score) under `dense` and `lex`, in any order."""
    dense, lex = (_ordered(rankings.get(name, ()), depth(limit)) for name in ("dense", "lex"))
    words = _weight(lex)
    lowest = 0.0 if len(rankings.get("lex", ())) < depth(limit) else None
    scores: dict[str, float] = defaultdict(float)
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, weight, placed in (("dense", 1 - words, _placed(dense)), ("lex", words, _placed(lex, lowest))):
        for point, rank, share in placed:
            scores[point] += weight * share
            parts[point][name] = rank
    fused = [Fused(point, round(score, 4), parts[point]) for point, score in scores.items()]
    return sorted(fused, key=lambda f: (-f.score, f.id))[:limit]


def depth(limit: int) -> int:
    """How far down each ranking is read for `limit` fused points."""
    return max(50, 4 * limit)


def _weight(lex: Sequence[tuple[str, float]]) -> float:
    if not lex:
        return _LEAST
    tenth = lex[_TENTH - 1][1] if len(lex) >= _TENTH else 0.0
    return _LEAST + (_MOST - _LEAST) * (1 - tenth / lex[0][1]) if lex[0][1] > 0 else _LEAST


def _ordered(ranking: Sequence[tuple[str, float]], seen: int) -> list[tuple[str, float]]:
    """Best first. Scores are compared to five digits: below lies the noise of summation.

    Where the ranking was cut at `seen`, chance decided which of the points with the last score are in it: they
    go, unless no other score was seen.
    """
    ordered = sorted(((point, round(score, 5)) for point, score in ranking), key=lambda entry: (-entry[1], entry[0]))
    if len(ordered) >= seen and ordered[0][1] > ordered[-1][1]:
        ordered = [entry for entry in ordered if entry[1] > ordered[-1][1]]
    return ordered


def _placed(ordered: Sequence[tuple[str, float]], lowest: float | None = None) -> list[tuple[str, int, float]]:
    """Rank, which equal scores share, and the place of the score between `lowest`, or else the last one (0), and the
    first (1)."""
    if not ordered:
        return []
    best, last = ordered[0][1], ordered[-1][1] if lowest is None else lowest
    placed: list[tuple[str, int, float]] = []
    for at, (point, score) in enumerate(ordered, start=1):
        tied = at > 1 and ordered[at - 2][1] == score
        rank = placed[-1][1] if tied else at
        placed.append((point, rank, (score - last) / (best - last) if best > last else 1.0))
    return placed
