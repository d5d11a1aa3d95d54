"""A small shop in each engine, for what tests ask of the read-only door."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backends.warehouse.base import Scope, TableScope
from backends.warehouse.door import Door
from backends.warehouse.engine import Engine
from backends.warehouse.guard import ALL_LAYERS, Layer
from tests.support.postgres import PostgresAddress

SETUP = Path(__file__).parents[1] / "attacks" / "shop"
HIDDEN = {"customers": frozenset({"email", "phone"})}
PRIVATE = frozenset({"secrets"})


@dataclass(frozen=True)
class Shop:
    """`where` is a file or a URL; `raw` runs SQL beside the door, with no restriction."""

    dialect: str
    where: str

    def engine(self, *, locked: bool = True) -> Engine:
        if self.dialect == "duckdb":
            from backends.warehouse.duckdb import DuckDBEngine

            return DuckDBEngine(Path(self.where), locked=locked)
        if self.dialect == "sqlite":
            from backends.warehouse.sqlite import SQLiteEngine

            return SQLiteEngine(Path(self.where), locked=locked)
        from backends.warehouse.postgres import PostgresEngine

        at = PostgresAddress.of(self.where)
        connect = {"host": at.host, "port": at.port, "user": at.user, "password": "", "dbname": at.database}
        return PostgresEngine(connect, locked=locked)

    def door(self, scope: Scope | None = None, layers: frozenset[Layer] = ALL_LAYERS) -> Door:
        return Door(self.engine(locked=Layer.LOCK in layers), scope, layers=layers)

    def raw(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        if self.dialect == "duckdb":
            return self._duckdb(sql)
        if self.dialect == "sqlite":
            return self._sqlite(sql)
        return self._postgres(sql)

    def _duckdb(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        import duckdb

        with duckdb.connect(self.where) as connection:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description or []], cursor.fetchall()

    def _sqlite(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        connection = sqlite3.connect(self.where, isolation_level=None)
        try:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description or []], cursor.fetchall()
        finally:
            connection.close()

    def _postgres(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        import psycopg2

        connection = psycopg2.connect(self.where)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                if cursor.description is None:
                    return [], []
                return [column.name for column in cursor.description], list(cursor.fetchall())
        finally:
            connection.close()


def make_shop(dialect: str, where: str) -> Shop:
    shop = Shop(dialect, where)
    script = (SETUP / f"{dialect}.sql").read_text(encoding="utf-8")
    if dialect == "sqlite":
        connection = sqlite3.connect(where)
        try:
            connection.executescript(script)
        finally:
            connection.close()
    else:
        shop.raw(script)
    return shop


def scope_of(door: Door, hidden: dict[str, frozenset[str]]) -> Scope:
    """Every table but the private ones."""
    return Scope(
        tuple(
            TableScope(
                table,
                {column.name: column.type for column in door.columns(table)},
                hidden.get(table.name, frozenset()),
            )
            for table in door.tables()
            if table.name not in PRIVATE
        )
    )
