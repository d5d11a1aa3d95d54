"""Link: few tables with few columns, closed under the keys that join them; recall before precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from backends.vectors.tokens import sparse_query, terms
from backends.warehouse.base import TableName
from catalog_sync.documents import normal, words
from catalog_sync.index import COLLECTIONS
from catalog_sync.model import Catalog, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, Route, TableSlice
from plugin.generator.check.repairs.called import name_of
from plugin.generator.check.schema import Schema
from plugin.generator.generate.plan.words.text import speaks_of
from plugin.generator.link.hints import hints
from plugin.generator.stage import Kind, Need, Services

_KEY_WORDS = frozenset(terms("id key code"))


@dataclass(frozen=True)
class Scored:
    """The best tables, with their keys, grain and the columns nearest to the question.

    Tables far behind the best are left out (`margin`: share of the best score), and those of another workspace than the
    best. Base tables come with the tables on the key path between them.
    """

    most_tables: int = 4
    most_columns: int = 12
    most_columns_of_others: int = 8
    most_missing: int = 2
    margin: float = 0.5
    name: str = "link.scored"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        kept = self._tables(ask.routes)
        closed = _closed([r.table for r in kept], services.catalog)
        closed += _missing(ask, closed, services.catalog)[: self.most_missing]
        scores = {r.table.name: r.score for r in ask.routes}
        nearest = self._nearest_columns(ask, services, closed)
        there = {t.name for t in closed}
        slices = tuple(
            TableSlice(
                t,
                self._columns(
                    ask,
                    t,
                    nearest.get(str(t.name), ()),
                    self.most_columns_of_others if i else self.most_columns,
                    there,
                ),
                scores.get(t.name, 0.0),
            )
            for i, t in enumerate(closed)
        )
        ask = ask.add(values=tuple(v for v in ask.values if not _is_of_a_name(v.phrase, ask.question, slices)))
        return ask.add(slices=slices, hints=hints(ask, slices, services))

    def _tables(self, routes: Sequence[Route]) -> list[Route]:
        best = routes[0]
        near = [r for r in routes if r.score >= self.margin * best.score and r.table.workspace == best.table.workspace]
        return near[: self.most_tables]

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

    def _columns(
        self, ask: Ask, table: CatalogTable, nearest: Sequence[str], most: int, shown: Set[TableName]
    ) -> tuple[str, ...]:
        """What tells its rows apart and joins it to the others that are shown, what the question names, then the
        nearest to it."""
        time, asked = tables.time_column(table), set(terms(ask.question))
        must = set(table.primary_key) | {time.name if time else ""} | _keys(table, shown, asked)
        must |= {v.column for v in ask.values if v.table == str(table.name)}
        must |= {called.name} if (called := name_of(table)) else set()
        must |= {c.name for c in table.columns if any(set(terms(n)) <= asked for n in (c.name, *c.synonyms))}
        if table.view:
            must |= set(table.view.grain)
        visible = [c.name for c in table.columns if not c.pii or set(terms(c.name)) <= asked]
        order = [*(n for n in visible if n in must), *nearest, *visible]
        chosen = list(dict.fromkeys(n for n in order if n in visible))[: max(most, len(must & set(visible)))]
        return tuple(n for n in visible if n in chosen)


def _keys(table: CatalogTable, shown: Set[TableName], asked: Set[str]) -> set[str]:
    """The keys to tables that are shown, and those to what the question speaks of."""
    return {
        column
        for key in table.foreign_keys
        for column in key.columns
        if key.to_table in shown or (set(terms(column)) - _KEY_WORDS) & asked
    }


def _missing(ask: Ask, shown: Sequence[CatalogTable], catalog: Catalog) -> list[CatalogTable]:
    """The best table that holds a value of the question which no shown table holds; and tables that a shown base table
    has a key to, and of which the question speaks: the store of "home store"."""
    there, workspace = {t.name for t in shown}, shown[0].workspace
    held = {v.phrase for v in ask.values if v.table in {str(name) for name in there}}
    found: dict[TableName, CatalogTable] = {}
    for phrase in dict.fromkeys(v.phrase for v in ask.values if v.score == 1.0 and v.phrase not in held):
        homes = {v.table for v in ask.values if v.phrase == phrase}
        best = [r.table for r in ask.routes if str(r.table.name) in homes and r.table.workspace == workspace]
        found.update({t.name: t for t in best[:1]})
    for table in (t for t in shown if t.view is None):
        for parent in (p for key in table.foreign_keys if (p := catalog.table(key.to_table))):
            if parent.name not in there and speaks_of(ask.question, parent):
                found[parent.name] = parent
    return list(found.values())


def _closed(wanted: Sequence[CatalogTable], catalog: Catalog) -> list[CatalogTable]:
    """With the base tables that lie on the shortest key path from the best base table to each other one."""
    bases = [t for t in wanted if t.view is None]
    if len(bases) < 2:
        return list(wanted)
    found: dict[TableName, CatalogTable] = {t.name: t for t in wanted}
    for other in bases[1:]:
        between = catalog.these(catalog.directory.between(bases[0].name, other.name))
        schema = Schema(tuple(wanted), tuple(t for t in between if t not in wanted))
        path = schema.path([bases[0]], other) or []
        if len(path) <= 3:
            found.update({edge.right.name: edge.right for edge in path})
    return list(found.values())


def _is_of_a_name(phrase: str, question: str, slices: Sequence[TableSlice]) -> bool:
    """ "ship mode" names a column: it does not mean the mode SHIP."""
    said = f" {normal(question)} "
    for part in slices:
        for column in part.table.columns:
            for name in (words(column.name), *map(normal, column.synonyms)):
                if phrase != name and f" {phrase} " in f" {name} " and f" {name}" in said:
                    return said.count(phrase) == said.count(name)
    return False
