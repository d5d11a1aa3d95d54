"""Figures as the question and the statement's own names tell of them; columns that two joined tables have."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
COUNTED = "SELECT COUNT(customer_id) FROM main.orders WHERE amount > 10"
SUMMED = "SELECT SUM(order_count) AS total_revenue FROM main.monthly_sales"


def mended(sql: str, question: str) -> str:
    return repair(sql, SCHEMA, "duckdb", (), question).sql


@pytest.mark.parametrize(
    ("question", "once"),
    [
        ("How many customers had an amount over 10?", True),
        ("How many different customers ordered for more than 10?", True),
        ("The number of customers with an amount over 10", True),
        ("How many orders were over 10?", False),
        ("How many customer orders were over 10?", False),
    ],
)
def test_how_many_things_is_how_many_different_ones(question: str, once: bool) -> None:
    expected = COUNTED.replace("customer_id", "DISTINCT customer_id") if once else COUNTED
    assert mended(COUNTED, question) == expected


def test_the_key_of_the_rows_themselves_is_not_told_apart() -> None:
    sql = "SELECT COUNT(order_id) FROM main.orders WHERE amount > 10"
    assert mended(sql, "How many orders were over 10?") == sql


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("What was the total revenue?", SUMMED.replace("order_count", "revenue")),
        ("What was the total revenue per order count?", SUMMED),
        ("How much did we take in?", SUMMED),
    ],
)
def test_an_output_is_of_what_it_is_called(question: str, sql: str) -> None:
    assert mended(SUMMED, question) == sql


def test_a_column_of_two_tables_is_of_the_one_that_was_there_first() -> None:
    sql = mended(
        "SELECT COUNT(DISTINCT customer_id) FROM main.orders WHERE amount > 10 AND segment = 'private'",
        "How many private customers ordered for over 10?",
    )
    assert sql.startswith("SELECT COUNT(DISTINCT orders.customer_id) FROM main.orders JOIN main.customers")
