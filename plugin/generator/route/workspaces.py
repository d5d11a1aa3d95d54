"""Route as QueryGPT does (Uber, 2024): a question is for one or few workspaces, and each holds few tables."""

from __future__ import annotations

from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask
from plugin.generator.consult import consult, told
from plugin.generator.reply import names_in
from plugin.generator.stage import Kind, Need, Services

_TABLES_SHOWN = 8


@dataclass(frozen=True)
class Workspaces:
    """The model names them; routes of others go. Nothing is asked where the routes lie in one, and nothing goes where
    the reply names none."""

    most: int = 2
    name: str = "route.workspaces"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        held: dict[str, list[str]] = {}
        for route in ask.routes:
            held.setdefault(route.table.workspace or "none", []).append(route.table.name.name)
        if len(held) < 2:
            return ask.add(workspaces=tuple(held))
        listed = "\n".join(f"- {name}: {', '.join(tables[:_TABLES_SHOWN])}" for name, tables in held.items())
        prompt = told("workspaces.md", workspaces=listed, question=ask.question)
        ask, said = consult(ask, services, self.name, prompt, Sampling(40))
        chosen = names_in(said[0].text, held)[: self.most] if said else ()
        if not chosen:
            return ask.add(dropped=(*ask.dropped, f"{self.name}: none was named; all are kept"))
        kept = tuple(r for r in ask.routes if (r.table.workspace or "none") in chosen)
        return ask.add(workspaces=chosen, routes=kept)
