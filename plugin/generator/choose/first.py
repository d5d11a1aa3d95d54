"""Choose by order: the last word, or the first statement that can be planned."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from plugin.generator.ask import Ask
from plugin.generator.choose.verdicts import fluency, settled
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Last:
    """The last candidate that ran: in a loop of repairs each is meant to be better than the one before."""

    name: str = "choose.last"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        ran = [c for c in ask.candidates if c.rows is not None]
        chosen = ran[-1] if ran else ask.candidates[-1] if ask.candidates else None
        return settled(ask, chosen, fluency(chosen) if chosen else 0.0)


@dataclass(frozen=True)
class FirstPlanned:
    """Keeps the first candidate that survives EXPLAIN, which is not run; where none does, the first of all (CodeS)."""

    name: str = "choose.first_planned"
    kind: Kind = "choose"
    needs: frozenset[Need] = frozenset({"execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        tried = []
        for candidate in ask.candidates:
            if not candidate.sql:
                tried.append(candidate)
                continue
            try:
                services.warehouse.explain(candidate.sql)
                return ask.add(candidates=(candidate,))
            except (QueryRefused, QueryFailed, QueryTimeout) as error:
                tried.append(replace(candidate, error=error.message))
        return ask.add(candidates=tuple(tried[:1]))
