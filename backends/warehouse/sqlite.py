"""SQLite: a file opened read-only, with an authorizer that lets a query read and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backends.errors import QueryFailed, WarehouseBusy, WarehouseError, WarehouseUnavailable
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session
from backends.warehouse.functions import scalar_functions, table_functions

_MAX_VALUE = 64 * 1024 * 1024  # bytes of one text or blob
_LIMIT_LENGTH = 0  # sqlite3.SQLITE_LIMIT_LENGTH, which Python names from 3.11 on
_OPERATORS = frozenset({"->", "->>"})  # to SQLite these are functions
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})


class SQLiteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def execute(self, sql: str, limits: Limits) -> None:
        self._cursor.execute(sql)

    def header(self) -> list[tuple[str, str]]:
        return [(column[0], "") for column in self._cursor.description or []]

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        return self._cursor.fetchmany(count)

    def cancel(self) -> None:
        self._connection.interrupt()


class SQLiteEngine:
    dialect = "sqlite"
    locked = True
    default_schema: str | None = None
    errors: tuple[type[Exception], ...] = (sqlite3.Error, sqlite3.Warning)

    def __init__(self, path: Path, *, locked: bool = True) -> None:
        self._path = path
        self._locked = locked

    @contextmanager
    def session(self) -> Iterator[Session]:
        connection = self._open()
        try:
            if self._locked:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                # Table functions are made when first used, which the authorizer would not allow.
                connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
                connection.set_authorizer(_authorize)
            yield SQLiteSession(connection)
        finally:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise WarehouseUnavailable(f"there is no SQLite file {self._path}", hint="check the path")
        try:
            return self._readable("mode=ro" if self._locked else "mode=rw")
        except sqlite3.DatabaseError as error:
            if "unable to open" not in str(error):
                raise self._unreadable(error) from error
            # A database in WAL mode needs a file beside it that a read-only directory refuses.
            return self._connect("mode=ro&immutable=1")

    def _readable(self, options: str) -> sqlite3.Connection:
        connection = self._connect(options)
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _connect(self, options: str) -> sqlite3.Connection:
        uri = f"{self._path.resolve().as_uri()}?{options}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.text_factory = _text
        if hasattr(connection, "setlimit"):
            connection.setlimit(_LIMIT_LENGTH, _MAX_VALUE)
        return connection

    def _unreadable(self, error: sqlite3.DatabaseError) -> WarehouseError:
        if "locked" in str(error) or "busy" in str(error):
            return WarehouseBusy(f"another process writes to {self._path}", hint="ask again when it is done")
        return WarehouseUnavailable(f"{self._path} can't be read: {error}", hint="is it a SQLite file?")

    def tables(self) -> list[TableName]:
        rows = self._catalogue(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return sorted(TableName(None, None, name) for (name,) in rows)

    def columns(self, table: TableName) -> list[ColumnInfo]:
        rows = self._catalogue('SELECT name, type, "notnull" FROM pragma_table_info(?) ORDER BY cid', table.name)
        return [ColumnInfo(name, kind, not required) for name, kind, required in rows]

    def _catalogue(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        """Our own SQL, no user's."""
        connection = self._open()
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        if "database is locked" in str(error):
            return WarehouseBusy(f"another process writes to {self._path}", hint="ask again when it is done")
        return QueryFailed(str(error), sql=sql)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN QUERY PLAN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        depths: dict[int, int] = {0: -1}
        lines: list[str] = []
        for node, parent, _, detail in rows:
            depths[node] = depths.get(parent, -1) + 1
            lines.append(f"{'  ' * depths[node]}{detail}")
        return Plan("\n".join(lines))

    def close(self) -> None:
        """Nothing is open between two queries."""


def _text(raw: bytes) -> str:
    """Databases of the wild hold text in other encodings than the UTF-8 that they promise."""
    return raw.decode("utf-8", "replace")


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if (second or "").lower() in _functions() else sqlite3.SQLITE_DENY
    if action not in _READS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and (first or "").lower().startswith(("sqlite_", "pragma_")):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _functions() -> frozenset[str]:
    return scalar_functions("sqlite") | table_functions("sqlite") | _OPERATORS
