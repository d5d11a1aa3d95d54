"""Whether a value that a question names is found among many, and how fast: the stage that links values, on its index.

    python -m benchmarks.value_scale [--values 10000 100000] [--questions 300]

Values are made names of two words, a hundred a column and ten such columns a table. A question names one as it stands,
in small letters, or with one letter wrong. Right is that value of that column among what was linked; `others` is how
many the stage linked besides, on average. The documents, the embedder and the index are those of a sync. A time is that
of the whole stage, without the embedding of the question.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from backends.embedder import Embedder, MultilingualEmbedder
from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from backends.warehouse.base import TableName
from benchmarks.made_catalogue import Warehouse
from benchmarks.retrieval_scale import embedded
from catalog_sync.documents import documents_of
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.retrieve.values import Values
from plugin.generator.stage import Services

RESULTS = Path(__file__).parent / "results" / "value_scale.json"
WAYS = ("as it stands", "in small letters", "one letter wrong")
_SYLLABLES = (
    "ba", "co", "del", "fra", "gor", "hin", "jul", "ka", "lom", "mer", "nov", "pel", "quin", "ras",
    "tor", "ull", "ven", "wick", "yar", "zan",
)  # fmt: skip
_OF_A_COLUMN, _COLUMNS = 100, 10
_BATCH = 256
Place = tuple[str, str, str]  # value, table, column


def names() -> Iterator[str]:
    """For ever, none twice."""
    chance, seen = random.Random(0), set[str]()
    while True:
        words = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize() for _ in range(2))
        name = " ".join(words)
        if name not in seen:
            seen.add(name)
            yield name


def tables() -> Iterator[CatalogTable]:
    made, number = names(), 0
    while True:
        columns = tuple(
            CatalogColumn(f"party_{i}", "VARCHAR", values=tuple(islice(made, _OF_A_COLUMN)), values_exact=True)
            for i in range(_COLUMNS)
        )
        yield CatalogTable(TableName("warehouse", "main", f"deals_{number}"), "table", f"deals_{number}", "", columns)
        number += 1


def places(table: CatalogTable) -> Iterator[Place]:
    return ((value, str(table.name), column.name) for column in table.columns for value in column.values)


def fill(index: QdrantEdgeIndex, embedder: Embedder, more: Sequence[CatalogTable]) -> None:
    found = (d for table in more for d in documents_of("benchmark", table) if d.kind == "value")
    points = embedded(embedder, found)
    while batch := list(islice(points, _BATCH)):
        index.upsert(COLLECTIONS["value"], batch)
    index.flush()


def put(value: str, way: str, chance: random.Random) -> str:
    if way == "one letter wrong":
        at = chance.randrange(1, len(value) - 1)
        value = value[:at] + chance.choice("aeiou".replace(value[at], "")) + value[at + 1 :]
    return f"How many deals did we close with {value if way == WAYS[0] else value.lower()} last year?"


class Known:
    """An embedder that has embedded the questions before."""

    def __init__(self, embedder: Embedder, questions: Sequence[str]) -> None:
        self.id, self.dim = embedder.id, embedder.dim
        self._vectors: Mapping[str, Any] = {question: embedder.embed_query(question) for question in questions}

    def embed_documents(self, texts: Sequence[str]) -> Any:
        return np.array([self._vectors[text] for text in texts])

    def embed_query(self, text: str) -> Any:
        return self._vectors[text]


def measure(index: QdrantEdgeIndex, embedder: Embedder, way: str, wanted: Sequence[Place]) -> dict[str, Any]:
    chance = random.Random(way)
    questions = [put(value, way, chance) for value, _, _ in wanted]
    llm, catalog = ScriptedLLM(lambda *_: ""), Catalog("benchmark", "duckdb", ())
    services = Services(catalog, Warehouse(0), llm, Known(embedder, questions), index)
    stage, seconds, found, others = Values(), [], 0, 0
    stage(Ask(questions[0]), services)  # opens it
    cpu = time.process_time()
    for question, place in zip(questions, wanted, strict=True):
        started = time.perf_counter()
        hits = {(hit.value, hit.table, hit.column) for hit in stage(Ask(question), services).values}
        seconds.append(time.perf_counter() - started)
        found += place in hits
        others += len(hits - {place})
    count = len(questions)
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    spent = (time.process_time() - cpu) / count * 1000
    return {
        "way": way, "questions": count, "found": found / count, "others": others / count,
        "p50_ms": float(p50), "p95_ms": float(p95), "cpu_ms": spent,
    }  # fmt: skip


def rows(sizes: Sequence[int], questions: int) -> Iterator[dict[str, Any]]:
    embedder, made, there = MultilingualEmbedder(), tables(), list[Place]()
    with tempfile.TemporaryDirectory() as folder:
        index = QdrantEdgeIndex(Path(folder), filtered=FILTERED)
        index.begin(stamp_of(embedder))
        for size in sorted(sizes):
            more = list(islice(made, (size - len(there)) // (_OF_A_COLUMN * _COLUMNS)))
            cpu = time.process_time()
            fill(index, embedder, more)
            cpu = time.process_time() - cpu
            there += [place for table in more for place in places(table)]
            wanted = random.Random(size).sample(there, min(questions, len(there)))
            for way in WAYS:
                yield {"values": len(there), "fill_cpu_s": cpu, **measure(index, embedder, way, wanted)}
        index.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    found = []
    for row in rows(options.values, options.questions):
        if not found:
            print(" ".join(f"{name:>16}" for name in row))
        found.append(row)
        print(" ".join(f"{v:>16,.3f}" if isinstance(v, float) else f"{v:>16}" for v in row.values()), flush=True)
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        RESULTS.write_text(json.dumps({**machine, "rows": found}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
