"""Any other warehouse, through the dbt adapter of the project. Its connection is NOT locked.

The text is checked, the time and the rows are bounded; what the connection may do is what the profile's user
may do. dbt's adapters share `execute(sql, fetch, limit)` and little else, so a result comes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from backends.errors import QueryFailed, WarehouseError, WarehouseUnavailable
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.dbt_bridge import Target, adapter, adapter_errors
from backends.warehouse.engine import Session

if TYPE_CHECKING:
    import agate

_DIALECTS = {
    "athena": "athena",
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
_CONNECTION = "dbt-ask"
_CANCELLER = "dbt-ask-cancel"


class AdapterSession:
    def __init__(self, owner: Any) -> None:
        self._adapter = owner
        self._table: agate.Table | None = None
        self._next = 0

    def execute(self, sql: str, limits: Limits) -> None:
        _, self._table = self._adapter.execute(sql, auto_begin=False, fetch=True, limit=limits.rows + 1)

    def header(self) -> list[tuple[str, str]]:
        columns = self._table.columns if self._table is not None else []
        return [(column.name, type(column.data_type).__name__.lower()) for column in columns]

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        rows = self._table.rows if self._table is not None else []
        found = [tuple(row.values()) for row in rows[self._next : self._next + count]]
        self._next += count
        return found

    def cancel(self) -> None:
        with self._adapter.connection_named(_CANCELLER):
            self._adapter.cancel_open_connections()


class AdapterEngine:
    def __init__(self, target: Target) -> None:
        if target.type not in _DIALECTS:
            raise WarehouseUnavailable(
                f"dbt-ask does not know the SQL dialect of the adapter {target.type}",
                hint=f"it knows {', '.join(sorted(_DIALECTS))}",
            )
        self.dialect = _DIALECTS[target.type]
        self.default_schema: str | None = target.schema
        self._adapter = adapter(target)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._adapter.connection_named(_CONNECTION):
            yield AdapterSession(self._adapter)

    def tables(self) -> list[TableName]:
        rows = self._catalogue(
            "SELECT table_catalog, table_schema, table_name FROM information_schema.tables "
            "WHERE lower(table_schema) NOT IN ('information_schema', 'pg_catalog')"
        )
        return sorted(TableName(*row) for row in rows)

    def columns(self, table: TableName) -> list[ColumnInfo]:
        where = exp.condition(exp.column("table_name").eq(exp.Literal.string(table.name)))
        for name, part in (("table_schema", table.schema), ("table_catalog", table.database)):
            if part is not None:
                where = exp.and_(where, exp.column(name).eq(exp.Literal.string(part)))
        rows = self._catalogue(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
            f"WHERE {where.sql(self.dialect)} ORDER BY ordinal_position"
        )
        return [ColumnInfo(name, kind, str(nullable).upper() in {"YES", "TRUE"}) for name, kind, nullable in rows]

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
        return f"EXPLAIN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return Plan("\n".join(" ".join(str(value) for value in row) for row in rows))

    def close(self) -> None:
        self._adapter.cleanup_connections()
