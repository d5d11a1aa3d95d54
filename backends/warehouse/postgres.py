"""PostgreSQL: one statement in a read-only transaction of a role that can only read.

The text goes to the server as a value, and the server itself opens it as a cursor: `OPEN ... FOR EXECUTE`
takes one query that returns rows and nothing else, so `select 1; commit; drop table t` can't run even where
nobody looked at the text before. The cursor also keeps a large result on the server.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from backends.errors import QueryFailed, WarehouseAway, WarehouseError, WarehouseUnavailable
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session

if TYPE_CHECKING:
    import psycopg2.extensions

_IDLE = 4
_CURSOR = "dbt_ask_rows"
_OPEN = (
    f"DO $open$ DECLARE rows refcursor := '{_CURSOR}'; "
    "BEGIN OPEN rows FOR EXECUTE current_setting('dbt_ask.query'); END $open$"
)
_READER = "pg_read_all_data"  # a role that PostgreSQL itself brings: reads every table, and nothing else
_PRIVILEGES = f"""
    SELECT rolsuper,
           EXISTS (
               SELECT 1 FROM pg_roles AS other
               WHERE other.rolname IN (
                   'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
               ) AND pg_has_role(other.oid, 'MEMBER')
           ),
           EXISTS (
               SELECT 1 FROM pg_roles AS other
               WHERE other.rolname = '{_READER}' AND pg_has_role(other.oid, 'MEMBER')
           )
    FROM pg_roles WHERE rolname = current_user
"""
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
_ESTIMATE = re.compile(r"cost=[\d.]+\.\.([\d.]+) rows=(\d+)")
_GRACE = 2.0  # seconds that the server's own clock runs longer than the door's


_ENDED = ("57P01", "57P02", "57P03", "57P05")  # shut down, crashed, starting up, idle for too long
_NOT_NOW = ("starting up", "shutting down", "recovery mode", "too many")


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
        self._connect = dict(connect)
        self._role = role
        self._reader = reader_role
        self._locked = locked
        self._idle: list[psycopg2.extensions.connection] = []
        self._lock = threading.Lock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self._transaction() as connection:
            yield PostgresSession(connection, locked=self._locked)

    @contextmanager
    def _transaction(self) -> Iterator[psycopg2.extensions.connection]:
        connection = self._living() or self._open()
        try:
            with connection.cursor() as cursor:
                if self._locked and self._reader:
                    from psycopg2.extensions import quote_ident

                    cursor.execute(f"SET LOCAL ROLE {quote_ident(self._reader, cursor)}")
            yield connection
        finally:
            self._give_back(connection)

    def _living(self) -> psycopg2.extensions.connection | None:
        """An idle connection that the server has not dropped meanwhile."""
        import psycopg2

        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                return connection
            except psycopg2.Error:
                connection.close()

    def _give_back(self, connection: psycopg2.extensions.connection) -> None:
        import psycopg2

        try:
            if self._locked:
                connection.rollback()
            else:
                connection.commit()
        except psycopg2.Error:
            connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _open(self) -> psycopg2.extensions.connection:
        import psycopg2

        try:
            connection = psycopg2.connect(**self._connect)
        except psycopg2.OperationalError as error:
            if _is_away(error):
                raise _away(error) from error
            raise WarehouseUnavailable(
                f"PostgreSQL did not let us in: {str(error).strip()}",
                hint="check host, user and password of the dbt profile: dbt-ask debug",
            ) from error
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: psycopg2.extensions.connection) -> None:
        from psycopg2.extensions import quote_ident

        connection.set_session(readonly=self._locked)
        with connection.cursor() as cursor:
            cursor.execute("SET standard_conforming_strings = on")
            if self._role:
                cursor.execute(f"SET ROLE {quote_ident(self._role, cursor)}")
            if self._locked and self._reader is None:
                self._reader = self._lesser_role(cursor)
            if self._reader:
                self._try_reader(cursor)
        connection.commit()

    def _lesser_role(self, cursor: psycopg2.extensions.cursor) -> str | None:
        """A user who could reach beyond the database reads as a role that can't."""
        cursor.execute(_PRIVILEGES)
        superuser, reaches_out, can_lower = cursor.fetchone() or (True, True, False)
        if not (superuser or reaches_out):
            return None
        if can_lower:
            return _READER
        raise WarehouseUnavailable(
            "the profile's PostgreSQL user may read and write files of the server",
            hint="make a role that may only read and name it as warehouse.reader_role in dbt_ask.yml",
        )

    def _try_reader(self, cursor: psycopg2.extensions.cursor) -> None:
        import psycopg2
        from psycopg2.extensions import quote_ident

        try:
            cursor.execute(f"SET LOCAL ROLE {quote_ident(self._reader or '', cursor)}")
        except psycopg2.Error as error:
            raise WarehouseUnavailable(
                f"the role {self._reader} can't be taken: {str(error).strip()}",
                hint=f"GRANT {self._reader} TO the profile's user",
            ) from error

    def tables(self) -> list[TableName]:
        return sorted(TableName(*row) for row in self._catalogue(_TABLES))

    def columns(self, table: TableName) -> list[ColumnInfo]:
        parameters = {"name": table.name, "schema": table.schema, "database": table.database}
        return [ColumnInfo(*row) for row in self._catalogue(_COLUMNS, parameters)]

    def _catalogue(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Our own SQL, no user's."""
        try:
            with self._transaction() as connection, connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return list(cursor.fetchall())
        except self.errors as error:
            raise self.failure(error, sql) from error

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        import psycopg2

        return (psycopg2.Error, ValueError, OverflowError)  # a date that Python can't hold

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        if _is_away(error):
            return _away(error)
        # Behind that line PostgreSQL repeats the query and says that a cursor opened it.
        return QueryFailed(re.split(r"\n(?:QUERY|CONTEXT):", str(error).strip())[0], sql=sql)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        lines = [str(row[0]) for row in rows]
        estimate = _ESTIMATE.search(lines[0]) if lines else None
        return Plan(
            "\n".join(lines),
            rows=float(estimate.group(2)) if estimate else None,
            cost=float(estimate.group(1)) if estimate else None,
        )

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _is_away(error: Exception) -> bool:
    """Whether the server is the reason, not what it was asked."""
    import psycopg2

    if isinstance(error, psycopg2.InterfaceError):
        return True
    if not isinstance(error, psycopg2.OperationalError):
        return False
    if error.pgcode is not None:
        return error.pgcode in _ENDED or error.pgcode.startswith("08")
    text = str(error)
    return "FATAL:" not in text or any(words in text for words in _NOT_NOW)


def _away(error: Exception) -> WarehouseAway:
    return WarehouseAway(
        f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}",
        hint="it may be restarting: ask again in a moment; if it stays away, `dbt-ask debug` tries the connection",
    )
