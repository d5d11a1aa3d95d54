"""The gate before publishing: the held-out questions are asked without and with the new examples."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backends.embedder.base import Embedder
from backends.vectors import QdrantEdgeIndex
from backends.vectors.base import VectorIndex
from backends.vectors.overlay import Overlay
from catalog_sync.documents import Kind
from catalog_sync.index import COLLECTIONS, FILTERED, publish, stamp_of
from catalog_sync.index import plan as index_plan
from feedback.evaluation.run import Report
from feedback.evaluation.suite import ANSWER, Item
from feedback.examples import Examples
from feedback.model import ExampleRecord
from feedback.publish import document

CERTAIN = 0.1
_EXAMPLES: tuple[Kind, ...] = ("example",)


@dataclass(frozen=True)
class Gate:
    """`fixed` and `worse` are ids of held-out examples. `p` is the chance of so many worse ones if the examples made
    no difference (sign test, one-sided)."""

    passed: bool
    questions: int
    before: float
    after: float
    fixed: tuple[str, ...]
    worse: tuple[str, ...]
    p: float
    says: str

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def held_out(examples: Examples, project: str) -> list[Item]:
    """The reviewed examples of the benchmark's clusters, as a suite."""
    found = examples.with_current(["verified"])
    return [
        Item(e.id, e.question, frozenset({ANSWER}), v.sql, groups={"language": e.language})
        for e, v in found
        if e.role == "benchmark" and e.project == project
    ]


def judge(before: Report, after: Report) -> Gate:
    """Passed unless it got worse beyond chance."""
    was = {r.id: r.right for r in before.results}
    fixed = tuple(r.id for r in after.results if r.right and not was[r.id])
    worse = tuple(r.id for r in after.results if not r.right and was[r.id])
    p = _tail(len(worse), len(worse) + len(fixed))
    passed = len(worse) <= len(fixed) or p >= CERTAIN
    says = f"{len(fixed)} fixed, {len(worse)} worse of {before.questions} held-out questions (p = {p:.2f})"
    return Gate(passed, before.questions, before.execution_accuracy, after.execution_accuracy, fixed, worse, p, says)


def nothing_held_out() -> Gate:
    """A young project has no benchmark yet, and must be able to begin."""
    return Gate(True, 0, 0.0, 0.0, (), (), 1.0, "no held-out question is verified yet: nothing to measure with")


@contextmanager
def trial(
    examples: Examples, new: Sequence[ExampleRecord], index: VectorIndex, embedder: Embedder
) -> Iterator[VectorIndex]:
    """The index as it would be with these examples published; the real one is not touched."""
    ids = {e.id for e in new}
    live = [(e, v) for e, v in examples.live() if e.id not in ids]
    wanted = [document(e, v) for e, v in (*live, *((e, examples.version(e.id, e.current)) for e in new))]
    with tempfile.TemporaryDirectory(prefix="dbt-ask-trial-") as folder:
        other = QdrantEdgeIndex(Path(folder), filtered=FILTERED)
        try:
            stamp = stamp_of(embedder)
            publish(index_plan(wanted, other, stamp, kinds=_EXAMPLES), other, embedder)
            yield Overlay(index, {COLLECTIONS["example"]: other})
        finally:
            other.close()


def _tail(worse: int, changed: int) -> float:
    """P(at least `worse` of `changed`) for a fair coin."""
    ways: int = sum(math.comb(changed, k) for k in range(worse, changed + 1))
    return ways / float(2**changed)
