from __future__ import annotations

import pytest

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn
from catalog_sync.profile import range_query
from tests.catalog_sync.build import column
from tests.catalog_sync.conftest import Tiny


def test_the_first_and_last_moment_of_each_date_column(tiny: Tiny) -> None:
    tiny.sync()
    ranges = {
        f"{t.name.name}.{c.name}": (c.min_value, c.max_value) for t in tiny.saved() for c in t.columns if c.max_value
    }
    assert ranges == {
        "customers.signed_up_on": ("2023-01-05", "2023-04-23"),
        "orders.ordered_at": ("2024-01-03T10:00:00", "2024-03-30T23:59:00"),
        "sales_by_country_month.month": ("2024-01-01T00:00:00", "2024-03-01T00:00:00"),
    }


def test_rows_without_a_date_are_seen(tiny: Tiny) -> None:
    tiny.execute("update orders set ordered_at = null where order_id = 1")
    tiny.sync()
    gaps = {c.name: c.gaps for t in tiny.saved() for c in t.columns if c.max_value}
    assert gaps == {"signed_up_on": False, "ordered_at": True, "month": True}


def test_an_empty_table_has_no_range(tiny: Tiny) -> None:
    tiny.execute("delete from orders")
    tiny.sync()
    orders = next(t for t in tiny.saved() if t.name.name == "orders")
    column = orders.column("ordered_at")
    assert isinstance(column, CatalogColumn)
    assert (column.min_value, column.max_value) == ("", "")


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (
            "duckdb",
            'SELECT MIN("at") AS low_0, MAX("at") AS high_0, COUNT(*) - COUNT("at") AS gaps_0 FROM "db"."s"."T"',
        ),
        (
            "bigquery",
            "SELECT MIN(`at`) AS low_0, MAX(`at`) AS high_0, COUNT(*) - COUNT(`at`) AS gaps_0 FROM `db`.`s`.`T`",
        ),
        ("tsql", "SELECT MIN([at]) AS low_0, MAX([at]) AS high_0, COUNT(*) - COUNT([at]) AS gaps_0 FROM [db].[s].[T]"),
    ],
)
def test_one_query_a_table_in_the_words_of_the_warehouse(dialect: str, expected: str) -> None:
    assert range_query(TableName("db", "s", "T"), [column("at", "DATE")], dialect) == expected


def test_no_database_no_schema() -> None:
    assert range_query(TableName(None, None, "t"), [column("at", "DATE")], "sqlite").endswith('FROM "t"')
