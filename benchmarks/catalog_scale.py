"""A sync of many tables: the first, one where nothing changed, one where 1 % changed.

    python benchmarks/catalog_scale.py [--tables 1000 10000] [--source memory|openmetadata] [--index edge|noted]
                                       [--embedder none|default]

Tables of 20 columns, two of them with five values. `memory` makes the tables in the process: what is measured is the
sync itself. `openmetadata` reads them over HTTP from the fake server (a process of its own) through the official
client. The warehouse answers from memory. The embedder `default` is the real one; `none` gives every text the same
vector at once, and what a real one costs is then to be added for each document. `edge` is the embedded index; `noted`
writes down what an index would be told and has no vectors, so that what is left is the sync. Each step is a process of
its own; its peak memory is that process's. Disk is what is used, holes are not counted. What a question costs is in
catalog_question.py.
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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from backends.embedder import Embedder, MultilingualEmbedder
from backends.vectors import Hit, Payload, Point, QdrantEdgeIndex, Stamp
from backends.vectors.files import used
from backends.warehouse.base import ColumnInfo, Limits, Plan, Rows, Scope, TableName
from catalog_sync.index import FILTERED
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.openmetadata import OpenMetadataSource, Selection
from catalog_sync.openmetadata.testing import FakeOpenMetadata, payloads
from catalog_sync.policy import Policy
from catalog_sync.shelf import Shelf
from catalog_sync.sync import Options, sync
from catalog_sync.values import Rules

RESULTS = Path(__file__).parent / "results" / "catalog_scale.json"
STEPS = ("first", "unchanged", "changed")
_WORDS = (
    "order", "customer", "store", "product", "region", "amount", "price", "status", "channel", "segment", "month",
    "invoice", "payment",
)  # fmt: skip


def tables(count: int, changed: bool) -> Iterator[CatalogTable]:
    for number in range(count):
        yield _table(number, "anew" if changed and number % 100 == 0 else "")


def _table(number: int, mark: str) -> CatalogTable:
    provenance = {"name": "dbt:manifest", "type": "dbt:manifest", "description": "dbt:manifest"}
    return CatalogTable(
        name=TableName("warehouse", f"schema_{number % 50}", f"{_WORDS[number % 13]}_{number}"),
        kind="table",
        unique_id=f"model.benchmark.table_{number}",
        description=f"One row for each {_WORDS[number % 13]} of the kind {number} {mark}.",
        columns=tuple(_column(number, i, provenance) for i in range(20)),
        primary_key=(f"{_WORDS[0]}_0",),
        foreign_keys=(ForeignKey((f"{_WORDS[1]}_1",), TableName("warehouse", "schema_0", "order_0"), ("order_0",)),),
        tier="Tier.Tier1",
        provenance=provenance,
    )


def _column(number: int, i: int, provenance: dict[str, str]) -> CatalogColumn:
    valued = i < 2
    return CatalogColumn(
        f"{_WORDS[i % 13]}_{i}",
        type="VARCHAR",
        description=f"What the {_WORDS[(i + number) % 13]} {i} says about it.",
        values=tuple(f"{_WORDS[v]} {number % 97}" for v in range(5)) if valued else (),
        values_exact=valued,
        provenance=provenance,
    )


class Made:
    """A source that answers at once."""

    id = "dbt"

    def __init__(self, count: int, changed: bool) -> None:
        self._count, self._changed = count, changed

    def read(self) -> Catalog:
        return Catalog("benchmark", "duckdb", Shelf.of(tables(self._count, self._changed)))


class Warehouse:
    """Has every table of the source, in its own spelling; nobody may ask it for more."""

    dialect = "duckdb"

    def __init__(self, count: int) -> None:
        self._names = [table.name for table in tables(count, False)]
        self._columns = [ColumnInfo(column.name, column.type) for column in _table(0, "").columns]

    def tables(self) -> list[TableName]:
        return self._names

    def columns(self, table: TableName) -> list[ColumnInfo]:
        return self._columns

    def restricted(self, scope: Scope) -> Warehouse:
        return self

    def distinct_values(self, table: TableName, column: str, limit: int, seconds: float = 10.0) -> list[Any]:
        return list(range(limit))  # too many to be listed

    def query(self, sql: str, limits: Limits = Limits()) -> Rows:
        raise NotImplementedError

    def explain(self, sql: str) -> Plan:
        raise NotImplementedError

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


class Noted:
    """What an index was told, in an SQLite file: ids, and the fields that a sync asks for."""

    _FIELDS = ("table", "hash", "digest", "project")

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            "PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS stamp (made TEXT); CREATE TABLE IF NOT EXISTS "
            "points (kind TEXT, id TEXT, payload TEXT, of TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID; "
            "CREATE INDEX IF NOT EXISTS by_table ON points (of)"
        )

    def stamp(self) -> Stamp | None:
        found = self._db.execute("SELECT made FROM stamp").fetchone()
        return Stamp(**json.loads(found[0])) if found else None

    def begin(self, stamp: Stamp, *, rebuild: bool = False) -> None:
        if self.stamp() is None:
            self._db.execute("INSERT INTO stamp VALUES (?)", (json.dumps(asdict(stamp)),))

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        rows = []
        for point in points:
            told = {name: point.payload.get(name) for name in self._FIELDS}
            rows.append((collection, point.id, json.dumps(told), point.payload.get("table")))
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        for point in ids:
            self._db.execute("DELETE FROM points WHERE kind = ? AND id = ?", (collection, point))

    def search(self, *_: Any) -> list[Hit]:
        raise NotImplementedError

    def scroll(
        self, collection: str, fields: Sequence[str] | None = None, match: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[str, Payload]]:
        where, rest = ("AND of = ?", (match["table"],)) if match else ("", ())
        for point, payload in self._db.execute(
            f"SELECT id, payload FROM points WHERE kind = ? {where}", (collection, *rest)
        ):
            yield point, json.loads(payload)

    def count(self, collection: str) -> int:
        return int(self._db.execute("SELECT count(*) FROM points WHERE kind = ?", (collection,)).fetchone()[0])

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self._db.close()


class NoEmbedder:
    """As many dimensions as the default one, and no cost."""

    id, dim = "none", 512

    def embed_documents(self, texts: Sequence[str]) -> Any:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        rows[:, 0] = 1.0
        return rows

    def embed_query(self, text: str) -> Any:
        return self.embed_documents([text])[0]


def step(count: int, name: str, state: Path, host: str, kind: str, embedding: str) -> dict[str, Any]:
    changed = name == "changed"
    policy = Policy()
    source: Any = Made(count, changed)
    if host:
        server = {"hostPort": host, "securityConfig": {"jwtToken": FakeOpenMetadata.token}}
        source = OpenMetadataSource(server, policy, "benchmark", Selection(details=()))
    warehouse = Warehouse(count)
    index = Noted(state / "noted.db") if kind == "noted" else QdrantEdgeIndex(state / "index", filtered=FILTERED)
    embedder: Embedder = MultilingualEmbedder() if embedding == "default" else NoEmbedder()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, cpu = time.perf_counter(), time.process_time()
    # All values in one sync, however slow the machine: else the second would go on with them.
    options = Options(rules=Rules(seconds=36_000))
    report = sync(source, warehouse, embedder, index, policy, state, options=options)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    index.close()
    return {
        "tables": count,
        "source": "openmetadata" if host else "memory",
        "index": kind,
        "embedder": embedding,
        "step": name,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "tables_per_second": count / seconds,
        "documents": report.added + report.changed + report.unchanged,
        "embedded": report.embedded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "start_mb": before,
        "disk_mb": used(state) / 1e6,
    }


def _which(row: dict[str, Any]) -> tuple[str, str, str, int]:
    return row["index"], row["source"], row["embedder"], row["tables"]


def serve(count: int, changed: bool) -> None:
    """The fake server, until its input ends."""
    with FakeOpenMetadata() as server:
        for table in tables(count, changed):
            server.store.add("tables", payloads.from_catalog(table, "warehouse"))
        print(server.host_port, flush=True)
        sys.stdin.read()


def _child(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(count: int, source: str, index: str, embedder: str) -> Iterator[dict[str, Any]]:
    state = Path(tempfile.mkdtemp(prefix="catalog-scale-"))
    try:
        for name in STEPS:
            words = [
                "--child",
                name,
                "--tables",
                str(count),
                "--state",
                str(state),
                "--index",
                index,
                "--embedder",
                embedder,
            ]
            if source == "memory":
                yield _child(*words)
                continue
            serving = [sys.executable, __file__, "--serve", name, "--tables", str(count)]
            with subprocess.Popen(serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
                assert server.stdout is not None
                yield _child(*words, "--host", server.stdout.readline().strip())
                server.communicate("")
    finally:
        shutil.rmtree(state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--source", choices=["memory", "openmetadata"], nargs="+", default=["memory"])
    parser.add_argument("--index", choices=["edge", "noted"], nargs="+", default=["edge"])
    parser.add_argument("--embedder", choices=["none", "default"], default="none")
    parser.add_argument("--add", action="store_true", help="Keep the rows of other sizes that are in the results.")
    for hidden in ("--child", "--serve", "--state", "--host"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.tables[0], chosen.serve == "changed")
    elif chosen.child:
        state, index = Path(chosen.state), chosen.index[0]
        print(json.dumps(step(chosen.tables[0], chosen.child, state, chosen.host, index, chosen.embedder)))
    else:
        for index in chosen.index:
            for source in chosen.source:
                for count in chosen.tables:
                    rows = list(measure(count, source, index, chosen.embedder))
                    _table_of(rows, keep=chosen.add)
                    chosen.add = True


def _table_of(rows: list[dict[str, Any]], keep: bool) -> None:
    print(" ".join(f"{name:>17}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{v:>17,.1f}" if isinstance(v, float) else f"{v:>17}" for v in row.values()))
    RESULTS.parent.mkdir(exist_ok=True)
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if keep and RESULTS.exists() else []
    new = {_which(row) for row in rows}
    rows = sorted([row for row in before if _which(row) not in new] + rows, key=_which)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
