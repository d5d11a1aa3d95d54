"""Periods that a statement takes by a date of which the question says nothing."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.clinic import clinic

SCHEMA = Schema(tuple(clinic()))
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
