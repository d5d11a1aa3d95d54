"""PostgreSQL: one statement in a read-only transaction of a role that can only read.

The text goes to the server as a value, and the server itself opens it as a cursor: `OPEN ... FOR EXECUTE`
takes one query that returns rows and nothing else, so `select 1; commit; drop table t` can't run even where
nobody looked at the text before. The cursor also keeps a large result on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from backends.errors import QueryFailed, WarehouseError
from backends.warehouse import plans
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session
from backends.warehouse.postgres_connections import Connections, away, is_away

if TYPE_CHECKING:
    import psycopg2.extensions

_CURSOR = "dbt_ask_rows"
_OPEN = (
    f"DO $open$ DECLARE rows refcursor := '{_CURSOR}'; "
    "BEGIN OPEN rows FOR EXECUTE current_setting('dbt_ask.query'); END $open$"
)
_TABLES = """
    SELECT current_database(), n.nspname, c.relname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
"""
_COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relname = %(name)s AND n.nspname = coalesce(%(schema)s, n.nspname)
      AND coalesce(%(database)s, current_database()) = current_database()
      AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'
    ORDER BY n.nspname, a.attnum
"""
_GRACE = 2.0  # seconds that the server's own clock runs longer than the door's


class PostgresSession:
    def __init__(self, connection: psycopg2.extensions.connection, *, locked: bool) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._locked = locked

    def execute(self, sql: str, limits: Limits) -> None:
        if not self._locked:
            self._cursor.execute(sql)
            return
        milliseconds = int((limits.seconds + _GRACE) * 1000)
        self._cursor.execute(
            f"SET LOCAL statement_timeout = {milliseconds}; SET LOCAL lock_timeout = {milliseconds}; "
            f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"
        )
        self._cursor.execute("SELECT set_config('dbt_ask.query', %s, true)", (sql,))
        self._cursor.execute(_OPEN)
        self._cursor.execute(f"FETCH FORWARD 0 FROM {_CURSOR}")

    def header(self) -> list[tuple[str, str]]:
        description = self._cursor.description or []
        if not description:
            return []
        oids = list({column.type_code for column in description})
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT oid, format_type(oid, NULL) FROM pg_type WHERE oid = ANY(%s::oid[])", (oids,))
            types = dict(cursor.fetchall())
        return [(column.name, types.get(column.type_code, "")) for column in description]

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        if not self._locked:
            return list(self._cursor.fetchmany(count)) if self._cursor.description else []
        self._cursor.execute(f"FETCH FORWARD {int(count)} FROM {_CURSOR}")
        return list(self._cursor.fetchall())

    def cancel(self) -> None:
        import psycopg2

        with suppress(psycopg2.Error):  # the connection is gone, and the query with it
            self._connection.cancel()


class PostgresEngine:
    dialect = "postgres"
    locked = True

    def __init__(
        self,
        connect: Mapping[str, Any],
        *,
        default_schema: str | None = "public",
        role: str | None = None,
        reader_role: str | None = None,
        locked: bool = True,
    ) -> None:
        """`connect` goes to libpq; `role` is the profile's own, `reader_role` one that can only read."""
        self.default_schema = default_schema
        self._locked = locked
        self._connections = Connections(connect, role=role, reader_role=reader_role, locked=locked)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._connections.transaction() as connection:
            yield PostgresSession(connection, locked=self._locked)

    def tables(self) -> list[TableName]:
        return sorted(TableName(*row) for row in self._catalogue(_TABLES))

    def columns(self, table: TableName) -> list[ColumnInfo]:
        parameters = {"name": table.name, "schema": table.schema, "database": table.database}
        return [ColumnInfo(*row) for row in self._catalogue(_COLUMNS, parameters)]

    def _catalogue(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Our own SQL, no user's."""
        try:
            with self._connections.transaction() as connection, connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return list(cursor.fetchall())
        except self.errors as error:
            raise self.failure(error, sql) from error

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        import psycopg2

        return (psycopg2.Error, ValueError, OverflowError)  # a date that Python can't hold

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        if is_away(error):
            return away(error)
        # Behind that line PostgreSQL repeats the query and says that a cursor opened it.
        return QueryFailed(re.split(r"\n(?:QUERY|CONTEXT):", str(error).strip())[0], sql=sql)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return plans.plan(rows, self.dialect)

    def close(self) -> None:
        self._connections.close()
