"""A made database as a file that the read-only door opens. The only writing here is of our own rows to our own file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlglot import exp

from backends.warehouse import open_sqlite
from backends.warehouse.base import TableName, Warehouse
from catalog_sync.model import Catalog, CatalogTable
from feedback.errors import EvaluationError
from feedback.evaluation.instances.generate import Instance

DIALECTS = ("sqlite", "duckdb")
_TYPE = re.compile(r"[\w ]+(\(\s*\d+(\s*,\s*\d+)?\s*\))?")


def write(catalog: Catalog, data: Instance, path: Path) -> None:
    """A new file in place of an old one."""
    path.unlink(missing_ok=True)
    if catalog.dialect == "sqlite":
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for statement, rows in _statements(catalog, data):
                connection.executemany(statement, rows) if rows is not None else connection.execute(statement)
            connection.execute("COMMIT")
    elif catalog.dialect == "duckdb":
        import duckdb

        with duckdb.connect(str(path)) as file:
            for statement, rows in _statements(catalog, data):
                if rows is None:
                    file.execute(statement)
                elif rows:
                    file.executemany(statement, rows)
    else:
        raise EvaluationError(
            f"no databases can be made for the dialect {catalog.dialect}", hint=f"made are {', '.join(DIALECTS)}"
        )


def open_file(dialect: str, path: Path) -> Warehouse:
    if dialect == "sqlite":
        return open_sqlite(path)
    from backends.warehouse.door import Door
    from backends.warehouse.duckdb import DuckDBEngine

    return Door(DuckDBEngine(path))


def _statements(catalog: Catalog, data: Instance) -> Iterator[tuple[str, list[tuple[object, ...]] | None]]:
    """Each with its rows, or None where it takes none."""
    dialect = catalog.dialect
    for schema in sorted({t.name.schema for t in catalog if t.name.schema}):
        if dialect == "duckdb":
            yield f"CREATE SCHEMA IF NOT EXISTS {exp.to_identifier(schema, quoted=True).sql(dialect)}", None
    for table in catalog:
        name = _name(table.name, dialect)
        yield f"CREATE TABLE {name} ({', '.join(_columns(table, dialect))})", None
        marks = ", ".join("?" for _ in table.columns)
        yield f"INSERT INTO {name} VALUES ({marks})", list(data.get(table.name, ()))


def _columns(table: CatalogTable, dialect: str) -> Iterator[str]:
    for column in table.columns:
        kind = column.type if _TYPE.fullmatch(column.type) else ("VARCHAR" if dialect == "duckdb" else "")
        yield f"{exp.to_identifier(column.name, quoted=True).sql(dialect)} {kind}"


def _name(table: TableName, dialect: str) -> str:
    schema = table.schema if dialect == "duckdb" else None
    return exp.table_(table.name, db=schema, quoted=True).sql(dialect)
