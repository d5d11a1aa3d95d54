"""A catalogue of any size, made as it is read, with a warehouse that has its tables and an index that costs nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from backends.vectors import Hit, Payload, Point, Stamp
from backends.warehouse.base import ColumnInfo, Limits, Plan, Rows, Scope, TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.shelf import Shelf

_WORDS = (
    "order", "customer", "store", "product", "region", "amount", "price", "status", "channel", "segment", "month",
    "invoice", "payment",
)  # fmt: skip
_FIRST = TableName("warehouse", "schema_0", "order_0_log")


def tables(count: int, changed: bool) -> Iterator[CatalogTable]:
    for number in range(count):
        yield _table(number, "anew" if changed and number % 100 == 0 else "")


def _table(number: int, mark: str) -> CatalogTable:
    provenance = {"name": "dbt:manifest", "type": "dbt:manifest", "description": "dbt:manifest"}
    return CatalogTable(
        name=TableName("warehouse", f"schema_{number % 50}", f"{_WORDS[number % 13]}_{number}_log"),
        kind="table",
        unique_id=f"model.benchmark.table_{number}",
        description=f"One row for each {_WORDS[number % 13]} of the kind {number} {mark}.",
        columns=tuple(_column(number, i, provenance) for i in range(20)),
        primary_key=(f"{_WORDS[0]}_0",),
        foreign_keys=(
            ForeignKey((f"{_WORDS[1]}_1",), TableName("warehouse", "schema_0", "order_0_log"), ("order_0",)),
        ),
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
    locked = True

    def __init__(self, count: int) -> None:
        self._names = [table.name for table in tables(count, False)]
        self._columns = [ColumnInfo(column.name, column.type) for column in _table(0, "").columns]

    def tables(self) -> list[TableName]:
        return self._names

    def columns(self, table: TableName) -> list[ColumnInfo]:
        return self._columns

    def restricted(self, scope: Scope) -> Warehouse:
        return self

    def distinct_values(
        self, table: TableName, column: str, limit: int, seconds: float = 10.0, *, rows: int | None = None
    ) -> list[Any]:
        return list(range(limit))  # too many to be listed

    def query(self, sql: str, limits: Limits = Limits()) -> Rows:
        """How many rows have a key, and how many different ones: no key that was guessed is one."""
        return Rows(("found", "different"), ("BIGINT", "BIGINT"), ((2, 1),))

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
