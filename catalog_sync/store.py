"""The catalogue on disk: one SQLite file, with a row for each table and for what was read of its values.

A change is one transaction: readers see the old catalogue or the new one, also after a crash. What is deleted is
overwritten with zeros, for it may be what nobody may see any more. There is no write-ahead log, which would keep it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog_sync import directory, records, shelf
from catalog_sync.directory import Directory
from catalog_sync.errors import CatalogMissing, CatalogUnreadable
from catalog_sync.lazy import Lazy
from catalog_sync.model import Catalog
from catalog_sync.shelf import Shelf

CATALOG = "catalog.db"
# What versions before this one wrote: taken over when the catalogue is first opened.
_BEFORE, _VALUES_BEFORE = "catalog.json", "values.json"
_FORMAT = 3
_WITHOUT_DIRECTORY = 2
_HINT = "run `dbt-ask sync`"
_SECONDS = 60.0  # that another process may take to write
_SCHEMA = f"""
{shelf.SCHEMA}
{directory.SCHEMA}
CREATE TABLE IF NOT EXISTS head (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS made (key TEXT PRIMARY KEY, made TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (name TEXT PRIMARY KEY, record TEXT NOT NULL);
"""


def is_there(path: Path) -> bool:
    return path.is_file() or path.with_name(_BEFORE).is_file()


def load(path: Path) -> Catalog:
    """As it stands; its tables are read when they are asked for, by any thread, and are then as the file has them.
    Raises CatalogMissing, CatalogUnreadable."""
    with opened(path) as store:
        return store.catalog().with_tables(Shelf.reading(path))


def save(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with Store(path) as store, store.change():
        store.put(catalog)


def opened(path: Path) -> Store:
    """Of a catalogue that is there. Raises CatalogMissing, CatalogUnreadable."""
    if not is_there(path):
        raise CatalogMissing(f"{path} is not there: no catalogue was synced yet", hint=_HINT)
    return Store(path)


def copy(source: Path, target: Path) -> None:
    """All of one file in place of the other, while others read both. Raises CatalogMissing, CatalogUnreadable."""
    with opened(source) as there, Store(target) as here:
        there.db.backup(here.db)


def fingerprint(catalog: Catalog) -> str:
    """Changes when anything in the catalogue does: for receipts and caches of answers."""
    hashes: Iterable[tuple[str, str]]
    if isinstance(catalog.tables, Lazy) and catalog.tables.directory is not None:
        hashes = catalog.tables.directory.hashes()
    elif isinstance(catalog.tables, Shelf):
        hashes = catalog.tables.hashes()
    else:
        hashes = ((records.key_of(t.name), records.hash_of(records.record_of(t))) for t in catalog)
    whole = hashlib.sha256(records.text_of(records.head_of(catalog)).encode())
    for key, found in hashes:
        whole.update(f"{key}{found}".encode())
    return whole.hexdigest()[:16]


class Store:
    """Use it as a context. Without a path it is in memory, and gone afterwards. Raises CatalogUnreadable."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        try:
            self.db = sqlite3.connect(path or ":memory:", timeout=_SECONDS, isolation_level=None)
            self.directory = Directory(self.db)
            self.shelf = Shelf(self.db, self.directory)
            self._prepare()
        except sqlite3.Error as error:
            raise _damaged(path, error) from error

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def _prepare(self) -> None:
        self.db.executescript("PRAGMA secure_delete = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = FILE")
        made = self.db.execute("PRAGMA user_version").fetchone()[0]
        if made not in (0, _WITHOUT_DIRECTORY, _FORMAT):
            raise CatalogUnreadable(f"{self.path} was written by another version of dbt-ask", hint=_HINT)
        if made != _FORMAT:
            with self.change():
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self.db.execute(statement)
                if made == _WITHOUT_DIRECTORY:
                    for key, _, record in self.shelf.rows():
                        self.directory.put(key, records.table_of(record))
                elif not self.db.execute("SELECT 1 FROM head").fetchone():
                    self._take_over()
                self.db.execute(f"PRAGMA user_version = {_FORMAT}")
        if self.path is not None:
            for before in (_BEFORE, _VALUES_BEFORE):
                self.path.with_name(before).unlink(missing_ok=True)

    def _take_over(self) -> None:
        if self.path is None or not self.path.with_name(_BEFORE).is_file():
            return
        try:
            catalog = records.read(self.path.with_name(_BEFORE))
        except CatalogUnreadable:  # as if there were none: the next sync makes it again
            return
        self.put(catalog)
        try:
            told = json.loads(self.path.with_name(_VALUES_BEFORE).read_bytes())["readings"]
            for table in catalog:
                known = {c.name: told[key] for c in table.columns if (key := f"{table.name}/{c.name}") in told}
                if known:
                    self.put_readings(str(table.name), records.text_of(known))
        except (OSError, ValueError, KeyError, TypeError):  # they can be read from the warehouse again
            return

    @contextmanager
    def change(self) -> Iterator[None]:
        """All of it or nothing. Raises CatalogUnreadable."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            finally:
                self.shelf.forget()
        except sqlite3.Error as error:
            raise CatalogUnreadable(
                f"{self.path} can't be written: {error}", hint="is the disk full, or the file read-only?"
            ) from error

    def catalog(self) -> Catalog:
        """As it stands, read when it is asked for. Raises CatalogMissing, CatalogUnreadable."""
        try:
            head = self.head("catalog")
            if not head:
                raise CatalogMissing(f"{self.path} is empty: no catalogue was synced yet", hint=_HINT)
            return records.parse({**json.loads(head), "tables": ()}).with_tables(self.shelf)
        except (ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
            raise _damaged(self.path, error) from error

    def saved(self) -> Catalog | None:
        """None where there is none that can be read."""
        try:
            return self.catalog()
        except (CatalogMissing, CatalogUnreadable):
            return None

    def head(self, name: str) -> str:
        found = self.db.execute("SELECT value FROM head WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def put_head(self, name: str, value: str) -> None:
        sql = "INSERT INTO head VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2 WHERE value != ?2"
        self.db.execute(sql, (name, value))

    def put(self, catalog: Catalog) -> None:
        """In place of what is there; rows that are as they were are not written. Within `change`."""
        new = Shelf.of(catalog.tables)
        self.put_rows(catalog, new.hashes(), new.record)

    def put_rows(self, catalog: Catalog, rows: Iterable[tuple[str, str]], record: Callable[[str], str]) -> None:
        """`rows` are key and hash of each table in order; records are asked for where the hash is another."""
        self.put_head("catalog", records.text_of(records.head_of(catalog)))
        there = {key: (place, found) for key, place, found in self.db.execute("SELECT key, place, hash FROM places")}
        for place, (key, found) in enumerate(rows, 1):
            was = there.pop(key, None)
            if was != (place, found):
                self.db.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (key, place, found))
            if was is None or was[1] != found:
                self.put_record(key, found, record(key))
        self.remove(there)

    def put_record(self, key: str, found: str, record: str) -> None:
        """Of a table that is there: its place stays. `found` is the hash of the record. How it was made is forgotten:
        a record that was only cut must be made again."""
        self.db.execute("DELETE FROM made WHERE key = ?", (key,))
        self.db.execute("UPDATE places SET hash = ? WHERE key = ?", (found, key))
        self.db.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", (key, record))
        self.directory.put(key, records.table_of(record))

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.db.execute("DELETE FROM made WHERE key = ?", (key,))
            self.db.execute("DELETE FROM places WHERE key = ?", (key,))
            self.db.execute("DELETE FROM records WHERE key = ?", (key,))
            self.directory.remove(key)

    def made(self, key: str) -> str:
        """How a record was made, "" where nobody knows."""
        found = self.db.execute("SELECT made FROM made WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    def put_made(self, key: str, made: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", (key, made))

    def readings(self, table: str) -> str:
        """What was read of a table's values, "" for nothing."""
        found = self.db.execute("SELECT record FROM readings WHERE name = ?", (table,)).fetchone()
        return str(found[0]) if found else ""

    def tables_read(self) -> list[str]:
        return [name for (name,) in self.db.execute("SELECT name FROM readings")]

    def put_readings(self, table: str, record: str) -> None:
        """ "" removes them."""
        if record:
            self.db.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (table, record))
        else:
            self.db.execute("DELETE FROM readings WHERE name = ?", (table,))


def _damaged(path: Path | None, error: Exception) -> CatalogUnreadable:
    return CatalogUnreadable(f"{path} can't be read: {error}", hint=_HINT)
