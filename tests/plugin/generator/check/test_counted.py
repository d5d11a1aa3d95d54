"""Groups that are counted."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
BUSY = "SELECT {} FROM main.orders GROUP BY store_id HAVING COUNT(*) > 5"
COUNTED = "SELECT COUNT(*) FROM (SELECT store_id FROM main.orders GROUP BY store_id HAVING COUNT(*) > 5) AS counted"


@pytest.mark.parametrize(
    ("question", "outputs"),
    [
        ("How many stores had more than 5 orders?", "COUNT(DISTINCT store_id) AS stores"),
        ("How many stores had more than 5 orders?", "store_id, COUNT(*) AS order_count"),
        ("주문이 5건 넘는 매장은 몇 곳이야?", "COUNT(DISTINCT store_id) AS stores"),
        ("주문이 5건 넘는 매장은 몇 곳이야?", "store_id, COUNT(*) AS order_count"),
    ],
)
def test_things_of_which_something_is_said(question: str, outputs: str) -> None:
    assert repair(BUSY.format(outputs), SCHEMA, "duckdb", question=question).sql == COUNTED


def test_a_condition_on_a_named_output_is_spelled_out() -> None:
    sql = "SELECT store_id, COUNT(*) AS n FROM main.orders GROUP BY store_id HAVING n > 5 ORDER BY n"
    assert repair(sql, SCHEMA, "duckdb", question="How many stores had more than 5 orders?").sql == COUNTED


@pytest.mark.parametrize(
    "question",
    [
        "How many orders did each store with more than 5 have?",
        "Which stores had more than 5 orders?",
        "주문이 5건 넘는 매장별로 몇 건씩이야?",
        "How many orders were in stores with more than 5?",
    ],
)
def test_groups_that_are_wanted_stay(question: str) -> None:
    sql = BUSY.format("store_id, COUNT(*) AS order_count")
    assert "counted" not in repair(sql, SCHEMA, "duckdb", question=question).sql
