"""Random changes below a view on DuckDB, without dbt: what is put together from buckets is what a full build gives."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import cast

import duckdb
import pytest

from backends.warehouse.base import Limits, Rows, TableName, Warehouse
from materialized_views import partial
from materialized_views.build.overlay import Model
from materialized_views.definition import ViewDefinition, quoted
from materialized_views.reconcile import Compared, compare
from tests.materialized_views.definitions import monthly

DEFINITION = monthly("memory", "duckdb")
LIVE = TableName("memory", "main", "monthly_orders")
MODEL = Model("monthly_orders", "select 1", {"config": {"materialized": "materialized_view", "tags": ["ask_view"]}})
TABLES = """
create table customers as select n as customer_id, case when n % 3 > 0 then 's' || n % 3 end as segment
from range(9) t(n);
create table orders as select n as order_id, cast(n % 9 as integer) as customer_id,
    case when n % 11 > 0 then date '2024-01-01' + cast(n * 7 % 360 as integer) end as order_date,
    case when n % 5 > 0 then cast(n % 40 as decimal(10, 2)) end as amount from range(600) t(n);
"""
CHANGES = (
    "insert into orders values ({id}, {customer}, date '2024-01-01' + {day}, {amount})",  # late or new
    "insert into orders values ({id}, {customer}, null, {amount})",
    "insert into orders values ({id}, 3, date '2025-02-03', {amount})",
    "delete from orders where customer_id % 3 = {customer} % 3 and date_trunc('month', order_date) = "
    "date_trunc('month', date '2024-01-01' + {day})",  # a whole group goes
    "update orders set amount = amount + 1 where order_date = date '2024-01-01' + {day}",
    "update orders set order_date = order_date + 31 where order_date between date '2024-01-01' + {day} and "
    "date '2024-01-01' + {day} + 3",
    "update orders set customer_id = case customer_id when 1 then 2 when 2 then 1 else customer_id end "
    "where date_trunc('month', order_date) = date_trunc('month', date '2024-01-01' + {day})",  # two groups swap
    "delete from orders where order_date is null",
)


class InProcess:
    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def query(self, sql: str, limits: Limits = Limits()) -> Rows:
        return Rows((), (), tuple(self.connection.execute(sql).fetchall()))


def made_anew(connection: duckdb.DuckDBPyConnection, definition: ViewDefinition) -> Compared:
    """Puts the view's new version in place."""
    found = compare(definition, LIVE, cast("Warehouse", InProcess(connection)), Limits())
    dirty = partial.buckets(definition, found, 1.0)
    model = partial.model(MODEL, definition, LIVE, dirty, lambda table: quoted(table, "duckdb"))
    connection.execute(f"create table aside as {model.sql}")
    connection.execute("drop table monthly_orders; alter table aside rename to monthly_orders")
    return found


@pytest.mark.parametrize("seed", range(30))
def test_copied_and_new_buckets_together_are_a_full_build(seed: int) -> None:
    chance, connection = Random(seed), duckdb.connect()
    connection.execute(TABLES + f"create table monthly_orders as {DEFINITION.sql()}")
    for position in range(chance.choice((1, 1, 2, 4))):
        given = {"id": 9000 + position, "customer": chance.randrange(9), "day": chance.randrange(360)}
        connection.execute(chance.choice(CHANGES).format(**given, amount=chance.choice(("7.25", "0", "null"))))
    made_anew(connection, DEFINITION)
    for one, other in (("table monthly_orders", DEFINITION.sql()), (DEFINITION.sql(), "table monthly_orders")):
        assert connection.execute(f"({one}) except all ({other})").fetchall() == []
    types = "select typeof(columns(*)) from ({}) limit 1"
    assert (
        connection.execute(types.format("table monthly_orders")).fetchall()
        == connection.execute(types.format(DEFINITION.sql())).fetchall()
    )


def test_all_is_made_anew_where_much_differs_or_there_is_no_time() -> None:
    connection = duckdb.connect()
    connection.execute(TABLES + f"create table monthly_orders as {DEFINITION.sql()}")
    connection.execute("update orders set amount = 1 where order_date < date '2024-04-01'")
    found = compare(DEFINITION, LIVE, cast("Warehouse", InProcess(connection)), Limits())
    assert (len(found.dirty), found.buckets) == (3, 13)
    assert partial.buckets(DEFINITION, found, 0.3) == ("2024-01-01", "2024-02-01", "2024-03-01")
    assert partial.buckets(DEFINITION, found, 0.2) == ()
    assert partial.buckets(DEFINITION, found, 0.0) == ()
    assert partial.buckets(replace(DEFINITION, dimensions=DEFINITION.dimensions[1:]), found, 1.0) == ()
    zoned = replace(DEFINITION.dimensions[0], type="timestamp with time zone")
    assert partial.buckets(replace(DEFINITION, dimensions=(zoned,)), found, 1.0) == ()


def test_a_part_is_a_table_with_the_rest_of_its_configuration() -> None:
    made = partial.model(MODEL, DEFINITION, LIVE, ["2024-01-01"], str)
    assert made.properties["config"] == {"materialized": "table", "tags": ["ask_view"]}
    assert MODEL.properties["config"]["materialized"] == "materialized_view"
