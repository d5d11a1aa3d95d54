"""Retrieve rows instead of writing SQL: the retrieval baseline of TAG (Biswal et al., 2024)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Rows
from plugin.generator.ask import Ask, Candidate, TableSlice, Verdict
from plugin.generator.deliver.sentence import show
from plugin.generator.retrieve.cells import select_of
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class NearestRows:
    """The `most` rows nearest to the question by their text, over all tables, of the first `read` rows of each. They
    are the answer's rows, and there is no statement."""

    most: int = 10
    read: int = 200
    seconds: float = 5.0
    name: str = "retrieve.nearest_rows"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"embeddings", "execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        texts = [pair for part in ask.slices for pair in self._rows(part, services)]
        if not texts:
            return ask.add(verdict=Verdict("failed", 0.0, None, "no_sql"))
        scores = services.embedder.embed_documents([t for _, t in texts]) @ services.embedder.embed_query(ask.question)
        best = heapq.nlargest(self.most, zip(map(float, scores), texts, strict=True))
        rows = Rows(("table", "row"), ("TEXT", "TEXT"), tuple(pair for _, pair in best))
        found = Candidate("", self.name, rows=rows)
        return ask.add(candidates=(found,), verdict=Verdict("answered", max(0.0, round(best[0][0], 3)), found))

    def _rows(self, part: TableSlice, services: Services) -> Iterator[tuple[str, str]]:
        shown = [c for c in part.table.columns if c.name in part.columns and not (c.pii or c.withheld)]
        limits = replace(services.limits, seconds=self.seconds, rows=self.read)
        try:
            sql = select_of(part.table, shown, self.read, services.dialect)
            rows = services.warehouse.query(sql, limits).rows if shown else ()
        except (QueryFailed, QueryRefused, QueryTimeout):
            return
        for row in rows:
            cells = zip(shown, row, strict=True)
            yield part.table.name.name, "; ".join(f"{c.name}: {show(v)}" for c, v in cells if v is not None)
