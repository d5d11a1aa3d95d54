"""Link as CodeS does (Li et al., 2024): the best k1 tables with the best k2 columns in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask, Route, TableSlice
from plugin.generator.link.recall import keys_of
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Top:
    """The paper's trained classifier is the index here: tables by their route, columns by their nearness to the
    question. Columns with a matched value and columns of a key come on top of the k2: recall before precision."""

    tables: int = 6
    columns: int = 10
    name: str = "link.top"
    kind: Kind = "link"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        routes = ask.routes[: self.tables]
        nearest = _nearest(ask, services, routes)
        whole = tuple(TableSlice(r.table, tuple(c.name for c in r.table.columns if not c.pii), r.score) for r in routes)
        return ask.add(slices=tuple(self._cut(part, whole, nearest, ask) for part in whole))

    def _cut(
        self, part: TableSlice, whole: tuple[TableSlice, ...], nearest: Mapping[str, list[str]], ask: Ask
    ) -> TableSlice:
        ranked = [c for c in nearest.get(str(part.table.name), ()) if c in part.columns]
        best = set(tuple(dict.fromkeys((*ranked, *part.columns)))[: self.columns])
        best |= {v.column for v in ask.values if v.table == str(part.table.name)} | keys_of(part.table, whole)
        return TableSlice(part.table, tuple(c for c in part.columns if c in best), part.score)


def _nearest(ask: Ask, services: Services, routes: tuple[Route, ...]) -> dict[str, list[str]]:
    """Table -> its columns, those nearest to the question first."""
    dense, names = services.embedder.embed_query(ask.question).tolist(), tuple(str(r.table.name) for r in routes)
    most = sum(len(r.table.columns) for r in routes)
    found: dict[str, list[str]] = {}
    if names:
        for hit in services.index.search(
            COLLECTIONS["column"], dense, sparse_query(ask.question), most, {"table": names}
        ):
            found.setdefault(hit.payload["table"], []).append(hit.payload["column"])
    return found
