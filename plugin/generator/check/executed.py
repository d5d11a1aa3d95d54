"""Check: the bounded run behind the door, where many candidates may be one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from plugin.generator.ask import Ask
from plugin.generator.check.stages import Execution
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Executed:
    """Equal statements run once, and all of them get the result."""

    name: str = "check.executed"
    kind: Kind = "check"
    needs: frozenset[Need] = frozenset({"execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        due = {c.sql: c for c in ask.candidates if c.rows is None and not c.refused}
        done = {c.sql: c for c in Execution()(ask.add(candidates=tuple(due.values())), services).candidates}
        return ask.add(
            candidates=tuple(
                replace(c, rows=found.rows, error=found.error, refused=found.refused)
                if c.rows is None and (found := done.get(c.sql)) is not None
                else c
                for c in ask.candidates
            )
        )
