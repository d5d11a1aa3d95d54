"""Choose: the winner by its result, how sure we are, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_sync.model import Catalog
from feedback.evaluation.compare import clusters, compare
from plugin.generator.ask import Ask, Candidate, Verdict
from plugin.generator.choose.calibration import calibrated
from plugin.generator.generate.plan.stage import ORIGIN as PLANNED
from plugin.generator.stage import Kind, Need, Services

PII_RULE = "pii"


@dataclass(frozen=True)
class Agreed:
    """Settles the question where all statements of one origin, of rules, have one result that is not empty. Where those
    of each workspace agree and workspaces do not, the one found first answers, and it is said that others differ."""

    origin: str = PLANNED
    confidence: float = 0.9
    name: str = "choose.agreed"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        by_space: dict[str, list[Candidate]] = {}
        for candidate in (c for c in ask.candidates if c.origin.startswith(self.origin)):
            by_space.setdefault(_workspace(candidate, services.catalog), []).append(candidate)
        agreed = {space: found for space, found in by_space.items() if not all(map(_empty, found))}
        if not agreed or not all(map(_agree, agreed.values())):
            return ask
        first, *others = agreed.values()
        if not all(_alike(first[0], other[0]) for other in others):
            return ask.add(verdict=Verdict("answered", 0.5, first[0], choices=tuple(agreed)))
        sure = self.confidence if len(first) == 1 else 1 - (1 - self.confidence) / 3
        return ask.add(verdict=Verdict("answered", round(sure, 2), first[0]))


@dataclass(frozen=True)
class NothingThere:
    """Settles the question where rules read every word, all their statements ran and none has a row: a model that is
    asked until it finds something finds something else."""

    origins: tuple[str, ...]
    confidence: float = 0.7
    name: str = "choose.nothing_there"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found = [c for c in ask.candidates if c.origin.startswith(self.origins)]
        if not found or any(c.rows is None or not _empty(c) for c in found):
            return ask
        return ask.add(verdict=Verdict("answered", self.confidence, found[0]))


def _agree(planned: Sequence[Candidate]) -> bool:
    ran = [c for c in planned if c.rows is not None and not _empty(c)]
    return len(ran) == len(planned) and all(_alike(ran[0], other) for other in ran[1:])


def _workspace(candidate: Candidate, catalog: Catalog) -> str:
    """Of the table that a statement of rules is over: its origin ends with the name."""
    name = candidate.origin.rsplit("/", 1)[-1]
    return next((t.workspace for t in catalog.these(catalog.directory.bare(name)) if t.name.name == name), "")


@dataclass(frozen=True)
class ByResult:
    """The result that most candidates have, empty ones last; of equals the surest, and of its statements the first.

    Refused when none ran and the door said no.
    """

    min_confidence: float = 0.0
    name: str = "choose.by_result"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        groups = _clusters([c for c in ask.candidates if c.rows is not None])
        if groups:
            best = max(groups, key=lambda g: (not _empty(g[0]), len(g), max(map(_confidence, g))))
            confidence = calibrated(max(map(_confidence, best)))
            if confidence < self.min_confidence:
                return ask.add(verdict=Verdict("clarify", confidence, best[0], "unsure"))
            return ask.add(verdict=Verdict("answered", confidence, best[0]))
        refused = next((c for c in ask.candidates if c.refused), None)
        if refused is not None:
            reason = "pii" if refused.refused == PII_RULE else "policy"
            return ask.add(verdict=Verdict("refused", 0.0, refused, reason))
        return ask.add(verdict=Verdict("failed", 0.0, ask.candidates[-1] if ask.candidates else None, "no_sql"))


def _clusters(ran: Sequence[Candidate]) -> list[list[Candidate]]:
    groups = clusters([c.rows.rows for c in ran if c.rows is not None])
    return [[ran[place] for place in group] for group in groups]


def _alike(a: Candidate, b: Candidate) -> bool:
    return a.rows is not None and b.rows is not None and compare(a.rows.rows, b.rows.rows)


def _empty(candidate: Candidate) -> bool:
    """No rows, or one row of nothing but NULL."""
    rows = candidate.rows.rows if candidate.rows else ()
    return not rows or (len(rows) == 1 and all(value is None for value in rows[0]))


def _confidence(candidate: Candidate) -> float:
    """How likely the model found its own words, less for each repair and for an empty result; 0..1. Of rules that
    contradict each other, or found nothing: a half."""
    words = max(1, len(candidate.sql) // 4)
    fluency = math.exp(candidate.logprob / words) if candidate.logprob is not None else 0.5
    score = fluency * 0.9 ** len(candidate.notes)
    if candidate.origin.startswith("check."):
        score *= 0.8
    return round(score * (0.4 if _empty(candidate) else 1.0), 3)
