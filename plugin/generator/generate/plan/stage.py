"""Generate: statements by rules, for the tables over which the whole question can be read."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Candidate
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.lexicon import noun_of
from plugin.generator.generate.plan.reading import Reading, read
from plugin.generator.generate.plan.wide import Wide, narrow, widened
from plugin.generator.generate.plan.writing import write
from plugin.generator.stage import Kind, Need, Services

ORIGIN = "generate.plan"


@dataclass(frozen=True)
class Plan:
    """The best tables are tried in their order until `most` of them could be read; none is no failure."""

    most: int = 2
    tried: int = 8
    name: str = ORIGIN
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        candidates, unread = [], []
        for route in ask.routes[: self.tried]:
            try:
                sql = _written(ask, route.table, services)
            except Unread as why:
                unread.append(f"{route.table.name.name}: {why}")
                continue
            candidates.append(Candidate(sql, f"{ORIGIN}/{route.table.name.name}", raw=sql))
            if len(candidates) == self.most:
                break
        return ask.add(candidates=(*ask.candidates, *candidates), unread=tuple(unread))


def _written(ask: Ask, table: CatalogTable, services: Services) -> str:
    """Over the table alone, else over a base table with its parents. Raises Unread."""
    try:
        return write(_read(ask, narrow(table), services.catalog), services.catalog, services.dialect)
    except Unread:
        if table.view is not None or not table.foreign_keys:
            raise
    return write(_read(ask, widened(table, services.catalog), services.catalog), services.catalog, services.dialect)


def _read(ask: Ask, wide: Wide, catalog: Catalog) -> Reading:
    """ "How many customers" in all is for the table of the customers: others know only those who did something."""
    reading = read(ask, wide)
    if [m.aggregate for m in reading.measures] == ["distinct"] and not ask.periods:
        noun = words(reading.measures[0].column.removesuffix("_id").removesuffix("_name"))
        if any(noun_of(t) == noun and t.workspace == wide.base.workspace for t in catalog if t.view is None):
            raise Unread(f"every {noun} is elsewhere")
    return reading
