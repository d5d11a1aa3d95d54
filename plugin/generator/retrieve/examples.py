"""Retrieve: verified questions like this one."""

from __future__ import annotations

from dataclasses import dataclass

from backends.vectors.tokens import sparse_query
from catalog_sync.index import COLLECTIONS
from plugin.generator.ask import Ask, Shot
from plugin.generator.stage import Kind, Need, Services


@dataclass(frozen=True)
class Examples:
    """The verified questions nearest in meaning and words."""

    most: int = 3
    name: str = "retrieve.examples"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"index"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        dense = services.embedder.embed_query(ask.question).tolist()
        hits = services.index.search(COLLECTIONS["example"], dense, sparse_query(ask.question), self.most)
        return ask.add(shots=tuple(Shot(h.payload["question"], h.payload["sql"], h.score) for h in hits))
