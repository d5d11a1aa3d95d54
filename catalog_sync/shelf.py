"""Tables in an SQLite database instead of in memory, in their order, each with the hash of its record."""

from __future__ import annotations

import sqlite3
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync import records, scratch
from catalog_sync.directory import PLACES, RECORDS, Directory
from catalog_sync.errors import CatalogUnreadable
from catalog_sync.lazy import Lazy
from catalog_sync.model import CatalogTable

SCHEMA = PLACES + RECORDS
_PAGE = 200
_HINT = "run `dbt-ask sync`"
_KEPT = 512  # tables that were asked for by name last
_SECONDS = 60.0  # that another process may take to write


class Shelf(Lazy):
    """Over a database that has the `SCHEMA`. Threads may share it where its connection can be shared."""

    def __init__(self, db: sqlite3.Connection, directory: Directory | None = None) -> None:
        self._db, self.directory = db, directory
        self._kept: OrderedDict[TableName, CatalogTable] = OrderedDict()
        self._version = 0
        self._lock = Lock()

    @classmethod
    def reading(cls, path: Path) -> Shelf:
        """Of a file that other processes write meanwhile: what they committed shows when it is next asked for, and what
        one of them left half done when it died is undone."""
        uri = f"{path.resolve().as_uri()}?mode=rw"
        db = sqlite3.connect(
            uri, timeout=_SECONDS, isolation_level=None, check_same_thread=False, factory=_Reading, uri=True
        )
        db.execute("PRAGMA query_only = ON")
        shelf = cls(db, Directory(db))
        weakref.finalize(shelf, db.close)
        return shelf

    @classmethod
    def of(cls, tables: Iterable[CatalogTable] = ()) -> Shelf:
        """For the time of one sync. Of tables of the same name the last stays."""
        db = scratch.database()
        db.executescript(SCHEMA)
        shelf = cls(db)
        shelf.extend(tables)
        return shelf

    def extend(self, tables: Iterable[CatalogTable]) -> None:
        """A page at a time."""
        waiting = iter(tables)
        place = self._db.execute("SELECT coalesce(max(place), 0) FROM places").fetchone()[0]
        while page := list(islice(waiting, _PAGE)):
            rows = [(records.key_of(table.name), records.record_of(table)) for table in page]
            hashed = [(key, place + i, records.hash_of(record)) for i, (key, record) in enumerate(rows, 1)]
            place += len(page)
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", hashed)
            self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", rows)
            self._db.execute("COMMIT")

    def drop(self, names: Iterable[TableName]) -> None:
        for key in map(records.key_of, names):
            self._db.execute("DELETE FROM places WHERE key = ?", (key,))
            self._db.execute("DELETE FROM records WHERE key = ?", (key,))

    def __iter__(self) -> Iterator[CatalogTable]:
        return (_table_of(record) for _, _, record in self.rows())

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM places").fetchone()[0])

    def named(self, name: TableName) -> CatalogTable | None:
        with self._lock:
            version = self._db.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._kept.clear()
                self._version = version
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        found = self._db.execute("SELECT record FROM records WHERE key = ?", (records.key_of(name),)).fetchone()
        if found is None:
            return None
        table = _table_of(found[0])
        with self._lock:
            self._kept[name] = table
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return table

    def names(self) -> list[TableName]:
        return [records.name_of(key) for key, _ in self.hashes()]

    def hashes(self) -> Sequence[tuple[str, str]]:
        """Key and hash of each record."""
        return self._db.execute("SELECT key, hash FROM places ORDER BY place").fetchall()

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Key, hash and record, a page at a time: whoever reads may write in between."""
        last = -1
        while True:
            page = self._db.execute(
                "SELECT place, key, hash, record FROM places JOIN records USING (key) WHERE place > ? ORDER BY place "
                f"LIMIT {_PAGE}",
                (last,),
            ).fetchall()
            if not page:
                return
            last = page[-1][0]
            yield from ((key, found, record) for _, key, found, record in page)

    def hash_of(self, key: str) -> str:
        return str(self._db.execute("SELECT hash FROM places WHERE key = ?", (key,)).fetchone()[0])

    def record(self, key: str) -> str:
        return str(self._db.execute("SELECT record FROM records WHERE key = ?", (key,)).fetchone()[0])

    def forget(self) -> None:
        """What was kept in memory, after a change."""
        self._kept.clear()

    def close(self) -> None:
        self._db.close()


class _Reading(sqlite3.Connection):
    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, values)
        except sqlite3.Error as error:
            raise CatalogUnreadable(f"the catalogue can't be read: {error}", hint=_HINT) from error


def _table_of(record: str) -> CatalogTable:
    try:
        return records.table_of(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CatalogUnreadable(f"a table of the catalogue can't be read: {error!r}", hint=_HINT) from error
