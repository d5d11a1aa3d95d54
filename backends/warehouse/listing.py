"""Tables and columns of warehouses that dbt-ask has no engine for, by statements of its own.

Nearly all have an `information_schema` in the database. BigQuery keeps one in each dataset; ClickHouse has two levels
of names and says three there; Spark has none: SHOW and DESCRIBE say it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from backends.warehouse.base import ColumnInfo, TableName

_TRUE = frozenset(("YES", "TRUE", "1"))
Run = Callable[[str], Sequence[tuple[Any, ...]]]


class Standard:
    """The database's own `information_schema`."""

    def __init__(self, run: Run, dialect: str) -> None:
        self._run = run
        self._dialect = dialect

    def tables(self) -> list[TableName]:
        rows = self._run(
            "SELECT table_catalog, table_schema, table_name FROM information_schema.tables "
            "WHERE lower(table_schema) NOT IN ('information_schema', 'pg_catalog')"
        )
        return sorted(TableName(*row) for row in rows)

    def columns(self, table: TableName) -> list[ColumnInfo]:
        where = exp.condition(exp.column("table_name").eq(exp.Literal.string(table.name)))
        for name, part in (("table_schema", table.schema), ("table_catalog", table.database)):
            if part is not None:
                where = exp.and_(where, exp.column(name).eq(exp.Literal.string(part)))
        return _described(
            self._run(
                "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
                f"WHERE {where.sql(self._dialect)} ORDER BY ordinal_position"
            )
        )


class BigQuery:
    """`datasets` are those of the project that may be seen. A dataset that the reader may not read lists nothing."""

    def __init__(self, run: Run, project: str, datasets: Callable[[], Sequence[str]]) -> None:
        self._run = run
        self._project = project
        self._datasets = datasets

    def tables(self) -> list[TableName]:
        return sorted(TableName(*row) for dataset in self._datasets() for row in self._tables_of(dataset))

    def _tables_of(self, dataset: str) -> Sequence[tuple[Any, ...]]:
        place = _quoted(self._project, dataset)
        return self._run(f"SELECT table_catalog, table_schema, table_name FROM {place}.INFORMATION_SCHEMA.TABLES")

    def columns(self, table: TableName) -> list[ColumnInfo]:
        if table.schema is None:
            return []
        place = _quoted(table.database or self._project, table.schema)
        name = exp.Literal.string(table.name).sql("bigquery")
        return _described(
            self._run(
                f"SELECT column_name, data_type, is_nullable FROM {place}.INFORMATION_SCHEMA.COLUMNS "
                f"WHERE table_name = {name} ORDER BY ordinal_position"
            )
        )


class ClickHouse:
    """What is called a schema elsewhere is its database. `Nullable` and `LowCardinality` are no part of a type here."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def tables(self) -> list[TableName]:
        rows = self._run(
            "SELECT database, name FROM system.tables "
            "WHERE lower(database) NOT IN ('system', 'information_schema') AND NOT is_temporary"
        )
        return sorted(TableName(None, *row) for row in rows)

    def columns(self, table: TableName) -> list[ColumnInfo]:
        name, schema = (exp.Literal.string(part or "").sql("clickhouse") for part in (table.name, table.schema))
        rows = self._run(
            f"SELECT name, type FROM system.columns WHERE table = {name} AND database = {schema} ORDER BY position"
        )
        return [ColumnInfo(name, plain(kind), "Nullable(" in kind) for name, kind in rows]


class Spark:
    """Two-part names: what is a database elsewhere is a catalogue here, and the profile's stands."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def tables(self) -> list[TableName]:
        schemas = [str(row[0]) for row in self._run("SHOW SCHEMAS")]
        return sorted(TableName(None, schema, name) for schema in schemas for name in self._names(schema))

    def columns(self, table: TableName) -> list[ColumnInfo]:
        if table.schema is None or table.name.lower() not in map(str.lower, self._names(table.schema)):
            return []
        found: list[ColumnInfo] = []
        for row in self._run(f"DESCRIBE TABLE {_quoted(table.schema, table.name)}"):
            name = str(row[0] or "")
            if not name or name.startswith("#"):
                break  # partitions and details follow, which name columns again
            found.append(ColumnInfo(name, str(row[1]), nullable=True))
        return found

    def _names(self, schema: str) -> list[str]:
        """Without temporary views, which end with a session."""
        rows = self._run(f"SHOW TABLES IN {_quoted(schema)}")
        return [str(name) for _, name, temporary, *_ in rows if str(temporary).lower() != "true"]


def _quoted(*names: str) -> str:
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


def plain(kind: str) -> str:
    for wrapped in ("Nullable(", "LowCardinality("):
        if kind.startswith(wrapped):
            return plain(kind[len(wrapped) : -1])
    return kind


def _described(rows: Sequence[tuple[Any, ...]]) -> list[ColumnInfo]:
    return [ColumnInfo(name, kind, str(nullable).upper() in _TRUE) for name, kind, nullable in rows]
