"""The first and the last of what things have, and the days between them, in English questions."""

from __future__ import annotations

import pytest

from tests.plugin.generator.generate.phrases.test_spending import GUESTS, STAYS, read
from tests.support.catalogs import table

MEMBERS = table("members", "member_id int, first_stay_date date", key="member_id")
NIGHTS = table(
    "stays", "stay_id int, member_id int, arrived_on date", key="stay_id", refs={"member_id": "members.member_id"}
)

COUNT = "SELECT COUNT(*) AS count FROM main.guests WHERE guests.guest_id IN "
EACH = "SELECT stays.guest_id FROM main.stays GROUP BY stays.guest_id HAVING "
YEAR = "{0} >= CAST('2019-01-01' AS DATE) AND {0} < CAST('2020-01-01' AS DATE)"
PLACES = "SELECT guest_id, arrived_on, ROW_NUMBER() OVER (PARTITION BY guest_id ORDER BY arrived_on) AS place"
AT = "MAX(CASE WHEN place = {} THEN arrived_on END)"
TWO = (
    f"SELECT guest_id, DATE_DIFF('DAY', {AT.format(1)}, {AT.format(2)}) AS days FROM ({PLACES} FROM main.stays) "
    f"AS numbered GROUP BY guest_id HAVING NOT {AT.format(2)} IS NULL"
)
BEFORE = "LAG(arrived_on) OVER (PARTITION BY guest_id ORDER BY arrived_on)"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many guests had their first stay in 2019?", f"{COUNT}({EACH}{YEAR.format('MIN(stays.arrived_on)')})"),
        (
            "How many guests made their very first stay in 2019?",
            f"{COUNT}({EACH}{YEAR.format('MIN(stays.arrived_on)')})",
        ),
        (
            "How many guests made their last stay before May 2020?",
            f"{COUNT}({EACH}MAX(stays.arrived_on) < CAST('2020-05-01' AS DATE))",
        ),
        (
            "List the guests whose first stay was in 2019.",
            f"{COUNT.replace('COUNT(*) AS count', 'guests.guest_name')}({EACH}{YEAR.format('MIN(stays.arrived_on)')})",
        ),
        (
            "What is the average number of days between a guest's first and second stay?",
            f"SELECT AVG(days) AS avg_days FROM ({TWO}) AS gaps",
        ),
        (
            "How many days pass on average between a guest's first and second stay?",
            f"SELECT AVG(days) AS avg_days FROM ({TWO}) AS gaps",
        ),
        (
            "What is the median number of days between consecutive stays of a guest?",
            f"SELECT MEDIAN(days) AS median_days FROM (SELECT DATE_DIFF('DAY', {BEFORE}, arrived_on) AS days "
            "FROM main.stays) AS gaps",
        ),
        (
            "What is the average number of days between a guest's first and last stay?",
            "SELECT AVG(days) AS avg_days FROM (SELECT guest_id, DATE_DIFF('DAY', MIN(arrived_on), MAX(arrived_on)) "
            "AS days FROM main.stays GROUP BY guest_id HAVING COUNT(*) > 1) AS gaps",
        ),
        (
            "How many guests stayed again within 30 days of their first stay?",
            f"{COUNT}(SELECT guest_id FROM ({TWO}) AS gaps WHERE days <= 30)",
        ),
    ],
)
def test_firsts(question: str, sql: str) -> None:
    assert read(question, GUESTS, STAYS) == [sql]


def test_a_column_tells_of_the_first() -> None:
    (sql,) = read("How many members had their first stay in 2019?", MEMBERS, NIGHTS)
    assert sql == f"SELECT COUNT(*) AS count FROM main.members WHERE {YEAR.format('members.first_stay_date')}"


@pytest.mark.parametrize(
    "question",
    [
        "How many guests had their first child in 2019?",
        "How many days pass between a guest's first and second stay?",  # of whom?
        "What is the average number of days between a guest's second and first stay?",
        "What is the average number of days between first and second stays?",  # whose?
        "How many guests stayed again within 30 days of their last stay?",
    ],
)
def test_not_read(question: str) -> None:
    assert not read(question, GUESTS, STAYS)
