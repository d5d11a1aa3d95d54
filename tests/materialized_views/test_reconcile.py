"""Reconciliation and watermarks on DuckDB, without dbt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from backends.warehouse.base import Limits, TableName, Warehouse
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from materialized_views import watermarks
from materialized_views.definition import ViewDefinition
from materialized_views.errors import BuildFailed
from materialized_views.reconcile import compare, content, differences, in_buckets
from tests.materialized_views.definitions import monthly

LIMITS = Limits(seconds=30, rows=10_000)
TABLES = """
create table customers as select n as customer_id, case when n < 3 then 'retail' end as segment from range(5) t(n);
create table orders as select n as order_id, cast(n % 5 as integer) as customer_id,
    date '2024-01-01' + cast(n % 90 as integer) as order_date, cast(n as decimal(10, 2)) as amount from range(900) t(n);
"""
DEFINITION = monthly("base", "duckdb")
VIEW = TableName("base", "main", "monthly_orders")


@dataclass(frozen=True)
class Base:
    path: Path
    warehouse: Warehouse

    def write(self, sql: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(sql)

    def differences(self, definition: ViewDefinition = DEFINITION) -> set[tuple[str, str]]:
        return {(d.bucket, d.column) for d in differences(definition, VIEW, self.warehouse, LIMITS)}


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    path = tmp_path / "base.duckdb"
    made = Base(path, Door(DuckDBEngine(path)))
    made.write(TABLES + f"create table monthly_orders as {DEFINITION.sql()}")
    yield made
    made.warehouse.close()


def test_a_view_that_is_right_has_no_difference(base: Base) -> None:
    assert base.differences() == set()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        # late, in a month long past
        (
            "insert into orders values (9001, 1, date '2024-01-05', 10, )".replace(", )", ")"),
            {("2024-01-01", "order_count"), ("2024-01-01", "amount")},
        ),
        # in place: the number of rows stays
        ("update orders set amount = amount + 1 where order_id = 31", {("2024-02-01", "amount")}),
        # a month that nobody knew
        (
            "insert into orders values (9001, 1, date '2025-05-05', 10)",
            {("2025-05-01", c) for c in ("number of rows", "order_count", "amount", "max_amount")},
        ),
        # a changed attribute of a dimension: every month is behind
        (
            "update customers set segment = 'new' where customer_id = 3",
            {(f"2024-0{m}-01", "number of rows") for m in (1, 2, 3)},
        ),
    ],
)
def test_what_changed_below_a_view_is_found_by_its_bucket(base: Base, change: str, found: set[tuple[str, str]]) -> None:
    base.write(change)
    assert base.differences() == found


def test_groups_that_swap_their_values_are_found(base: Base) -> None:
    """Every total of the bucket stays as it is."""
    swapped = "case when segment is null then 'retail' end"
    base.write(f"update monthly_orders set segment = {swapped} where order_month = date '2024-01-01'")
    columns = ("order_count by group", "amount by group", "the groups")
    found = base.differences()
    assert found <= {("2024-01-01", f"fingerprint of {column}") for column in columns}
    assert ("2024-01-01", "fingerprint of amount by group") in found


@pytest.mark.parametrize("only", [["2024-01-01"], ["2024-01-01", "2024-03-01"], ["nothing"], ["nothing", "2024-02-01"]])
def test_buckets_can_be_compared_alone(base: Base, only: list[str]) -> None:
    base.write("insert into orders select 9000 + n, 1, null, 7 from range(3) t(n)")
    base.write("update orders set amount = amount + 1 where order_id in (31, 3, 61)")
    every = {(d.bucket, d.column) for d in compare(DEFINITION, VIEW, base.warehouse, LIMITS).differences}
    assert {bucket for bucket, _ in every} == {"2024-01-01", "2024-02-01", "2024-03-01", "nothing"}
    found = compare(DEFINITION, VIEW, base.warehouse, LIMITS, only)
    assert {(d.bucket, d.column) for d in found.differences} == {d for d in every if d[0] in only}
    assert found.buckets == len(only)
    rows = f"select count(*) from monthly_orders where {in_buckets(DEFINITION, only, of_view=True, outside=True)}"
    others = {"2024-01-01", "2024-02-01", "2024-03-01"} - set(only)
    assert base.warehouse.query(rows).rows == ((2 * len(others),),)


def test_groups_whose_rows_are_all_gone_are_found(base: Base) -> None:
    base.write("delete from orders where customer_id >= 3 and order_date < date '2024-02-01'")  # all without a segment
    assert ("2024-01-01", "number of rows") in base.differences()


def test_a_view_without_time_is_one_bucket(base: Base) -> None:
    total = replace(DEFINITION, dimensions=DEFINITION.dimensions[1:])
    base.write(f"create or replace table monthly_orders as {total.sql()}")
    assert base.differences(total) == set()
    base.write("update orders set amount = 0 where order_id = 31")
    assert base.differences(total) == {("", "amount")}


def test_too_many_buckets_are_said_not_cut(base: Base) -> None:
    with pytest.raises(BuildFailed, match="more than 2 buckets"):
        differences(DEFINITION, VIEW, base.warehouse, Limits(rows=2))


def test_contents_have_checksums(base: Base) -> None:
    before = content(DEFINITION, VIEW, base.warehouse, LIMITS)
    assert before.rows == 6
    base.write("create or replace table monthly_orders as select * from monthly_orders order by random()")
    assert content(DEFINITION, VIEW, base.warehouse, LIMITS) == before
    base.write("update monthly_orders set amount = amount + 1 where order_month = '2024-02-01'")
    assert content(DEFINITION, VIEW, base.warehouse, LIMITS) != before


def test_marks_see_rows_that_come_go_or_are_newer(base: Base) -> None:
    columns = (CatalogColumn("order_date", "DATE"), CatalogColumn("born", "DATE", pii=True))
    catalog = Catalog("t", "duckdb", (CatalogTable(DEFINITION.root.table, "model", "model.t.orders", columns=columns),))

    def now() -> dict[str, dict[str, object]]:
        return watermarks.marks(DEFINITION.tables, catalog, base.warehouse)

    before = now()
    assert before["base.main.orders"] == {"rows": 900, "latest": {"order_date": "2024-03-30"}}
    assert watermarks.as_of(before) == "2024-03-30"
    assert watermarks.changed(before, now()) == []
    base.write("update orders set order_date = date '2024-04-01' where order_id = 89")
    assert watermarks.changed(before, now()) == ["base.main.orders has newer rows"]
    base.write("delete from customers where customer_id = 4")
    assert "base.main.customers had 5 rows and has 4" in watermarks.changed(before, now())
