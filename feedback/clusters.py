"""Which questions are the same in other words, and which are held out to measure with. A cluster is either shown to
the model or measured with, never both: otherwise the measure would praise the memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from backends.embedder.base import Embedder
from feedback.examples import Examples
from feedback.model import ExampleRecord

RETRIEVAL, BENCHMARK = "retrieval", "benchmark"


@dataclass(frozen=True)
class Near:
    """`similarity` is the cosine of the two questions."""

    example: ExampleRecord
    similarity: float


def role_of(cluster: str, share: float) -> str:
    """By a hash, so that nobody chooses what is measured. `share` in 0..1 is held out."""
    number = int.from_bytes(hashlib.sha256(cluster.encode()).digest()[:8], "big") / 2**64
    return BENCHMARK if number < share else RETRIEVAL


def cluster_of(
    examples: Examples, question_key: str, template: str, near: Sequence[Near], share: float
) -> tuple[str, str]:
    """(cluster, role): that of the same question, else of the same query with other literals, else of the nearest
    question; else a new one. What is in a cluster already decides its role, whatever the share is now."""
    known = [
        *examples.find(question_key=question_key, limit=1),
        *examples.by_template(template)[:1],
        *(n.example for n in near[:1]),
    ]
    if known:
        return known[0].cluster, known[0].role
    return template, role_of(template, share)


def nearest(key: str, pool: Sequence[ExampleRecord], embedder: Embedder, at_least: float) -> list[Near]:
    """Those of the same question key, and those whose keys are near it in meaning; best first."""
    if not pool:
        return []
    vectors = embedder.embed_documents([e.question_key for e in pool])
    scores = vectors @ embedder.embed_documents([key])[0]
    found = [
        Near(e, 1.0 if e.question_key == key else float(s))
        for e, s in zip(pool, scores, strict=True)
        if e.question_key == key or s >= at_least
    ]
    return sorted(found, key=lambda n: (-n.similarity, n.example.id))
