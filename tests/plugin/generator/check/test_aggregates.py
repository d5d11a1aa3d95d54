"""Aggregates that no engine would run."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT SUM(CASE WHEN status = 'open' THEN SUM(amount) ELSE 0 END) FROM main.orders",
            "SELECT SUM(CASE WHEN status = 'open' THEN amount ELSE 0 END) FROM main.orders",
        ),
        (
            "SELECT COUNT(order_count) FROM main.monthly_sales",
            "SELECT SUM(order_count) FROM main.monthly_sales",
        ),
        (
            "SELECT SUM(COUNT(*)) FROM main.orders",
            "SELECT SUM(1) FROM main.orders",
        ),
        (
            "SELECT status FROM main.orders GROUP BY status ORDER BY amount DESC LIMIT 1",
            "SELECT status FROM main.orders GROUP BY status ORDER BY SUM(amount) DESC LIMIT 1",
        ),
        (
            "SELECT status, amount FROM main.orders GROUP BY status HAVING amount > 5",
            "SELECT status, SUM(amount) FROM main.orders GROUP BY status HAVING SUM(amount) > 5",
        ),
        (
            "SELECT status, amount AS total FROM main.orders GROUP BY 1 ORDER BY total",
            "SELECT status, SUM(amount) AS total FROM main.orders GROUP BY 1 ORDER BY total",
        ),
        (
            "SELECT amount FROM main.orders WHERE store_id = (SELECT store_id FROM main.stores)",
            "SELECT amount FROM main.orders WHERE store_id IN (SELECT store_id FROM main.stores)",
        ),
        (
            "SELECT amount FROM main.orders WHERE store_id <> (SELECT store_id FROM main.stores)",
            "SELECT amount FROM main.orders WHERE NOT store_id IN (SELECT store_id FROM main.stores)",
        ),
    ],
)
def test_repair(sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb").sql == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT status, SUM(amount) AS total FROM main.orders GROUP BY status ORDER BY total DESC",
        "SELECT store_id, COUNT(*) FROM main.orders GROUP BY store_id ORDER BY store_id",
        "SELECT amount, COUNT(*) FROM main.orders GROUP BY amount ORDER BY amount",
        "SELECT order_id, amount FROM main.orders GROUP BY order_id, amount ORDER BY COUNT(*)",
        "SELECT status FROM main.orders WHERE amount = (SELECT MAX(amount) FROM main.orders)",
        "SELECT status FROM main.orders WHERE amount = (SELECT amount FROM main.orders ORDER BY amount DESC LIMIT 1)",
        "SELECT SUM(amount) / (SELECT SUM(amount) FROM main.orders) FROM main.orders",
        "SELECT SUM(SUM(amount)) OVER (ORDER BY status) FROM main.orders GROUP BY status",
    ],
)
def test_what_runs_stays(sql: str) -> None:
    assert repair(sql, SCHEMA, "duckdb").sql == sql


def test_a_figure_of_what_is_grouped_by_is_one() -> None:
    sql = "SELECT status, amount FROM main.orders GROUP BY order_id ORDER BY COUNT(*)"
    assert "SUM" not in repair(sql, SCHEMA, "duckdb").sql
