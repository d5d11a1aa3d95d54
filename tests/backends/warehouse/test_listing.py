"""How tables and columns of other warehouses are listed: each statement is read in its dialect, and answered as its
documentation says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from backends.warehouse.base import ColumnInfo, TableName
from backends.warehouse.listing import BigQuery, ClickHouse, Spark, Standard


class Answers:
    """To each statement the rows that are given for it; any other fails the test."""

    def __init__(self, dialect: str, said: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        self._dialect = dialect
        self._said = {sqlglot.parse_one(sql, dialect=dialect): rows for sql, rows in said.items()}

    def __call__(self, sql: str) -> Sequence[tuple[Any, ...]]:
        asked = sqlglot.parse_one(sql, dialect=self._dialect)
        assert isinstance(asked, (exp.Select, exp.Describe, exp.Command, exp.Show)), sql
        return self._said[asked]


def test_bigquery_asks_each_dataset() -> None:
    tables = "SELECT table_catalog, table_schema, table_name FROM `my-shop`.`{}`.INFORMATION_SCHEMA.TABLES"
    columns = (
        "SELECT column_name, data_type, is_nullable FROM `my-shop`.`marts`.INFORMATION_SCHEMA.COLUMNS "
        "WHERE table_name = 'it\\'s' ORDER BY ordinal_position"
    )
    said = {
        tables.format("marts"): [("my-shop", "marts", "stores"), ("my-shop", "marts", "orders")],
        tables.format("raw"): [],
        columns: [("id", "INT64", "NO"), ("at", "STRUCT<a INT64>", "YES")],
    }
    listing = BigQuery(Answers("bigquery", said), "my-shop", lambda: ["marts", "raw"])
    assert listing.tables() == [TableName("my-shop", "marts", "orders"), TableName("my-shop", "marts", "stores")]
    assert listing.columns(TableName(None, "marts", "it's")) == [
        ColumnInfo("id", "INT64", nullable=False),
        ColumnInfo("at", "STRUCT<a INT64>", nullable=True),
    ]
    assert listing.columns(TableName(None, None, "orders")) == []


def test_clickhouse_has_two_levels_of_names_and_plain_types() -> None:
    said = {
        "SELECT database, name FROM system.tables "
        "WHERE lower(database) NOT IN ('system', 'information_schema') AND NOT is_temporary": [("marts", "orders")],
        "SELECT name, type FROM system.columns WHERE table = 'orders' AND database = 'marts' ORDER BY position": [
            ("id", "Int64"),
            ("city", "LowCardinality(Nullable(String))"),
        ],
    }
    listing = ClickHouse(Answers("clickhouse", said))
    assert listing.tables() == [TableName(None, "marts", "orders")]
    assert listing.columns(TableName(None, "marts", "orders")) == [
        ColumnInfo("id", "Int64", nullable=False),
        ColumnInfo("city", "String", nullable=True),
    ]


def test_spark_shows_and_describes() -> None:
    said = {
        "SHOW SCHEMAS": [("default",), ("marts",)],
        "SHOW TABLES IN `default`": [("", "passing", True)],
        "SHOW TABLES IN `marts`": [("marts", "orders", False), ("marts", "odd`name", "false")],
        "DESCRIBE TABLE `marts`.`orders`": [
            ("id", "int", None),
            ("day", "date", "When"),
            ("# Partition Information", "", ""),
            ("# col_name", "data_type", "comment"),
            ("day", "date", "When"),
        ],
    }
    listing = Spark(Answers("spark", said))
    assert listing.tables() == [TableName(None, "marts", "odd`name"), TableName(None, "marts", "orders")]
    assert listing.columns(TableName(None, "marts", "orders")) == [
        ColumnInfo("id", "int", nullable=True),
        ColumnInfo("day", "date", nullable=True),
    ]
    assert listing.columns(TableName(None, "marts", "nowhere")) == []


@pytest.mark.parametrize("dialect", ["snowflake", "databricks", "redshift", "trino"])
def test_the_others_have_an_information_schema(dialect: str) -> None:
    tables = (
        "SELECT table_catalog, table_schema, table_name FROM information_schema.tables "
        "WHERE lower(table_schema) NOT IN ('information_schema', 'pg_catalog')"
    )
    columns = (
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_name = 'orders' AND table_schema = 'marts' ORDER BY ordinal_position"
    )
    said = {tables: [("db", "marts", "orders")], columns: [("id", "int", 0), ("at", "date", "yes"), ("to", "date", 1)]}
    listing = Standard(Answers(dialect, said), dialect)
    assert listing.tables() == [TableName("db", "marts", "orders")]
    assert [column.nullable for column in listing.columns(TableName(None, "marts", "orders"))] == [False, True, True]
