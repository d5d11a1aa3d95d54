"""DuckDB: a file opened read-only, without access to anything outside it, and with its settings locked.

A writer of another process can't open a file that is open here, so it is open only while a query runs.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.errors import QueryFailed, WarehouseBusy, WarehouseError, WarehouseUnavailable
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session

if TYPE_CHECKING:
    import duckdb

_LOCKED = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
_ATTEMPTS = 5
_PAUSE = 0.2  # seconds between attempts to open a file that a writer holds


class DuckDBSession:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, limits: Limits) -> None:
        import duckdb

        statements = self._connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type not in (
            duckdb.StatementType.SELECT,
            duckdb.StatementType.EXPLAIN,
        ):
            raise duckdb.InvalidInputException("only one SELECT is run")
        self._connection.execute(statements[0])

    def header(self) -> list[tuple[str, str]]:
        return [(column[0], str(column[1])) for column in self._connection.description or []]

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        return self._connection.fetchmany(count)

    def cancel(self) -> None:
        self._connection.interrupt()


class DuckDBEngine:
    dialect = "duckdb"

    def __init__(
        self,
        path: Path,
        *,
        default_schema: str | None = "main",
        attach: Sequence[str] = (),
        extensions: Sequence[str] = (),
        memory: str | None = None,
        threads: int | None = None,
        locked: bool = True,
    ) -> None:
        self.default_schema = default_schema
        self._path = path
        self._attach = tuple(attach)
        self._extensions = tuple(extensions)
        self._locked = locked
        self._memory = memory
        self._threads = threads
        self._lock = threading.Lock()
        self._users = 0
        self._database: duckdb.DuckDBPyConnection | None = None
        self._spill: tempfile.TemporaryDirectory[str] | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._cursor() as cursor:
            yield DuckDBSession(cursor)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._database is None:
                self._database = self._open()
            self._users += 1
            cursor = self._database.cursor()
        try:
            yield cursor
        finally:
            cursor.close()
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._close()

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if not self._path.exists():
            raise WarehouseUnavailable(
                f"there is no DuckDB file {self._path}", hint="build the project first: dbt-ask build"
            )
        for attempt in range(_ATTEMPTS):
            try:
                connection = duckdb.connect(str(self._path), read_only=self._locked, config=self._config())
                return self._prepared(connection)
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                if "lock" not in str(error) and "different configuration" not in str(error):
                    raise WarehouseUnavailable(
                        f"{self._path} can't be opened: {error}", hint="is it a DuckDB file of this version?"
                    ) from error
                if attempt == _ATTEMPTS - 1:
                    raise WarehouseBusy(
                        f"another process holds {self._path}",
                        hint="wait until it is done (a dbt build, an open DuckDB shell) and ask again",
                    ) from error
            time.sleep(_PAUSE)
        raise AssertionError

    def _config(self) -> dict[str, Any]:
        self._spill = self._spill or tempfile.TemporaryDirectory(prefix="dbt-ask-spill-")
        config: dict[str, Any] = {"temp_directory": self._spill.name}
        if self._memory:
            config["memory_limit"] = self._memory
        if self._threads:
            config["threads"] = self._threads
        return config

    def _prepared(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """What needs the outside comes first, then the locks."""
        try:
            for extension in self._extensions:
                connection.load_extension(extension)
            for statement in self._attach:
                connection.execute(statement)
            if self._locked:
                for name, value in _LOCKED.items():
                    connection.execute(f"SET {name} = {str(value).lower()}")
                connection.execute("SET lock_configuration = true")
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._spill is not None:
            self._spill.cleanup()
            self._spill = None

    def tables(self) -> list[TableName]:
        rows = self._catalogue(
            "SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        )
        return sorted(TableName(*row) for row in rows)

    def columns(self, table: TableName) -> list[ColumnInfo]:
        rows = self._catalogue(
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal "
            "AND lower(table_name) = lower($name) AND lower(schema_name) = lower(coalesce($schema, schema_name)) "
            "AND lower(database_name) = lower(coalesce($database, database_name)) "
            "ORDER BY database_name, schema_name, column_index",
            {"name": table.name, "schema": table.schema, "database": table.database},
        )
        return [ColumnInfo(name, kind, nullable) for name, kind, nullable in rows]

    def _catalogue(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Our own SQL, no user's."""
        with self._cursor() as cursor:
            return cursor.execute(sql, parameters or {}).fetchall()

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        import duckdb

        return (duckdb.Error, RuntimeError)

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        text = str(error)
        hint = ""
        if "disabled by configuration" in text:
            hint = (
                "a view of the project reads a file outside the database, which the locked connection may not: "
                "materialize that model as a table"
            )
        return QueryFailed(text, sql=sql, hint=hint)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN (FORMAT json) {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        nodes = json.loads(rows[0][1])
        lines: list[str] = []
        for node in nodes:
            _draw(node, 0, lines)
        return Plan("\n".join(lines), rows=_cardinality(nodes[0]) if nodes else None)

    def close(self) -> None:
        with self._lock:
            self._close()


def _draw(node: Mapping[str, Any], depth: int, lines: list[str]) -> None:
    details = ", ".join(f"{key}: {value}" for key, value in node.get("extra_info", {}).items() if value)
    lines.append(f"{'  ' * depth}{node['name']}" + (f" ({details})" if details else ""))
    for child in node.get("children", ()):
        _draw(child, depth + 1, lines)


def _cardinality(node: Mapping[str, Any]) -> float | None:
    """The topmost estimate."""
    estimate = node.get("extra_info", {}).get("Estimated Cardinality")
    if estimate is not None:
        return float(estimate)
    return next((found for child in node.get("children", ()) if (found := _cardinality(child)) is not None), None)
