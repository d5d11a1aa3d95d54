"""Periods that a statement takes by a date of which the question says nothing."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.clinic import clinic
from tests.support.store import store

SCHEMA, STORE = Schema(tuple(clinic())), Schema(tuple(store()))
MAY = "SELECT COUNT(*) FROM main.visits WHERE {0} >= CAST('2024-05-01' AS DATE) AND {0} < CAST('2024-06-01' AS DATE)"


@pytest.mark.parametrize(
    ("question", "by"),
    [
        ("How many visits were there in May 2024?", "scheduled_at"),
        ("How many visits were checked in during May 2024?", "checked_in_at"),
        ("How many visits were scheduled for May 2024?", "scheduled_at"),
    ],
)
def test_by_what_a_row_tells(question: str, by: str) -> None:
    assert repair(MAY.format("checked_in_at"), SCHEMA, "duckdb", question=question).sql == MAY.format(by)


@pytest.mark.parametrize(
    "condition",
    ["checked_in_at > scheduled_at", "checked_in_at IS NULL", "scheduled_at < CAST('2024-05-01' AS DATE) AND "
        "checked_in_at > CAST('2024-05-01' AS DATE)"],
)  # fmt: skip
def test_what_is_compared_on_purpose_stays(condition: str) -> None:
    sql = f"SELECT COUNT(*) FROM main.visits WHERE {condition}"
    assert repair(sql, SCHEMA, "duckdb", question="How many visits came late in 2024?").sql == sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (  # a site leads up to no visit: its own time is meant
            "SELECT COUNT(*) FROM sites WHERE scheduled_at >= CAST('2024-01-01' AS DATE)",
            "SELECT COUNT(*) FROM main.sites WHERE opened_on >= CAST('2024-01-01' AS DATE)",
        ),
        (  # a bill leads up to its visit, which is joined
            "SELECT SUM(charged_cents) FROM bills WHERE scheduled_at >= CAST('2024-01-01' AS DATE)",
            "SELECT SUM(charged_cents) FROM main.bills JOIN main.visits ON bills.visit_id = visits.visit_id "
            "WHERE visits.scheduled_at >= CAST('2024-01-01' AS DATE)",
        ),
    ],
)
def test_the_time_of_the_table_that_is_read(sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb").sql == expected


ORDERS = "SELECT COUNT(*) FROM main.fct_orders AS o"
SHIPPED = f"{ORDERS} JOIN main.fct_shipments AS s ON o.order_id = s.order_id"


def within(column: str) -> str:
    return f" WHERE {column} >= CAST('2024-05-01' AS DATE) AND {column} < CAST('2024-06-01' AS DATE)"


def test_a_table_that_is_joined_for_its_day_alone_is_left_out() -> None:
    done = repair(SHIPPED + within("s.shipped_on"), STORE, "duckdb", question="How many orders in May 2024?")
    assert done.sql == ORDERS + within("o.order_date")
    assert "took the period by order_date, of fct_orders, not of fct_shipments" in done.notes


@pytest.mark.parametrize(
    ("sql", "question"),
    [
        (SHIPPED + within("s.delivered_on"), "How many orders were delivered in May 2024?"),
        (SHIPPED + within("s.shipped_on"), "How many orders had a shipment in May 2024?"),
        (f"{SHIPPED} AND s.carrier = 'DHL'{within('s.shipped_on')}", "How many orders by DHL in May 2024?"),
        (SHIPPED + within("s.shipped_on") + " AND s.carrier = 'DHL'", "How many orders by DHL in May 2024?"),
        (SHIPPED.replace("COUNT(*)", "SUM(s.repair_hours)") + within("s.shipped_on"), "repair hours in May 2024"),
    ],
)
def test_a_table_of_which_more_is_read_or_said_stays(sql: str, question: str) -> None:
    assert " JOIN main.fct_shipments AS s ON " in repair(sql, STORE, "duckdb", question=question).sql
