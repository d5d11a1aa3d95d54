"""The gate before publishing: the held-out questions are asked without and with the new examples."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
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
from feedback.evaluation.statistics import Paired, paired
from feedback.evaluation.suite import ANSWER, Item
from feedback.examples import Examples
from feedback.model import ExampleRecord
from feedback.publish import document

_CHANCE = 0.2
_EXAMPLES: tuple[Kind, ...] = ("example",)


@dataclass(frozen=True)
class Gate:
    """`change` compares the held-out questions without and with the examples."""

    passed: bool
    change: Paired
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


def judge(before: Mapping[str, bool], after: Mapping[str, bool]) -> Gate:
    """Each says of a held-out question whether it was right. Passed unless more got worse than better, and more so
    than a fair coin would do it one time in ten."""
    change = paired(before, after)
    if not change.questions:
        return Gate(True, change, "no held-out question is verified yet: nothing to measure with")
    fixed, worse = len(change.fixed), len(change.regressed)
    passed = worse <= fixed or change.p >= _CHANCE
    says = f"{fixed} fixed, {worse} worse of {change.questions} held-out questions (p = {change.p:.2f})"
    return Gate(passed, change, says)


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
