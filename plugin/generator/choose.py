"""Choose: the winner, how sure we are, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from plugin.generator.ask import Ask, Candidate, Verdict
from plugin.generator.stage import Kind, Need, Services

PII_RULE = "pii"


@dataclass(frozen=True)
class FirstGood:
    """The first candidate that ran and has rows, else the first that ran; refused when the door said no."""

    min_confidence: float = 0.0
    name: str = "choose.first_good"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        ran = [c for c in ask.candidates if c.rows is not None]
        best = next((c for c in ran if not _empty(c)), ran[0] if ran else None)
        if best is not None:
            confidence = _confidence(best)
            if confidence < self.min_confidence:
                return ask.add(verdict=Verdict("clarify", confidence, best, "unsure"))
            return ask.add(verdict=Verdict("answered", confidence, best))
        refused = next((c for c in ask.candidates if c.refused), None)
        if refused is not None:
            reason = "pii" if refused.refused == PII_RULE else "policy"
            return ask.add(verdict=Verdict("refused", 0.0, refused, reason))
        return ask.add(verdict=Verdict("failed", 0.0, ask.candidates[-1] if ask.candidates else None, "no_sql"))


def _empty(candidate: Candidate) -> bool:
    """No rows, or one row of nothing but NULL."""
    rows = candidate.rows.rows if candidate.rows else ()
    return not rows or (len(rows) == 1 and all(value is None for value in rows[0]))


def _confidence(candidate: Candidate) -> float:
    """How likely the model found its own words, less for each repair and for an empty result; 0..1."""
    words = max(1, len(candidate.sql) // 4)
    fluency = math.exp(candidate.logprob / words) if candidate.logprob is not None else 0.5
    score = fluency * 0.9 ** len(candidate.notes)
    if candidate.origin.startswith("check."):
        score *= 0.8
    return round(score * (0.4 if _empty(candidate) else 1.0), 3)
