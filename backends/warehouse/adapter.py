"""Any other warehouse, through the dbt adapter of the project. Its connection is NOT locked.

The text is checked, the time and the rows are bounded; what the connection may do is what the profile's user
may do. dbt's adapters share `execute(sql, fetch, limit)` and little else, so a result comes at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from backends.errors import QueryFailed, WarehouseError, WarehouseUnavailable
from backends.warehouse import listing, plans
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.dbt_bridge import Target, adapter, adapter_errors
from backends.warehouse.engine import Session

_DIALECTS = {
    "athena": "trino",  # its queries are; sqlglot's own dialect adds Hive for what we do not write
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "dremio": "dremio",
    "duckdb": "duckdb",
    "exasol": "exasol",
    "fabric": "fabric",
    "materialize": "materialize",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "redshift": "redshift",
    "risingwave": "risingwave",
    "singlestore": "singlestore",
    "snowflake": "snowflake",
    "spark": "spark",
    "sqlserver": "tsql",
    "starrocks": "starrocks",
    "synapse": "tsql",
    "teradata": "teradata",
    "trino": "trino",
}
_log = logging.getLogger(__name__)
_CONNECTION = "dbt-ask"
_CANCELLER = "dbt-ask-cancel"


class Listing(Protocol):
    def tables(self) -> list[TableName]: ...

    def columns(self, table: TableName) -> list[ColumnInfo]: ...


class AdapterSession:
    def __init__(self, owner: Any) -> None:
        self._adapter = owner
        self._header: list[tuple[str, str]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._deaf = False

    def execute(self, sql: str, limits: Limits) -> None:
        if sql.startswith(plans.DRY_RUN):
            self._rows = [(getattr(self._adapter.validate_sql(sql), "bytes_processed", None),)]
            return
        _, table = self._adapter.execute(sql, auto_begin=False, fetch=True, limit=limits.rows + 1)
        self._header = [(column.name, type(column.data_type).__name__.lower()) for column in table.columns]
        self._rows = [tuple(row.values()) for row in table.rows]

    def header(self) -> list[tuple[str, str]]:
        return self._header

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        found, self._rows = self._rows[:count], self._rows[count:]
        return found

    def cancel(self) -> None:
        """A warehouse that can't cancel is waited for: that is said once."""
        try:
            with self._adapter.connection_named(_CANCELLER):
                self._adapter.cancel_open_connections()
        except adapter_errors() as error:
            if not self._deaf:
                _log.warning("a query could not be cancelled: %s", str(error).strip())
            self._deaf = True


class AdapterEngine:
    locked = False

    def __init__(self, target: Target) -> None:
        if target.type not in _DIALECTS:
            raise WarehouseUnavailable(
                f"dbt-ask does not know the SQL dialect of the adapter {target.type}",
                hint=f"it knows {', '.join(sorted(_DIALECTS))}",
            )
        self.dialect = _DIALECTS[target.type]
        self.default_schema: str | None = target.schema
        self._database = target.database or ""
        self._adapter = adapter(target)
        self._listing = self._lists()

    def _lists(self) -> Listing:
        if self.dialect == "bigquery":
            return listing.BigQuery(self._catalogue, self._database, self._datasets)
        if self.dialect == "clickhouse":
            return listing.ClickHouse(self._catalogue)
        if self.dialect == "spark":
            return listing.Spark(self._catalogue)
        return listing.Standard(self._catalogue, self.dialect)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._adapter.connection_named(_CONNECTION):
            yield AdapterSession(self._adapter)

    def tables(self) -> list[TableName]:
        return self._listing.tables()

    def columns(self, table: TableName) -> list[ColumnInfo]:
        return self._listing.columns(table)

    def _datasets(self) -> list[str]:
        with self._adapter.connection_named(_CONNECTION):
            return list(self._adapter.list_schemas(self._database))

    def _catalogue(self, sql: str) -> list[tuple[Any, ...]]:
        """Our own SQL, no user's."""
        with self._adapter.connection_named(_CONNECTION):
            _, table = self._adapter.execute(sql, auto_begin=False, fetch=True)
        return [tuple(row.values()) for row in table.rows]

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        return adapter_errors()

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        return QueryFailed(str(error).strip(), sql=sql)

    def explain_sql(self, sql: str) -> str:
        return plans.explain_sql(sql, self.dialect)

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return plans.plan(rows, self.dialect)

    def close(self) -> None:
        self._adapter.cleanup_connections()
