"""Route as Pinterest does (2024): documents of tables and queries are searched, their scores added up by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backends.vectors.base import Hit
from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask, Route, Verdict
from plugin.generator.link.probed import tables_read
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Summaries:
    """The `documents` nearest by cosine; those above `floor` count: a table's own document `weight` times where it
    scores at least `strong`, a query's for each table that it reads by `weight` less. The best `keep` tables stay.

    `floor` and `strong` are shares of the best score: cosines of different embedders lie on different scales.
    """

    documents: int = 30
    floor: float = 0.6
    strong: float = 0.7
    weight: float = 10.0
    keep: int = 10
    name: str = "route.summaries"
    kind: Kind = "route"
    needs: frozenset[Need] = frozenset({"index", "embeddings"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        scored = self._scored(ask.question, services)
        best = max((score for _, score in scored), default=0.0)
        found: dict[str, float] = defaultdict(float)
        for hit, score in scored:
            share = score / best if best > 0 else 0.0
            if share > self.floor:
                for table, weight in self._tables(hit, share, services.dialect):
                    found[table] += weight * score
        known = {name: services.catalog.these(services.catalog.directory.bare(name)[-1:]) for name in found}
        routes = [Route(table, found[name]) for name, tables in known.items() for table in tables]
        routes.sort(key=lambda r: (-r.score, str(r.table.name)))
        if not routes:
            return ask.add(verdict=Verdict("refused", reason="empty_catalog"))
        return ask.add(routes=tuple(routes[: self.keep]))

    def _scored(self, question: str, services: Services) -> list[tuple[Hit, float]]:
        query, sparse = services.embedder.embed_query(question), sparse_query(question)
        hits = [h for kind in ("table", "example")
                for h in services.index.search(COLLECTIONS[kind], query.tolist(), sparse, self.documents)]  # type: ignore[index]  # fmt: skip
        if not hits:
            return []
        scores = services.embedder.embed_documents([str(h.payload["text"]) for h in hits]) @ query
        ranked = sorted(zip(hits, map(float, scores), strict=True), key=lambda found: -found[1])
        return ranked[: self.documents]

    def _tables(self, hit: Hit, share: float, dialect: str) -> Sequence[tuple[str, float]]:
        if hit.payload["kind"] == "table":
            return [(str(hit.payload["name"]).casefold(), self.weight if share >= self.strong else 1.0)]
        return [(table, 1.0 / self.weight) for table in tables_read(str(hit.payload["sql"]), dialect)]
