"""Route: base tables alone, for a second look where a statement on views could not be mended."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.generator.ask import Ask
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class BaseTables:
    """The routes to question views go, unless there are no others."""

    name: str = "route.base"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        base = tuple(route for route in ask.routes if route.table.view is None)
        return ask.add(routes=base or ask.routes)
