"""ClickHouse and Spark in this process, as the door wants an engine. Neither is among the dependencies: `pip install
chdb-core`, and `pip install pyspark` with a Java. They are for measuring, and lock nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from backends.errors import QueryFailed, WarehouseError
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName
from backends.warehouse.engine import Session


class _Fetched:
    """A query whose rows have all come."""

    def __init__(self, run: Any) -> None:
        self._run = run
        self._header: list[tuple[str, str]] = []
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, limits: Limits) -> None:
        self._header, self._rows = self._run(sql)

    def header(self) -> list[tuple[str, str]]:
        return self._header

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        page, self._rows = self._rows[:count], self._rows[count:]
        return page

    def cancel(self) -> None:
        pass


class _Engine:
    dialect = ""
    default_schema = "default"
    errors: tuple[type[Exception], ...] = (RuntimeError,)

    def run(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """Name and type of each column, and the rows."""
        raise NotImplementedError

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield _Fetched(self.run)

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        return QueryFailed(str(error).splitlines()[0], sql=sql)

    def explain_sql(self, sql: str) -> str:
        return f"EXPLAIN {sql}"

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return Plan("\n".join(str(row[0]) for row in rows))


class ClickHouse(_Engine):
    dialect = "clickhouse"

    def __init__(self, folder: Path) -> None:
        from chdb.session import Session as Opened  # type: ignore[import-not-found]

        self._opened = Opened(str(folder))

    def run(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        settings = "SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_decimals = 0"
        found = json.loads(str(self._opened.query(f"{sql} {settings}", "JSONCompact")))
        header = [(column["name"], _plain(column["type"])) for column in found["meta"]]
        kinds = [kind for _, kind in header]
        return header, [tuple(map(_value, row, kinds)) for row in found["data"]]

    def load(self, name: TableName, file: Path) -> None:
        self._opened.query(f'CREATE DATABASE IF NOT EXISTS "{name.schema}"')
        self._opened.query(
            f'CREATE TABLE "{name.schema}"."{name.name}" ENGINE = MergeTree ORDER BY tuple() '
            f"AS SELECT * FROM file('{file}', Parquet)"
        )

    def tables(self) -> list[TableName]:
        _, rows = self.run("SELECT database, name FROM system.tables WHERE NOT startsWith(lower(database), 'inf')")
        return sorted(TableName(None, *row) for row in rows if row[0] != "system")

    def columns(self, table: TableName) -> list[ColumnInfo]:
        _, rows = self.run(
            f"SELECT name, type FROM system.columns WHERE database = '{table.schema}' AND table = '{table.name}' "
            "ORDER BY position"
        )
        return [ColumnInfo(name, _plain(kind), kind.startswith("Nullable")) for name, kind in rows]

    def close(self) -> None:
        self._opened.close()


class Spark(_Engine):
    dialect = "spark"

    def __init__(self, folder: Path) -> None:
        from pyspark.errors import PySparkException  # type: ignore[import-not-found]
        from pyspark.sql import SparkSession  # type: ignore[import-not-found]

        self.errors = (PySparkException,)
        builder = SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", str(folder))
        quiet = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.log.level": "ERROR"}
        for key, value in quiet.items():
            builder = builder.config(key, value)
        self._opened = builder.getOrCreate()

    def run(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        found = self._opened.sql(sql)
        header = [(field.name, field.dataType.simpleString()) for field in found.schema.fields]
        return header, [tuple(row) for row in found.collect()]

    def load(self, name: TableName, file: Path) -> None:
        self._opened.sql(f"CREATE DATABASE IF NOT EXISTS `{name.schema}`")
        self._opened.sql(f"CREATE TABLE `{name.schema}`.`{name.name}` USING parquet LOCATION '{file}'")

    def tables(self) -> list[TableName]:
        catalogue = self._opened.catalog
        schemas = [schema.name for schema in catalogue.listDatabases()]
        return sorted(TableName(None, s, table.name) for s in schemas for table in catalogue.listTables(s))

    def columns(self, table: TableName) -> list[ColumnInfo]:
        found = self._opened.table(f"`{table.schema}`.`{table.name}`").schema.fields
        return [ColumnInfo(field.name, field.dataType.simpleString(), field.nullable) for field in found]

    def close(self) -> None:
        self._opened.stop()


def _plain(kind: str) -> str:
    for wrapped in ("Nullable(", "LowCardinality("):
        if kind.startswith(wrapped):
            return _plain(kind[len(wrapped) : -1])
    return kind


def _value(value: Any, kind: str) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if kind.startswith("DateTime"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind.startswith("Date") else value
