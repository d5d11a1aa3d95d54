"""Rankings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop, table

SCHEMA = Schema(shop().tables)
RANKED = "SELECT store_name FROM main.monthly_sales GROUP BY store_name ORDER BY SUM(revenue){} LIMIT 1"


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("Which store has the lowest revenue?", ""),
        ("매출이 가장 적은 매장은?", ""),
        ("Which store has the most revenue?", " DESC"),
        ("매출이 제일 많은 매장은?", " DESC"),
    ],
)
def test_the_end_that_is_asked_for_comes_first(question: str, end: str) -> None:
    for written in ("", " DESC"):
        assert repair(RANKED.format(written), SCHEMA, "duckdb", question=question).sql == RANKED.format(end)


@pytest.mark.parametrize(
    "question",
    [
        "Which store that has revenue in at least two months is first?",
        "Which store has the best revenue?",
        "Which store has the lowest revenue, and which the highest?",
    ],
)
def test_what_has_no_plain_end_is_left_as_it_is(question: str) -> None:
    for written in ("", " DESC"):
        assert repair(RANKED.format(written), SCHEMA, "duckdb", question=question).sql == RANKED.format(written)


def test_a_total_of_what_each_thing_has() -> None:
    sql = (
        "SELECT s.store_name, o.amount FROM main.stores AS s JOIN main.orders AS o ON s.store_id = o.store_id "
        "ORDER BY o.amount DESC LIMIT 3"
    )
    assert repair(sql, SCHEMA, "duckdb", question="Top 3 stores by total amount, with the amount").sql == (
        "SELECT s.store_name, SUM(o.amount) FROM main.stores AS s JOIN main.orders AS o ON s.store_id = o.store_id "
        "GROUP BY s.store_name ORDER BY SUM(o.amount) DESC LIMIT 3"
    )
    assert repair(sql, SCHEMA, "duckdb", question="Top 3 amounts with the store").sql == sql


@pytest.mark.parametrize("question", ["How many orders were there?", "주문은 모두 몇 건이야?"])
def test_how_many_is_a_count(question: str) -> None:
    sql = "SELECT SUM({}) FROM main.monthly_sales"
    view = SCHEMA.tables[-1]
    spoken = replace(
        view,
        columns=tuple(replace(c, synonyms=("주문 건수",)) if c.name == "order_count" else c for c in view.columns),
    )
    schema = Schema((*SCHEMA.tables[:-1], spoken))
    assert repair(sql.format("revenue"), schema, "duckdb", question=question).sql == sql.format("order_count")


def test_a_subquery_on_the_same_table_is_of_the_row_around_it() -> None:
    inner = "SELECT AVG(amount) FROM main.orders WHERE status = orders.status"
    sql = f"SELECT COUNT(*) FROM main.orders WHERE amount > ({inner})"
    assert repair(sql, SCHEMA, "duckdb").sql == (
        "SELECT COUNT(*) FROM main.orders WHERE amount > (SELECT AVG(other.amount) FROM main.orders AS other "
        "WHERE other.status = orders.status)"
    )


def test_a_value_that_is_of_a_columns_name_is_no_condition() -> None:
    sql = "SELECT status, COUNT(*) FROM main.orders WHERE status = 'open' GROUP BY status"
    values = replace(SCHEMA.tables[3].columns[5], name="open_status")
    table = replace(SCHEMA.tables[3], columns=(*SCHEMA.tables[3].columns[:5], values))
    done = repair(sql.replace("status", "open_status"), Schema((table,)), "duckdb", question="orders by open status")
    assert done.sql == "SELECT open_status, COUNT(*) FROM main.orders GROUP BY open_status"


@pytest.mark.parametrize(
    ("question", "outputs"),
    [
        ("List the five dearest orders by id and amount", "order_id, amount"),
        ("List the five orders with the highest amount by id", "order_id"),
        ("What are the ids of the 5 best orders by amount?", "order_id"),
    ],
)
def test_what_is_asked_for_stays(question: str, outputs: str) -> None:
    sql = "SELECT {} FROM main.orders ORDER BY amount DESC LIMIT 5"
    assert repair(sql.format("order_id, amount"), SCHEMA, "duckdb", question=question).sql == sql.format(outputs)


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("Which kind was the slowest on average?", " DESC"),
        ("어느 종류가 가장 느린가요?", " DESC"),
        ("Which kind was the fastest?", ""),
        ("가장 빠른 종류는?", ""),
    ],
)
def test_the_slowest_takes_longest(question: str, end: str) -> None:
    schema = Schema((table("trips", "kind varchar, transit_days int, speed int"),))
    for written in ("", " DESC"):
        sql = "SELECT kind FROM main.trips GROUP BY kind ORDER BY AVG({}){} LIMIT 1"
        assert repair(sql.format("transit_days", written), schema, "duckdb", question=question).sql.endswith(
            f"AVG(transit_days){end} LIMIT 1"
        )
        kept = repair(sql.format("speed", written), schema, "duckdb", question=question).sql
        assert kept.endswith(f"AVG(speed){written} LIMIT 1")
