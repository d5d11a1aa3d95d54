"""DuckDB: a file opened read-only, without access to anything outside it but files that its own views read, and with
its settings locked.

A writer of another process can't open a file that is open here, so it is open only while a query runs.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.errors import QueryFailed, WarehouseBusy, WarehouseError, WarehouseUnavailable
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session
from backends.warehouse.worker_pool import WorkerError, WorkerPool, WorkerProcess

if TYPE_CHECKING:
    from backends.warehouse.duckdb_worker import Database

_ATTEMPTS = 5
_PAUSE = 0.2  # seconds between attempts to open a file that a writer holds
_MOST_MEMORY = 8 * 1024**3


class DuckDBSession:
    def __init__(self, worker: WorkerProcess, *, locked: bool) -> None:
        self._worker = worker
        self._locked = locked
        self._header: list[tuple[str, str]] = []

    def execute(self, sql: str, limits: Limits) -> None:
        self._header = self._worker.call("execute", sql, self._locked)

    def header(self) -> list[tuple[str, str]]:
        return self._header

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._worker.call("fetch", count)
        return rows

    def cancel(self) -> None:
        self._worker.kill()


class DuckDBEngine:
    dialect = "duckdb"
    locked = True
    errors: tuple[type[Exception], ...] = (WorkerError,)

    def __init__(
        self,
        path: Path,
        *,
        default_schema: str | None = "main",
        attach: Sequence[str] = (),
        extensions: Sequence[str] = (),
        root: Path | None = None,
        memory: int | None = None,
        threads: int | None = None,
        locked: bool = True,
    ) -> None:
        """`root`: where relative paths of views start, the folder of the database where it is not given. `memory` in
        bytes; half of the machine's, at most 8 GiB, where it is not given."""
        self.default_schema = default_schema
        self._path = path
        self._attach = tuple(attach)
        self._extensions = tuple(extensions)
        self._root = root or path.parent
        self._memory = memory or _half_of_memory()
        self._threads = threads
        self._locked = locked
        self._workers = WorkerPool()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._opened() as worker:
            yield DuckDBSession(worker, locked=self._locked)

    @contextmanager
    def _opened(self) -> Iterator[WorkerProcess]:
        if not self._path.exists():
            raise WarehouseUnavailable(
                f"there is no DuckDB file {self._path}", hint="build the project first: dbt-ask build"
            )
        # Beside the system's temporary files, not beside the database, where DuckDB would put it.
        with tempfile.TemporaryDirectory(prefix="dbt-ask-spill-") as spill, self._workers.lend() as worker:
            self._open(worker, self._database(spill))
            yield worker

    def _database(self, spill: str) -> Database:
        from backends.warehouse.duckdb_worker import Database

        return Database(
            path=str(self._path),
            spill=spill,
            memory=self._memory,
            threads=self._threads,
            attach=self._attach,
            extensions=self._extensions,
            root=str(self._root.absolute()),
            locked=self._locked,
        )

    def _open(self, worker: WorkerProcess, database: Database) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                worker.call("open", database)
                return
            except WorkerError as error:
                if "lock on file" not in str(error):
                    raise WarehouseUnavailable(
                        f"{self._path} can't be opened: {error}",
                        hint="is it a DuckDB file of this version, and does what the profile attaches exist?",
                    ) from error
                if attempt == _ATTEMPTS - 1:
                    raise WarehouseBusy(
                        f"another process holds {self._path}",
                        hint="wait until it is done (a dbt build, an open DuckDB shell) and ask again",
                    ) from error
            time.sleep(_PAUSE)

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
        with self._opened() as worker:
            try:
                rows: list[tuple[Any, ...]] = worker.call("rows", sql, dict(parameters or {}))
            except WorkerError as error:
                raise self.failure(error, sql) from error
        return rows

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        text = str(error)
        hint = ""
        if "disabled by configuration" in text:
            hint = (
                "a view of the project reads what the locked connection may not (a file that is gone, an address): "
                "materialize that model as a table"
            )
        elif isinstance(error, WorkerError) and error.kind in {"Killed", "MemoryError", "OutOfMemoryException"}:
            hint = "the query needs more memory than it may have: ask for less, or raise memory_limit in the profile"
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
        self._workers.close()


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


def _half_of_memory() -> int:
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return _MOST_MEMORY
    return min(physical // 2, _MOST_MEMORY)
