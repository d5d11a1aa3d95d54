"""The verdict that a chosen candidate leads to: answered, refused by the door, or failed."""

from __future__ import annotations

import math

from plugin.generator.ask import Ask, Candidate, Verdict
from plugin.generator.choose.by_result import PII_RULE


def settled(ask: Ask, candidate: Candidate | None, confidence: float) -> Ask:
    if candidate is not None and candidate.rows is not None:
        return ask.add(verdict=Verdict("answered", round(confidence, 3), candidate))
    refused = candidate if candidate is not None and candidate.refused else None
    refused = refused or next((c for c in ask.candidates if c.refused), None)
    if refused is not None:
        return ask.add(verdict=Verdict("refused", 0.0, refused, "pii" if refused.refused == PII_RULE else "policy"))
    return ask.add(verdict=Verdict("failed", 0.0, candidate, "no_sql"))


def fluency(candidate: Candidate) -> float:
    """How likely the model found its own words, a token on average; a half where nobody knows."""
    if candidate.logprob is None:
        return 0.5
    return math.exp(candidate.logprob / max(1, len(candidate.sql) // 4))
