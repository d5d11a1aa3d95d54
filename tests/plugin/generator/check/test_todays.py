"""Today is the last day of the data."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
TODAY = date(2020, 8, 30)


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        (
            "How many orders are still open today?",
            "SELECT COUNT(*) FROM main.orders WHERE order_date <= CURRENT_DATE",
            "SELECT COUNT(*) FROM main.orders WHERE order_date <= CAST('2020-08-30' AS DATE)",
        ),
        (
            "주문은 상태별로 몇 건이야?",
            "SELECT status, COUNT(*) FROM main.orders WHERE order_date = CURRENT_DATE AND amount > 1 GROUP BY status",
            "SELECT status, COUNT(*) FROM main.orders WHERE amount > 1 GROUP BY status",
        ),
    ],
)
def test_the_clock_of_the_engine_is_not_asked(question: str, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question=question, today=TODAY).sql == expected
