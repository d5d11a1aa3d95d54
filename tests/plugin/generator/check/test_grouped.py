"""Conditions of groups, and groups of one row each."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop, table

SCHEMA = Schema(shop().tables)


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        (
            "Which statuses have an average amount above 30?",
            "SELECT status FROM main.orders WHERE amount > 30 GROUP BY status",
            "SELECT status FROM main.orders GROUP BY status HAVING AVG(amount) > 30",
        ),
        (
            "The number of orders with an amount above 30, by status, and their average amount",
            "SELECT status, COUNT(*), AVG(amount) FROM main.orders WHERE amount > 30 GROUP BY status",
            "SELECT status, COUNT(*), AVG(amount) FROM main.orders WHERE amount > 30 GROUP BY status",
        ),
        (
            "Which store id has the most orders?",
            "SELECT store_id FROM main.stores GROUP BY store_id ORDER BY COUNT(*) DESC LIMIT 1",
            "SELECT stores.store_id FROM main.stores JOIN main.orders ON stores.store_id = orders.store_id "
            "GROUP BY stores.store_id ORDER BY COUNT(*) DESC LIMIT 1",
        ),
        (  # nothing that leads to a store is spoken of
            "Which store id is most frequent?",
            "SELECT store_id FROM main.stores GROUP BY store_id ORDER BY COUNT(*) DESC LIMIT 1",
            "SELECT store_id FROM main.stores GROUP BY store_id ORDER BY COUNT(*) DESC LIMIT 1",
        ),
    ],
)
def test_repair(question: str, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == expected


def test_columns_that_may_hold_one_text_belong_together() -> None:
    sql = "SELECT amount FROM main.orders WHERE status = 'open' OR order_date = 'open' AND amount > 5"
    assert repair(sql, SCHEMA, "duckdb").sql == (
        "SELECT amount FROM main.orders WHERE (status = 'open' OR order_date = 'open') AND amount > 5"
    )


def test_what_is_only_ranked_by_is_left_out() -> None:
    sql = "SELECT order_id, amount FROM main.orders ORDER BY amount DESC LIMIT 3"
    asked = repair(sql, SCHEMA, "duckdb", question="What are the order ids and amounts of the 3 largest orders?")
    assert asked.sql == sql
    only = repair(sql, SCHEMA, "duckdb", question="What are the ids of the 3 orders with the highest amount?")
    assert only.sql == "SELECT order_id FROM main.orders ORDER BY amount DESC LIMIT 3"


def test_what_one_has_and_another_has_not() -> None:
    sql = (
        "SELECT s.store_name FROM main.stores AS s JOIN main.orders AS o ON s.store_id = o.store_id "
        "WHERE o.status = 'open' AND o.status = 'shipped'"
    )
    done = repair(sql, SCHEMA, "duckdb", question="Which stores have open orders but do not have shipped ones?").sql
    assert "AND NOT EXISTS" in done
    assert done.index("open") < done.index("NOT EXISTS") < done.index("shipped")


@pytest.mark.parametrize("question", ["How many orders are there by status?", "The number of orders per status"])
def test_what_figures_are_wanted_by(question: str) -> None:
    sql = "SELECT COUNT(*) FROM main.orders"
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == (
        "SELECT status, COUNT(*) FROM main.orders GROUP BY status"
    )
    assert repair(sql, SCHEMA, "duckdb", question="How many orders are there?").sql == sql


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("What percentage of the open orders were in Brooklyn?", "status = 'open'"),
        ("What percent of the orders of Brooklyn were open?", "store = 'Brooklyn'"),
    ],
)
def test_the_whole_of_a_share(question: str, whole: str) -> None:
    schema = Schema((table("orders", "status varchar, store varchar"),))
    sql = (
        "SELECT 100.0 * SUM(CASE WHEN status = 'open' AND store = 'Brooklyn' THEN 1 ELSE 0 END) / COUNT(*) "
        "FROM main.orders"
    )
    part = "store = 'Brooklyn'" if whole.startswith("status") else "status = 'open'"
    assert repair(sql, schema, "duckdb", question=question).sql == (
        f"SELECT 100.0 * SUM(CASE WHEN {part} THEN 1 ELSE 0 END) / COUNT(*) FROM main.orders WHERE {whole}"
    )


def test_a_ratio_of_a_sum_to_itself() -> None:
    sql = "SELECT 100.0 * SUM(amount) / SUM(amount) FROM main.orders WHERE status = 'open' AND amount > 5"
    done = repair(sql, SCHEMA, "duckdb", question="What percent of amounts over 5 is of open orders?")
    assert done.sql == (
        "SELECT 100.0 * SUM(CASE WHEN status = 'open' THEN amount ELSE 0 END) / SUM(amount) FROM main.orders "
        "WHERE amount > 5"
    )


def test_no_or_without_an_or() -> None:
    sql = "SELECT amount FROM main.orders WHERE status = 'open' OR order_date = '2020-01-01'"
    plain = repair(sql, SCHEMA, "duckdb", question="amounts of open orders of 2020-01-01").sql
    assert plain == sql.replace(" OR ", " AND ")
    assert repair(sql, SCHEMA, "duckdb", question="amounts of open orders or those of 2020-01-01").sql == sql


BY_SEGMENT = "SELECT segment, COUNT(*) FROM main.customers GROUP BY segment"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How many orders did each segment of customers place?",
            "SELECT customers.segment, COUNT(*) FROM main.customers JOIN main.orders ON "
            "customers.customer_id = orders.customer_id GROUP BY customers.segment",
        ),
        ("How many customers are in each segment of those with orders?", BY_SEGMENT),
        ("How many customers are there by segment?", BY_SEGMENT),
    ],
)
def test_what_the_question_counts_is_joined(question: str, expected: str) -> None:
    assert repair(BY_SEGMENT, SCHEMA, "duckdb", question=question).sql == expected
