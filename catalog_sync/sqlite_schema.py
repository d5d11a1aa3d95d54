"""The catalogue of one SQLite file: what its own schema declares, and what a file of keys adds to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from backends.warehouse.base import TableName
from catalog_sync.documents import words
from catalog_sync.errors import CatalogUnreadable
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.schema_keys import Keys

_DECLARED, _FILE = "sqlite", "tables.json"


class SQLiteSchema:
    """A `CatalogSource`. Names of `keys` that the database does not have are passed over. `public` says that no column
    holds personal data, whatever its name."""

    id = "sqlite"

    def __init__(self, path: Path, keys: Keys | None = None, *, public: bool = False) -> None:
        self.path = path
        self._keys = keys or Keys()
        self._provenance = {"name": _DECLARED, **({"pii": "public"} if public else {})}

    def read(self) -> Catalog:
        if not self.path.is_file():
            raise CatalogUnreadable(f"there is no SQLite file {self.path}", hint="check the path")
        try:
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                names = _tables(connection)
                tables = tuple(self._table(connection, name, kind, dict(names)) for name, kind in names)
        except sqlite3.DatabaseError as error:
            raise CatalogUnreadable(f"{self.path} can't be read: {error}", hint="is it a SQLite file?") from error
        return Catalog(self.path.stem, "sqlite", tables)

    def _table(self, connection: sqlite3.Connection, name: str, kind: str, others: dict[str, str]) -> CatalogTable:
        rows = connection.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,)).fetchall()
        columns = tuple(
            CatalogColumn(
                name=column,
                type=type_,
                nullable=not required and not place,
                synonyms=self._said(name, column),
                provenance=self._provenance,
            )
            for column, type_, required, place in rows
        )
        declared = tuple(column for column, _, _, place in sorted(rows, key=lambda row: row[3]) if place)
        return CatalogTable(
            name=TableName(None, None, name),
            kind=kind,
            unique_id=f"sqlite.{self.path.stem}.{name}",
            columns=columns,
            primary_key=declared or self._primary(name, [c.name for c in columns]),
            foreign_keys=_unique([*_references(connection, name, others), *self._foreign(name, others)]),
            synonyms=self._said(name),
        )

    def _said(self, *name: str) -> tuple[str, ...]:
        said = self._keys.spoken.get(name, "")
        return (said,) if said and said.casefold() != words(name[-1]).casefold() else ()

    def _primary(self, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        wanted = next((c for t, c in self._keys.primary.items() if t.casefold() == table.casefold()), ())
        spelled = {c.casefold(): c for c in columns}
        found = tuple(spelled[c.casefold()] for c in wanted if c.casefold() in spelled)
        return found if len(found) == len(wanted) else ()

    def _foreign(self, table: str, others: dict[str, str]) -> Iterable[ForeignKey]:
        spelled = {other.casefold(): other for other in others}
        for own, column, to, to_column in self._keys.foreign:
            if own.casefold() == table.casefold() and to.casefold() in spelled:
                target = TableName(None, None, spelled[to.casefold()])
                yield ForeignKey((column,), target, (to_column,), provenance=_FILE)


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid")
    return [(name, kind) for name, kind in rows if not name.startswith("sqlite_")]


def _references(connection: sqlite3.Connection, table: str, others: dict[str, str]) -> Iterable[ForeignKey]:
    """A declared key without target columns means the primary key of the other table."""
    spelled = {other.casefold(): other for other in others}
    grouped: dict[int, list[tuple[str, str, str | None]]] = {}
    declared = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?)'
    for number, to, column, to_column in connection.execute(declared, (table,)):
        grouped.setdefault(number, []).append((to, column, to_column))
    for parts in grouped.values():
        name = spelled.get(parts[0][0].casefold())
        if name is None:
            continue
        targets = tuple(to for _, _, to in parts if to) or _key_of(connection, name)
        columns = tuple(column for _, column, _ in parts)
        if len(targets) == len(columns):
            yield ForeignKey(columns, TableName(None, None, name), targets, tested=True, provenance=_DECLARED)


def _key_of(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return tuple(name for (name,) in rows)


def _unique(keys: Iterable[ForeignKey]) -> tuple[ForeignKey, ...]:
    """What the database declares wins over what the file says of the same columns."""
    found: dict[tuple[str, ...], ForeignKey] = {}
    for key in keys:
        found.setdefault((*(c.casefold() for c in key.columns), key.to_table.name.casefold()), key)
    return tuple(found.values())
