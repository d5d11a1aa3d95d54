"""The part of things of which something is true, and what is so many times the average, in English questions."""

from __future__ import annotations

import pytest

from tests.plugin.generator.generate.phrases.test_spending import GUESTS, STAYS, read

NEVER = "NOT guests.guest_id IN (SELECT stays.guest_id FROM main.stays WHERE NOT stays.guest_id IS NULL)"
OSLO = "guests.city = 'Oslo'"
TWICE = "SELECT stays.guest_id FROM main.stays GROUP BY stays.guest_id HAVING COUNT(*) >= 2"
AVERAGE = "(SELECT AVG(stays.total_amount) FROM main.stays)"


def _part(condition: str, times: int) -> str:
    name = "percentage" if times == 100 else "share"
    return f"COUNT(CASE WHEN {condition} THEN 1 END) * {times}.0 / NULLIF(COUNT(*), 0) AS {name}"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "What percentage of guests from Oslo have never stayed?",
            f"SELECT {_part(NEVER, 100)} FROM main.guests WHERE guests.city = 'Oslo'",
        ),
        (
            "What share of the guests are from Oslo?",
            f"SELECT {_part(OSLO, 1)} FROM main.guests",
        ),
        (
            "For each city, what share of the guests has at least two stays?",
            "SELECT guests.city, "
            + _part(f"guests.guest_id IN ({TWICE})", 1)
            + " FROM main.guests GROUP BY guests.city",
        ),
        (
            "How many stays had more than 3 times the average total amount?",
            f"SELECT COUNT(*) AS count FROM main.stays WHERE stays.total_amount > 3 * {AVERAGE}",
        ),
        (
            "How many stays have a total amount below half the average?",
            f"SELECT COUNT(*) AS count FROM main.stays WHERE stays.total_amount < 0.5 * {AVERAGE}",
        ),
        (
            "What is the median total amount of stays?",
            "SELECT MEDIAN(stays.total_amount) AS median_total_amount FROM main.stays",
        ),
    ],
)
def test_shares(question: str, sql: str) -> None:
    assert read(question, GUESTS, STAYS) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "What percentage of guests?",
        "What percentage of guests from Oslo?",  # of which guests, among whom?
        "What share of the best guests are from Oslo?",
    ],
)
def test_not_read(question: str) -> None:
    assert not read(question, GUESTS, STAYS)
