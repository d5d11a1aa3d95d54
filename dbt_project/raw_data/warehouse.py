"""Loading of generated files. An area is loaded in one transaction, its stamp inside it."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Protocol

from raw_data.area import Area, Columns

STAMP_TABLE = "_load_stamp"
LOADED_AT = "_loaded_at"
log = logging.getLogger("generate")


class LoadError(Exception):
    """The warehouse can't be opened for what is asked of it."""


class Session(Protocol):
    def execute(self, sql: str) -> None: ...
    def copy(self, file: Path, table: str, columns: Columns, loaded_at: str) -> None: ...


class Warehouse(Protocol):
    def stamp(self, schema: str) -> str | None:
        """Stamp of what is loaded in the schema; None if nothing is."""
        ...

    def transaction(self) -> AbstractContextManager[Session]: ...


def warehouse_of(target: str, data_dir: Path) -> Warehouse:
    return Postgres() if target == "postgres" else DuckDB(data_dir / "warehouse.duckdb")


def load(warehouse: Warehouse, area: Area, folder: Path) -> None:
    started = time.monotonic()
    loaded_at = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    with warehouse.transaction() as session:
        session.execute(f"create schema if not exists {area.schema}")
        for name, columns in area.tables.items():
            table = f"{area.schema}.{name}"
            declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            session.execute(f"create table if not exists {table} ({declared}, {LOADED_AT} timestamp)")
            session.execute(f"truncate table {table}")
            session.copy(folder / f"{name}.csv", table, columns, loaded_at)
            log.info("%s: copied", table)
        stamp_table = f"{area.schema}.{STAMP_TABLE}"
        session.execute(f"create table if not exists {stamp_table} (stamp text)")
        session.execute(f"truncate table {stamp_table}")
        session.execute(f"insert into {stamp_table} values ('{area.stamp}')")
    log.info("%s: loaded in %.1f s", area.schema, time.monotonic() - started)


class DuckDB:
    def __init__(self, path: Path) -> None:
        self._path = path

    def stamp(self, schema: str) -> str | None:
        if not self._path.exists():
            return None
        with self._connection(read_only=True) as connection:
            known = connection.execute(
                "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
                [schema, STAMP_TABLE],
            ).fetchone()
            if known is None:
                return None
            row = connection.execute(f"select stamp from {schema}.{STAMP_TABLE}").fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection(read_only=False) as connection:
            connection.execute("begin")
            yield DuckDBSession(connection)
            connection.execute("commit")

    @contextmanager
    def _connection(self, *, read_only: bool) -> Iterator[Any]:
        import duckdb

        try:
            connection = duckdb.connect(str(self._path), read_only=read_only)
        except duckdb.IOException as error:
            raise LoadError(
                f"{self._path} can't be opened. Stop the program that uses it, or delete it if it is broken. {error}"
            ) from error
        with connection:
            yield connection


class DuckDBSession:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str) -> None:
        self._connection.execute(sql)

    def copy(self, file: Path, table: str, columns: Columns, loaded_at: str) -> None:
        self._connection.execute(
            f"insert into {table} select *, cast(? as timestamp) from "
            "read_csv(?, header = true, delim = ',', quote = '\"', escape = '\"', columns = ?)",
            [loaded_at, str(file), dict(columns)],
        )


class Postgres:
    """The server of target `postgres` in profiles.yml, named by the same DBT_ASK_PG_* variables."""

    def stamp(self, schema: str) -> str | None:
        with self._cursor() as cursor:
            cursor.execute("select to_regclass(%s)", [f"{schema}.{STAMP_TABLE}"])
            if cursor.fetchone()[0] is None:
                return None
            cursor.execute(f"select stamp from {schema}.{STAMP_TABLE}")
            row = cursor.fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._cursor() as cursor:
            yield PostgresSession(cursor)

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        import psycopg2

        environment = os.environ
        try:
            connection = psycopg2.connect(
                host=environment.get("DBT_ASK_PG_HOST", "localhost"),
                port=environment.get("DBT_ASK_PG_PORT", "5432"),
                user=environment.get("DBT_ASK_PG_USER", "dbt_ask"),
                password=environment.get("DBT_ASK_PG_PASSWORD", "dbt_ask"),
                dbname=environment.get("DBT_ASK_PG_DATABASE", "dbt_ask"),
            )
        except psycopg2.OperationalError as error:
            raise LoadError(f"PostgreSQL can't be reached: check the DBT_ASK_PG_* variables. {error}") from error
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


class PostgresSession:
    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, sql: str) -> None:
        self._cursor.execute(sql)

    def copy(self, file: Path, table: str, columns: Columns, loaded_at: str) -> None:
        # The time of loading is the same for all rows, so it is a default for the length of the copy.
        self.execute(f"alter table {table} alter {LOADED_AT} set default '{loaded_at}'")
        with file.open(encoding="utf-8") as lines:
            self._cursor.copy_expert(f"copy {table} ({', '.join(columns)}) from stdin (format csv, header)", lines)
        self.execute(f"alter table {table} alter {LOADED_AT} drop default")
