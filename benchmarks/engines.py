"""ClickHouse and Spark in this process, as the door wants an engine; listed and planned as through dbt's adapters.

Neither is among the dependencies: `pip install chdb-core`, and `pip install pyspark` with a Java. They are for
measuring, and lock nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from backends.errors import QueryFailed, WarehouseError
from backends.warehouse import listing, plans
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
    locked = False
    default_schema = "default"
    lists: type[listing.ClickHouse] | type[listing.Spark]
    errors: tuple[type[Exception], ...] = (RuntimeError,)

    def run(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """Name and type of each column, and the rows."""
        raise NotImplementedError

    def tables(self) -> list[TableName]:
        return self.lists(self._rows).tables()

    def columns(self, table: TableName) -> list[ColumnInfo]:
        return self.lists(self._rows).columns(table)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.run(sql)[1]

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield _Fetched(self.run)

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        return QueryFailed(str(error).splitlines()[0], sql=sql)

    def explain_sql(self, sql: str) -> str:
        return plans.explain_sql(sql, self.dialect)

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan:
        return plans.plan(rows, self.dialect)


class ClickHouse(_Engine):
    dialect = "clickhouse"
    lists = listing.ClickHouse

    def __init__(self, folder: Path) -> None:
        from chdb.session import Session as Opened  # type: ignore[import-not-found]

        self._opened = Opened(str(folder))

    def run(self, sql: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        settings = "SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_decimals = 0"
        found = json.loads(str(self._opened.query(f"{sql} {settings}", "JSONCompact")))
        header = [(column["name"], listing.plain(column["type"])) for column in found["meta"]]
        kinds = [kind for _, kind in header]
        return header, [tuple(map(_value, row, kinds)) for row in found["data"]]

    def load(self, name: TableName, file: Path) -> None:
        self._opened.query(f'CREATE DATABASE IF NOT EXISTS "{name.schema}"')
        self._opened.query(
            f'CREATE TABLE "{name.schema}"."{name.name}" ENGINE = MergeTree ORDER BY tuple() '
            f"AS SELECT * FROM file('{file}', Parquet)"
        )

    def close(self) -> None:
        self._opened.close()


class Spark(_Engine):
    dialect = "spark"
    lists = listing.Spark

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

    def close(self) -> None:
        self._opened.stop()


def _value(value: Any, kind: str) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if kind.startswith("DateTime"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind.startswith("Date") else value
