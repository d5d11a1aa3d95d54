"""Joins that add nothing, and tables that would have what is missing."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        (  # the orders have the column too, and nobody speaks of stores
            "the branch id of each open order",
            "SELECT T2.store_id FROM main.orders AS T1 JOIN main.stores AS T2 ON T1.store_id = T2.store_id "
            "WHERE T1.status = 'open'",
            "SELECT T1.store_id FROM main.orders AS T1 WHERE T1.status = 'open'",
        ),
        (  # "store" is a word of the view, but of the stores too
            "the names of all stores",
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.monthly_sales AS T2 "
            "ON T1.store_name = T2.store_name",
            "SELECT T1.store_name FROM main.stores AS T1",
        ),
        (  # a join can stand for "has one"
            "the amounts of orders of customers",
            "SELECT T1.amount FROM main.orders AS T1 JOIN main.customers AS T2 ON T1.customer_id = T2.customer_id",
            "SELECT T1.amount FROM main.orders AS T1 JOIN main.customers AS T2 ON T1.customer_id = T2.customer_id",
        ),
        (
            "the amounts of orders",
            "SELECT T1.amount FROM main.orders AS T1 JOIN main.customers AS T2 ON T1.customer_id = T2.customer_id",
            "SELECT T1.amount FROM main.orders AS T1",
        ),
        (  # the figure of a store is one for each store
            "stores by number of orders with their region",
            "SELECT T1.store_id, SUM(T1.region_id) FROM main.stores AS T1 JOIN main.orders AS T2 "
            "ON T1.store_id = T2.store_id GROUP BY T1.store_id ORDER BY COUNT(T2.order_id)",
            "SELECT t1.store_name, T1.region_id FROM main.stores AS T1 JOIN main.orders AS T2 "
            "ON T1.store_id = T2.store_id GROUP BY T1.store_id, t1.store_name, T1.region_id "
            "ORDER BY COUNT(T2.order_id)",
        ),
        (
            "Which stores are there?",
            "SELECT T1.* FROM main.stores AS T1 WHERE T1.region_id > 1",
            "SELECT t1.store_name FROM main.stores AS T1 WHERE T1.region_id > 1",
        ),
        (
            "Show all the details of the stores",
            "SELECT * FROM main.stores",
            "SELECT * FROM main.stores",
        ),
    ],
)
def test_repair(question: str, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == expected


def test_a_statement_is_told_of_the_table_that_has_what_is_missing() -> None:
    done = repair(
        "SELECT SUM(order_count) FROM main.stores JOIN main.regions ON stores.region_id = regions.region_id "
        "WHERE store_name = 'Brooklyn'",
        SCHEMA,
        "duckdb",
    )
    assert done.sql == "SELECT SUM(order_count) FROM main.monthly_sales WHERE store_name = 'Brooklyn'"
    assert repair("SELECT SUM(weight) FROM main.stores", SCHEMA, "duckdb").missing


def test_tables_that_no_key_ties_are_joined_by_what_lies_between() -> None:
    sql = "SELECT r.region_name, SUM(o.amount) FROM main.orders AS o JOIN main.regions AS r ON o.id = o.id GROUP BY 1"
    assert repair(sql, SCHEMA, "duckdb").sql == (
        "SELECT r.region_name, SUM(o.amount) FROM main.orders AS o JOIN main.stores ON o.store_id = stores.store_id "
        "JOIN main.regions AS r ON stores.region_id = r.region_id GROUP BY 1"
    )
