"""Joins that only pick rows: those that have, have not, or have both."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        (
            "What are the names of the stores that do not have open orders?",
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.status <> 'open'",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE NOT EXISTS(SELECT 1 FROM main.orders AS T2 "
            "WHERE T1.store_id = T2.store_id AND T2.status = 'open')",
        ),
        (
            "주문이 없는 매장의 이름은? 상태가 open인 것만",
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE NOT T2.status = 'open' AND T1.region_id > 1",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE T1.region_id > 1 AND NOT EXISTS(SELECT 1 FROM "
            "main.orders AS T2 WHERE T1.store_id = T2.store_id AND T2.status = 'open')",
        ),
        (
            "Which stores have never had an order?",  # no row of an inner join has no key
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.order_id IS NULL",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE NOT EXISTS(SELECT 1 FROM main.orders AS T2 "
            "WHERE T1.store_id = T2.store_id)",
        ),
        (
            "Which stores have orders that are not open?",  # said of the orders
            "SELECT DISTINCT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.status <> 'open'",
            "SELECT DISTINCT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.status <> 'open'",
        ),
        (
            "Which stores had both open and shipped orders?",
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.status = 'open' AND T2.status = 'shipped'",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE EXISTS(SELECT 1 FROM main.orders AS T2 WHERE "
            "T1.store_id = T2.store_id AND T2.status = 'open') AND EXISTS(SELECT 1 FROM main.orders AS T2 WHERE "
            "T1.store_id = T2.store_id AND T2.status = 'shipped')",
        ),
        (
            "Which stores had an order over 5?",
            "SELECT T1.store_name FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T2.amount > 5",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE EXISTS(SELECT 1 FROM main.orders AS T2 WHERE "
            "T1.store_id = T2.store_id AND T2.amount > 5)",
        ),
        (  # what the join says of the store itself stays
            "Which stores had an order over 5?",
            "SELECT T1.store_name FROM main.orders AS T2 JOIN main.stores AS T1 ON T1.store_id = T2.store_id "
            "AND T1.region_id > 1 WHERE T2.amount > 5",
            "SELECT T1.store_name FROM main.stores AS T1 WHERE T1.region_id > 1 AND EXISTS(SELECT 1 FROM main.orders "
            "AS T2 WHERE T1.store_id = T2.store_id AND T2.amount > 5)",
        ),
        (
            "the orders of Brooklyn",  # a store is one for each order: nothing repeats
            "SELECT T2.order_id FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T1.store_name = 'Brooklyn'",
            "SELECT T2.order_id FROM main.stores AS T1 JOIN main.orders AS T2 ON T1.store_id = T2.store_id "
            "WHERE T1.store_name = 'Brooklyn'",
        ),
        (
            "orders that are open and shipped",
            "SELECT order_id FROM main.orders WHERE status = 'open' AND status = 'shipped' AND amount > 5",
            "SELECT order_id FROM main.orders WHERE amount > 5 AND (status = 'open' OR status = 'shipped')",
        ),
    ],
)
def test_repair(question: str, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == expected


def test_a_count_called_as_what_is_joined_counts_it() -> None:
    sql = (
        "SELECT T1.region_id, COUNT(T1.store_id) AS {} FROM main.stores AS T1 JOIN main.orders AS T2 ON "
        "T1.store_id = T2.store_id GROUP BY T1.region_id"
    )
    kept = repair(sql.format("order_count"), SCHEMA, "duckdb", question="지역 번호별 건수는?").sql
    assert kept == sql.format("order_count")
    assert "EXISTS" in repair(sql.format("store_count"), SCHEMA, "duckdb", question="지역 번호별 건수는?").sql
