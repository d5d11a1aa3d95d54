"""Route: of the tables that a search found, the model picks, and a person may confirm (QueryGPT, Pinterest)."""

from __future__ import annotations

from dataclasses import dataclass

from backends.llm.base import Sampling
from plugin.generator.ask import Ask, Route
from plugin.generator.consult import consult, told
from plugin.generator.reply import names_in
from plugin.generator.stage import Kind, Need, Services

_COLUMNS_SHOWN = 12


@dataclass(frozen=True)
class Picked:
    """At most `most` tables, in the order in which the model names them; where it names none, the first of the search.

    A search that found no more than one has nothing to pick from.
    """

    most: int = 3
    name: str = "route.picked"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset({"llm"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        if len(ask.routes) < 2:
            return ask
        listed = "\n".join(map(_described, ask.routes))
        prompt = told("pick_tables.md", tables=listed, question=ask.question, most=str(self.most))
        ask, said = consult(ask, services, self.name, prompt, Sampling(120))
        by_name = {r.table.name.name: r for r in ask.routes}
        chosen = names_in(said[0].text, by_name)[: self.most] if said else ()
        if not chosen:
            ask = ask.add(dropped=(*ask.dropped, f"{self.name}: no table was named; the search decides"))
        return ask.add(routes=tuple(by_name[n] for n in chosen) or ask.routes[: self.most])


def _described(route: Route) -> str:
    table = route.table
    columns = ", ".join(c.name for c in table.columns[:_COLUMNS_SHOWN] if not c.pii)
    said = f" {' '.join(table.description.split())[:160]}" if table.description else ""
    return f"- {table.name.name}:{said} Columns: {columns}"


@dataclass(frozen=True)
class Confirmed:
    """A person confirms or edits the tables before anything is written."""

    name: str = "route.confirmed"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset({"human"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        assert services.confirm is not None
        return services.confirm(ask)
