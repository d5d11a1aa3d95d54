"""What a question costs in a catalogue of many tables, by rules, without a model.

    python benchmarks/catalog_question.py [--tables 1000 10000 100000]

Of the tables two can answer, `sales` and `branches`; the others have 20 columns each, and a key to one calendar. The
index holds the own documents of ten thousand, and columns and values of the first hundred, so that what is measured is
the catalogue and not the engine. The embedder hashes. `open` opens the catalogue and the door; `first` is
the first question of a process, `next` another one, each with the search in it. Each size is asked in a process of its
own: `peak` is how far that process's memory grew over what it had when it had imported everything.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from backends.embedder import HashEmbedder
from backends.llm.scripted import ScriptedLLM
from backends.vectors import Point, QdrantEdgeIndex, sparse_document
from backends.warehouse import open_sqlite
from backends.warehouse.base import TableName
from catalog_sync import store
from catalog_sync.documents import Document, document_of, documents_of
from catalog_sync.index import COLLECTIONS, FILTERED, stamp_of
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.records import head_of, key_of, text_of
from catalog_sync.scope import scope
from plugin.asking import asked
from plugin.generator.presets import Options, build
from plugin.generator.stage import Services

RESULTS = Path(__file__).parent / "results" / "catalog_question.json"
QUESTIONS = ("total amount by city", "how many branches are there")
_WORDS = (
    "invoice", "customer", "product", "payment", "shipment", "supplier", "campaign", "ticket", "sensor", "employee",
    "contract", "session", "policy",
)  # fmt: skip
_BATCH = 512
_INDEXED = 10_000  # tables of which anything is in the index
_WHOLE = 100  # tables of which columns and values are, too


def tables(count: int) -> Iterator[CatalogTable]:
    yield _table("branches", ("branch_id INTEGER", "city VARCHAR"), key="branch_id")
    yield _table(
        "sales",
        ("sale_id INTEGER", "branch_id INTEGER", "sold_on DATE", "amount DOUBLE"),
        key="sale_id",
        to=("branch_id", "branches"),
    )
    yield _table("calendar", ("day_id INTEGER", "holiday VARCHAR"), key="day_id")
    for number in range(count - 3):
        word = _WORDS[number % len(_WORDS)]
        columns = ("day_id INTEGER", *(f"{_WORDS[i % len(_WORDS)]}_{i} VARCHAR" for i in range(19)))
        yield _table(f"{word}_{number}", columns, to=("day_id", "calendar"))


def _table(name: str, columns: tuple[str, ...], key: str = "", to: tuple[str, str] | None = None) -> CatalogTable:
    made = tuple(_column(*column.split(), table=name) for column in columns)
    keys = (ForeignKey((to[0],), TableName(None, None, to[1]), (to[0],), True),) if to else ()
    return CatalogTable(
        TableName(None, None, name), "table", f"benchmark.{name}", f"What is known of {name.replace('_', ' ')}.", made,
        primary_key=(key,) if key else (), foreign_keys=keys,
    )  # fmt: skip


def _column(name: str, kind: str, table: str) -> CatalogColumn:
    values = ("Seoul", "Busan") if name == "city" else ()
    last = "2026-03-01" if kind == "DATE" else ""
    return CatalogColumn(
        name, kind, f"The {name.replace('_', ' ')} of {table}.", values=values, values_exact=bool(values),
        min_value="2020-01-01" if last else "", max_value=last,
    )  # fmt: skip


def prepare(count: int, state: Path) -> None:
    with store.Store(state / store.CATALOG) as made:
        made.db.execute("PRAGMA synchronous = OFF")
        made.shelf.extend(tables(count))
        with made.change():
            made.put_head("catalog", text_of(head_of(Catalog("benchmark", "sqlite", ()))))
            for table in tables(count):
                made.directory.put(key_of(table.name), table)
    with sqlite3.connect(state / "benchmark.sqlite") as db:
        db.execute("CREATE TABLE branches (branch_id INTEGER PRIMARY KEY, city TEXT)")
        db.execute("CREATE TABLE sales (sale_id INTEGER PRIMARY KEY, branch_id INTEGER, sold_on DATE, amount REAL)")
        db.execute("INSERT INTO branches VALUES (1, 'Seoul'), (2, 'Busan')")
        db.execute("INSERT INTO sales VALUES (1, 1, '2026-03-01', 10), (2, 2, '2026-02-01', 5)")
    db.close()
    embedder, index = HashEmbedder(), QdrantEdgeIndex(state / "index", filtered=FILTERED)
    index.begin(stamp_of(embedder))
    waiting: list[Document] = []
    for number, table in enumerate(islice(tables(count), _INDEXED)):
        waiting += documents_of("benchmark", table) if number < _WHOLE else [document_of("benchmark", table)]
        if len(waiting) >= _BATCH:
            _put(index, embedder, waiting)
            waiting = []
    _put(index, embedder, waiting)
    index.flush()
    index.close()


def _put(index: QdrantEdgeIndex, embedder: HashEmbedder, documents: list[Document]) -> None:
    vectors = embedder.embed_documents([document.text for document in documents])
    points: dict[str, list[Point]] = {}
    for d, vector in zip(documents, vectors, strict=True):
        point = Point(d.id, vector.tolist(), sparse_document(d.lexical), dict(d.payload))
        points.setdefault(COLLECTIONS[d.kind], []).append(point)
    for collection, group in points.items():
        index.upsert(collection, group)


def ask(count: int, state: Path) -> dict[str, Any]:
    index = QdrantEdgeIndex(state / "index", filtered=FILTERED)
    embedder, pipeline = HashEmbedder(), build("rules", Options())
    index.begin(stamp_of(embedder))
    index.count("tables")  # the copy that each process makes of the index is not the catalogue's
    warehouse = open_sqlite(state / "benchmark.sqlite")
    asked(QUESTIONS[0], pipeline, _services(Catalog("none", "sqlite", tuple(tables(3))), warehouse, index, embedder))
    before = _peak()

    def opened() -> Services:
        found = _services(store.load(state / store.CATALOG), warehouse, index, embedder)
        found.warehouse.query("select count(*) as n from branches")
        return found

    services, *open_times = _timed(opened)
    times = []
    for question in QUESTIONS:
        answer, *spent = _timed(lambda question=question: asked(question, pipeline, services))
        assert answer.status == "answered", answer
        times.append(spent)
    return {
        "tables": count,
        "open_s": open_times[0],
        "open_cpu_s": open_times[1],
        "first_s": times[0][0],
        "first_cpu_s": times[0][1],
        "next_s": times[1][0],
        "next_cpu_s": times[1][1],
        "peak_mb": _peak() - before,
        "catalog_mb": (state / store.CATALOG).stat().st_size / 1e6,
    }


def _services(catalog: Catalog, warehouse: Any, index: QdrantEdgeIndex, embedder: HashEmbedder) -> Services:
    return Services(catalog, warehouse.restricted(scope(catalog)), ScriptedLLM([]), embedder, index)


def _timed(action: Callable[[], Any]) -> tuple[Any, float, float]:
    started, cpu = time.perf_counter(), time.process_time()
    found = action()
    return found, time.perf_counter() - started, time.process_time() - cpu


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(count: int) -> dict[str, Any]:
    state = Path(tempfile.mkdtemp(prefix="catalog-question-"))
    try:
        words = [sys.executable, __file__, "--tables", str(count), "--state", str(state)]
        subprocess.run([*words, "--child", "prepare"], check=True)
        done = subprocess.run([*words, "--child", "ask"], stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found
    finally:
        shutil.rmtree(state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 10_000])
    for hidden in ("--child", "--state"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child == "prepare":
        prepare(chosen.tables[0], Path(chosen.state))
    elif chosen.child:
        print(json.dumps(ask(chosen.tables[0], Path(chosen.state))))
    else:
        rows = []
        for count in chosen.tables:
            rows.append(row := measure(count))
            print(" ".join(f"{name:>12}" for name in row) if len(rows) == 1 else "", end="\n" * (len(rows) == 1))
            print(" ".join(f"{v:>12,.3f}" if isinstance(v, float) else f"{v:>12,}" for v in row.values()), flush=True)
        RESULTS.parent.mkdir(exist_ok=True)
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        RESULTS.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
