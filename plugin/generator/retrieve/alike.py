"""Retrieve: verified examples by how alike the questions are without their names, and the statements without theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from backends.vectors.base import Hit
from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask, Shot
from plugin.generator.retrieve import masking
from plugin.generator.stage import Kind, Need, Services

By = Literal["question", "masked", "skeleton"]


@dataclass(frozen=True)
class Alike:
    """The `most` examples nearest to the question, out of the `pool` that the index finds for it.

    `masked`: with names and literals masked on both sides (DAIL-SQL, PET-SQL). `skeleton`: the greater of the likeness
    as it stands and without nouns (CodeS). Vectors are of length 1: the nearest by distance is the nearest by cosine.
    With `by_probe` those whose statement has the probe's skeleton (Jaccard at least `same`) come first (DAIL-SQL).
    """

    most: int
    by: By
    by_probe: bool = False
    same: float = 0.85
    pool: int = 500
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"index", "embeddings", "examples"})

    @property
    def name(self) -> str:
        return f"retrieve.alike_by_{'probe' if self.by_probe else self.by}"

    def __call__(self, ask: Ask, services: Services) -> Ask:
        dense = services.embedder.embed_query(ask.question).tolist()
        hits = services.index.search(COLLECTIONS["example"], dense, sparse_query(ask.question), self.pool)
        scored = self._scored(ask, hits, services)
        if self.by_probe:
            wanted = masking.sql_skeleton(ask.probe, services.dialect)
            alike = [masking.jaccard(wanted, masking.sql_skeleton(s.sql, services.dialect)) for s in scored]
            order = sorted(range(len(scored)), key=lambda at: (alike[at] < self.same, -scored[at].score))
            scored = [scored[at] for at in order]
        return ask.add(shots=tuple(scored[: self.most]))

    def _scored(self, ask: Ask, hits: Sequence[Hit], services: Services) -> list[Shot]:
        """The nearest first."""
        shots = [Shot(h.payload["question"], h.payload["sql"], 0.0) for h in hits]
        if not shots:
            return []
        forms = self._forms(ask, shots, services)
        likeness = [
            services.embedder.embed_documents([t for _, t in f]) @ services.embedder.embed_query(f[0][0]) for f in forms
        ]
        scores = [max(float(one[at]) for one in likeness) for at in range(len(shots))]
        made = [replace(shot, score=score) for shot, score in zip(shots, scores, strict=True)]
        return sorted(made, key=lambda s: (-s.score, s.question))

    def _forms(self, ask: Ask, shots: Sequence[Shot], services: Services) -> list[list[tuple[str, str]]]:
        """(question, example) in each form in which they are compared."""
        if self.by == "masked":
            own = masking.masked_by_schema(ask, ask.slices)
            return [[(own, masking.masked_by_sql(s.question, s.sql, services.dialect)) for s in shots]]
        plain = [(ask.question, s.question) for s in shots]
        if self.by == "question":
            return [plain]
        own = masking.skeleton(ask.question)
        return [plain, [(own, masking.skeleton(s.question)) for s in shots]]
