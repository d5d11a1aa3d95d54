"""How fast an index loads, opens and answers: the embedded engine beside qdrant-client's local mode.

    python benchmarks/retrieval.py [--sizes 1000 10000] [--queries 100]

Synthetic descriptions of tables, in English and Korean, embedded with the default embedder. A query is hybrid; its
time is that of `search` alone. CPU milliseconds are those of the
whole process, and steadier on a machine that has other work; the ratio is of them, to the embedded engine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from backends.embedder import Embedder, MultilingualEmbedder
from backends.vectors import (
    Point,
    QdrantEdgeIndex,
    QdrantServerIndex,
    SparseVector,
    Stamp,
    VectorIndex,
    local,
    sparse_document,
    sparse_query,
)

RESULTS = Path(__file__).parent / "results" / "retrieval.json"
ENTITIES = ["customer", "order", "payment", "shipment", "store", "product", "supplier", "invoice", "refund", "visit"]
GRAINS = ["daily", "weekly", "monthly", "by region", "by channel", "by segment", "per account", "per employee"]
FACTS = ["count", "total amount", "average price", "status history", "first date", "share of returns", "balance"]
KOREAN = ["고객별 주문 금액", "매장별 월 매출", "배송이 늦은 주문", "환불된 결제 내역", "공급사별 상품 재고"]

# Key of a row: title, width, format.
COLUMNS = {
    "points": ("points", 8, ",d"),
    "engine": ("engine", 14, ""),
    "upserts_per_second": ("upserts/s", 11, ",.0f"),
    "open_seconds": ("open s", 9, ".2f"),
    "query_p50_ms": ("p50 ms", 10, ".2f"),
    "query_p95_ms": ("p95 ms", 10, ".2f"),
    "query_cpu_ms": ("CPU ms", 10, ".2f"),
    "cpu_ratio": ("CPU ratio", 11, ".1f"),
}

Query = tuple[list[float], SparseVector]
Opener = Callable[[Path], VectorIndex]
ENGINES: dict[str, Opener] = {
    "edge": QdrantEdgeIndex,
    "client-local": lambda path: QdrantServerIndex(local(path)),
}


def description(number: int, chance: random.Random) -> str:
    if number % 10 == 0:
        return f"{chance.choice(KOREAN)} {number}"
    entity, other = chance.sample(ENTITIES, 2)
    return (
        f"mart_{number}.{entity}_{other}: {chance.choice(FACTS)} of {entity} {chance.choice(GRAINS)}, "
        f"joined with {other}; columns {entity}_id, {other}_id, {chance.choice(FACTS).replace(' ', '_')}"
    )


def question(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return f"{chance.choice(KOREAN)}을 보여줘"
    return f"what is the {chance.choice(FACTS)} of each {chance.choice(ENTITIES)} {chance.choice(GRAINS)}?"


def measure(open_index: Opener, points: list[Point], queries: list[Query]) -> dict[str, float]:
    stamp = Stamp("benchmark", len(points[0].dense), "1")
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder))
        index.begin(stamp)
        started = time.perf_counter()
        index.upsert("tables", points)
        index.flush()
        loaded = time.perf_counter() - started
        index.close()

        started = time.perf_counter()
        index = open_index(Path(folder))
        index.count("tables")
        opened = time.perf_counter() - started
        seconds, cpu = [], time.process_time()
        for dense, sparse in queries:
            started = time.perf_counter()
            hits = index.search("tables", dense, sparse, 10)
            seconds.append(time.perf_counter() - started)
            assert len(hits) == 10
        cpu = time.process_time() - cpu
        index.close()
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {
        "upserts_per_second": round(len(points) / loaded, 1),
        "open_seconds": round(opened, 3),
        "query_p50_ms": round(float(p50), 3),
        "query_p95_ms": round(float(p95), 3),
        "query_cpu_ms": round(cpu / len(queries) * 1000, 3),
    }


def compare(sizes: list[int], points: list[Point], queries: list[Query]) -> Iterator[dict[str, Any]]:
    for size in sizes:
        base = None
        for engine, open_index in ENGINES.items():
            found = measure(open_index, points[:size], queries)
            base = base or found["query_cpu_ms"]
            yield {"points": size, "engine": engine, **found, "cpu_ratio": round(found["query_cpu_ms"] / base, 1)}


def write(embedder: Embedder, texts_per_second: float, queries: int, rows: list[dict[str, Any]]) -> None:
    report = {
        "machine": {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()},
        # Other work on the machine stretches all times but those of the CPU.
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "packages": {name: version(name) for name in ("qdrant-edge-py", "qdrant-client", "numpy")},
        "embedder": embedder.id,
        "embedded_texts_per_second": round(texts_per_second, 1),
        "queries": queries,
        "rows": rows,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()

    chance = random.Random(0)
    embedder = MultilingualEmbedder()
    embedder.embed_query("load the model")
    texts = [description(i, chance) for i in range(max(options.sizes))]
    started = time.perf_counter()
    dense = embedder.embed_documents(texts)
    texts_per_second = len(texts) / (time.perf_counter() - started)
    points = [
        Point(str(UUID(int=i)), row.tolist(), sparse_document(text), {"description": text})
        for i, (row, text) in enumerate(zip(dense, texts, strict=True))
    ]
    asked = [question(chance) for _ in range(options.queries)]
    queries = [(embedder.embed_query(text).tolist(), sparse_query(text)) for text in asked]

    print(f"embedding: {texts_per_second:,.0f} texts/s ({embedder.id}, {embedder.dim} dimensions)\n")
    print("".join(title.rjust(width) for title, width, _ in COLUMNS.values()))
    rows = []
    for row in compare(options.sizes, points, queries):
        rows.append(row)
        cells = (f"{row[key]:{form}}".rjust(width) for key, (_, width, form) in COLUMNS.items())
        print("".join(cells), flush=True)
    write(embedder, texts_per_second, options.queries, rows)


if __name__ == "__main__":
    main()
