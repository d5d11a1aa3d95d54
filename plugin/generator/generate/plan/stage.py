"""Generate: statements by rules, for the tables over which the whole question can be read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from catalog_sync.documents import words
from catalog_sync.model import Catalog, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, Candidate
from plugin.generator.generate.plan.absence import split, write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.reading import Reading, read
from plugin.generator.generate.plan.wide import Wide, narrow, widened
from plugin.generator.generate.plan.writing import write
from plugin.generator.stage import Kind, Need, Services

ORIGIN = "generate.plan"
LOOSE = "generate.loose"


@dataclass(frozen=True)
class Plan:
    """The best tables are tried in their order until `most` of them could be read; none is no failure. `verbs`: a verb
    must be explained too; a statement that leaves one out is no more than a candidate."""

    verbs: bool = True
    most: int = 2
    tried: int = 20
    name: str = ORIGIN
    kind: Kind = "generate"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        candidates, unread = [], []
        for table in _with_kin([r.table for r in ask.routes], services.catalog, self.tried):
            try:
                sql = _written(ask, table, services, verbs=self.verbs)
            except Unread as why:
                unread.append(f"{table.name.name}: {why}")
                continue
            candidates.append(Candidate(sql, f"{self.name}/{table.name.name}", raw=sql))
            if len(candidates) == self.most:
                break
        return ask.add(candidates=(*ask.candidates, *candidates), unread=tuple(unread))


def _with_kin(routed: Sequence[CatalogTable], catalog: Catalog, most: int) -> list[CatalogTable]:
    """The routed tables, then the base tables that have a key to one of them."""
    there = {t.name for t in routed}
    kin = catalog.directory.children(t.name for t in routed if t.view is None)
    kin = [name for name in kin if name not in there]
    return [*routed[:most], *catalog.these(kin[: most - len(routed)])]


def _written(ask: Ask, table: CatalogTable, services: Services, *, verbs: bool) -> str:
    """Over the table alone, else over a base table with its parents. Raises Unread."""
    catalog = services.catalog
    if any(True for _ in split(ask.question)):
        with suppress(Unread):
            return write_absence(ask, table, catalog, services.dialect)
    try:
        return write(_read(ask, narrow(table, catalog), catalog, verbs), catalog, services.dialect)
    except Unread:
        if table.view is not None or not table.foreign_keys:
            raise
    return write(_read(ask, widened(table, catalog), catalog, verbs), catalog, services.dialect)


def _read(ask: Ask, wide: Wide, catalog: Catalog, verbs: bool) -> Reading:
    """ "How many customers" in all is for the table of the customers: others know only those who did something."""
    reading = read(ask, wide, verbs=verbs)
    bounded = reading.having or reading.form != "plain" or any(c.bound for c in reading.conditions)
    if not (reading.measures or bounded) and all(g.casefold().endswith("_id") for g in reading.groups):
        raise Unread("a list of keys")
    if [m.aggregate for m in reading.measures] == ["distinct"]:
        noun = words(reading.measures[0].column.casefold().removesuffix("_id").removesuffix("_name"))
        own = catalog.these(catalog.directory.of_noun(wide.base.workspace, noun))
        if any(not ask.periods or tables.event_time(t) for t in own):
            raise Unread(f"every {noun} is elsewhere")
    return reading
