"""Link: few tables with few columns, closed under the keys that join them; recall before precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backends.vectors.tokens import sparse_query, terms
from backends.warehouse.base import TableName
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, Hint, Route, TableSlice
from plugin.generator.check.schema import Schema
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand.dates import Period


@dataclass(frozen=True)
class Scored:
    """The best tables with their keys, grain, measures and the columns nearest to the question.

    Tables far behind the best are left out (`margin`: share of the best score). Base tables come with the tables on the
    key path between them.
    """

    most_tables: int = 4
    most_columns: int = 16
    margin: float = 0.55
    name: str = "link.scored"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        kept = self._tables(ask.routes)
        closed = _closed([r.table for r in kept], services.catalog.tables)
        scores = {r.table.name: r.score for r in ask.routes}
        nearest = self._nearest_columns(ask, services, closed)
        slices = tuple(
            TableSlice(t, self._columns(ask, t, nearest.get(str(t.name), ())), scores.get(t.name, 0.0)) for t in closed
        )
        return ask.add(slices=slices, hints=_hints(ask, slices, services))

    def _tables(self, routes: Sequence[Route]) -> list[Route]:
        best = routes[0].score
        return [r for r in routes if r.score >= self.margin * best][: self.most_tables]

    def _nearest_columns(self, ask: Ask, services: Services, wanted: Iterable[CatalogTable]) -> dict[str, list[str]]:
        dense = services.embedder.embed_query(ask.question).tolist()
        names = tuple(str(t.name) for t in wanted)
        hits = services.index.search(
            COLLECTIONS["column"], dense, sparse_query(ask.question), 60 * len(names), {"table": names}
        )
        found: dict[str, list[str]] = {}
        for hit in hits:
            found.setdefault(hit.payload["table"], []).append(hit.payload["column"])
        return found

    def _columns(self, ask: Ask, table: CatalogTable, nearest: Sequence[str]) -> tuple[str, ...]:
        time = tables.time_column(table)
        must = set(table.primary_key) | {c for k in table.foreign_keys for c in k.columns}
        must |= {v.column for v in ask.values if v.table == str(table.name)}
        must |= {time.name} if time else set()
        asked = set(terms(ask.question))
        must |= {c.name for c in table.columns if set(terms(c.name)) <= asked}
        if table.view:
            must |= set(table.view.grain)
        visible = [c.name for c in table.columns if not c.pii]
        order = [*(n for n in visible if n in must), *nearest, *visible]
        chosen = list(dict.fromkeys(n for n in order if n in visible))[: max(self.most_columns, len(must))]
        return tuple(n for n in visible if n in chosen)


def _closed(wanted: Sequence[CatalogTable], everything: Sequence[CatalogTable]) -> list[CatalogTable]:
    """With the base tables that lie on the shortest key path from the best base table to each other one."""
    bases = [t for t in wanted if t.view is None]
    if len(bases) < 2:
        return list(wanted)
    schema = Schema(tuple(wanted), tuple(t for t in everything if t not in wanted and t.view is None))
    found: dict[TableName, CatalogTable] = {t.name: t for t in wanted}
    for other in bases[1:]:
        path = schema.path([bases[0]], other) or []
        if len(path) <= 3:
            found.update({edge.right.name: edge.right for edge in path})
    return list(found.values())


def _hints(ask: Ask, slices: Sequence[TableSlice], services: Services) -> tuple[Hint, ...]:
    return (*_value_hints(ask, slices), *_period_hints(ask, slices, services))


def _value_hints(ask: Ask, slices: Sequence[TableSlice]) -> list[Hint]:
    """One note a phrase; where several columns of a table hold the value, the note leaves the choice open."""
    notes: dict[tuple[str, str], list[str]] = {}
    for part in slices:
        for value in ask.values:
            if value.table == str(part.table.name) and value.column in part.columns:
                columns = notes.setdefault((value.phrase, value.value), [])
                if value.column not in columns:
                    columns.append(value.column)
    return [
        Hint(phrase, " or ".join(f"{column} = '{_escaped(value)}'" for column in columns))
        for (phrase, value), columns in notes.items()
    ]


def _period_hints(ask: Ask, slices: Sequence[TableSlice], services: Services) -> list[Hint]:
    if not ask.periods or not slices:
        return []
    today = tables.today([slices[0].table], services.catalog)
    columns = list(dict.fromkeys(c.name for part in slices if (c := tables.time_column(part.table))))
    if not columns:
        return []
    return [
        Hint(phrase.text, " or ".join(_condition(column, phrase.resolve(today)) for column in columns[:2]))
        for phrase in ask.periods
    ]


def _condition(column: str, period: Period) -> str:
    sides = []
    if period.start:
        sides.append(f"{column} >= DATE '{period.start}'")
    if period.end:
        sides.append(f"{column} < DATE '{period.end}'")
    return " AND ".join(sides)


def _escaped(value: str) -> str:
    return value.replace("'", "''")
