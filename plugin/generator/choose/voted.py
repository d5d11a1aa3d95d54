"""Choose by vote: each candidate runs, and the result that most of them have wins (C3, DAIL-SQL, PET-SQL)."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.evaluation.compare import BAG, Policy, clusters
from plugin.generator.ask import Ask, Candidate
from plugin.generator.choose.verdicts import settled
from plugin.generator.stage import Kind, Need, Services

_AS_SETS = Policy(rows="set")


@dataclass(frozen=True)
class Voted:
    """Failed candidates have no vote; of equal clusters the one with the earliest member wins, and its first member is
    the answer. The confidence is the cluster's share of all candidates.

    `distinct_blind` lets statements that differ in DISTINCT alone vote together, as C3 does. There, unlike in C3, the
    larger part of the cluster then decides whether rows are distinct: a wrong DISTINCT is not invisible.
    """

    distinct_blind: bool = False
    name: str = "choose.voted"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        ran = [c for c in ask.candidates if c.rows is not None]
        if not ran:
            return settled(ask, ask.candidates[-1] if ask.candidates else None, 0.0)
        leaders = largest(ran, _AS_SETS if self.distinct_blind else BAG)
        chosen = largest(leaders, BAG)[0]
        return settled(ask, chosen, len(leaders) / len(ask.candidates))


def largest(ran: list[Candidate], policy: Policy) -> list[Candidate]:
    groups = clusters([c.rows.rows for c in ran if c.rows is not None], policy)
    return [ran[at] for at in groups[0]]
