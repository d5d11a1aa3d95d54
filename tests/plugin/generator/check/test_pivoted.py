"""Columns that rows say better, and averages of what a roll-up holds."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop, table

SCHEMA = Schema(shop().tables)
DAYS = Schema((table("days", "hours int, orders int, is_weekend boolean"),))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT SUM(CASE WHEN status = 'open' THEN amount ELSE 0 END), "
            "SUM(CASE WHEN status = 'shipped' THEN amount ELSE 0 END) FROM main.orders",
            "SELECT status, SUM(amount) FROM main.orders WHERE status IN ('open', 'shipped') GROUP BY status",
        ),
        (
            "SELECT COUNT(CASE WHEN status = 'open' THEN 1 END) AS a, "
            "COUNT(CASE WHEN status = 'shipped' THEN 1 END) AS b FROM main.orders WHERE amount > 5",
            "SELECT status, COUNT(*) FROM main.orders WHERE amount > 5 AND status IN ('open', 'shipped') "
            "GROUP BY status",
        ),
        (  # a difference needs both
            "SELECT SUM(CASE WHEN status = 'open' THEN 1 ELSE 0 END) - "
            "SUM(CASE WHEN status = 'shipped' THEN 1 ELSE 0 END) FROM main.orders",
            "SELECT SUM(CASE WHEN status = 'open' THEN 1 ELSE 0 END) - "
            "SUM(CASE WHEN status = 'shipped' THEN 1 ELSE 0 END) FROM main.orders",
        ),
        (  # two figures
            "SELECT SUM(CASE WHEN status = 'open' THEN amount END), COUNT(CASE WHEN status = 'shipped' THEN 1 END) "
            "FROM main.orders",
            "SELECT SUM(CASE WHEN status = 'open' THEN amount END), COUNT(CASE WHEN status = 'shipped' THEN 1 END) "
            "FROM main.orders",
        ),
    ],
)
def test_rows(sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question="Compare open and shipped orders").sql == expected
    asked = repair(sql, SCHEMA, "duckdb", question="Open and shipped orders, each in a column")
    assert asked.sql == repair(sql, SCHEMA, "duckdb").sql


def test_a_flag_and_its_opposite() -> None:
    sql = (
        "SELECT SUM(CASE WHEN is_weekend THEN orders END), SUM(CASE WHEN NOT is_weekend THEN orders END) FROM main.days"
    )
    assert repair(sql, DAYS, "duckdb", question="Compare orders of weekends and other days").sql == (
        "SELECT is_weekend, SUM(orders) FROM main.days GROUP BY is_weekend"
    )


@pytest.mark.parametrize(
    "question", ["What does an average order bring?", "What is the revenue of an order on average?"]
)
def test_the_average_order_of_a_rollup(question: str) -> None:
    done = repair("SELECT AVG(revenue) FROM main.monthly_sales", SCHEMA, "duckdb", question=question)
    assert done.sql == "SELECT (1.0 * SUM(revenue) / SUM(order_count)) FROM main.monthly_sales"


def test_the_average_month_is_a_row() -> None:
    sql = "SELECT AVG(revenue) FROM main.monthly_sales"
    assert repair(sql, SCHEMA, "duckdb", question="What is the average monthly revenue of orders?").sql == sql


def test_a_constant_beside_them() -> None:
    sql = (
        "SELECT 'days' AS kind, SUM(CASE WHEN is_weekend THEN orders ELSE 0 END) AS a, "
        "SUM(CASE WHEN NOT is_weekend THEN orders ELSE 0 END) AS b FROM main.days GROUP BY kind"
    )
    assert repair(sql, DAYS, "duckdb", question="주말과 평일의 주문 수").sql == (
        "SELECT is_weekend, SUM(orders) FROM main.days GROUP BY is_weekend"
    )


def test_one_figure_of_two_values_is_put_by_them() -> None:
    sql = "SELECT AVG(amount) AS a, AVG(amount) AS b FROM main.orders WHERE status IN ('open', 'shipped')"
    expected = "SELECT status, AVG(amount) FROM main.orders WHERE status IN ('open', 'shipped') GROUP BY status"
    assert (
        repair(sql, SCHEMA, "duckdb", question="Compare the average amount of open and shipped orders").sql == expected
    )
    other = sql.replace("AVG(amount) AS b", "SUM(amount) AS b")
    assert repair(other, SCHEMA, "duckdb", question="The average and the sum of open and shipped orders").sql == other
