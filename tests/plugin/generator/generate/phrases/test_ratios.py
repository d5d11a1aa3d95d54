"""Shares, and averages of counts, about a small clinic."""

from __future__ import annotations

import pytest

from tests.support.clinic import clinic, read

OF_2024 = "visits.scheduled_at >= CAST('2024-01-01' AS DATE) AND visits.scheduled_at < CAST('2025-01-01' AS DATE)"
PERCENT = "COUNT(CASE WHEN {} THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0)"
SHARE = "COUNT(CASE WHEN {} THEN 1 END) * 1.0 / NULLIF(COUNT(*), 0)"
PER_CLIENT = "1.0 * COUNT(visits.client_id) / COUNT(DISTINCT visits.client_id) AS average_count FROM main.visits"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("What share of visits were kept?", SHARE.format("visits.status = 'kept'") + " AS share FROM main.visits"),
        ("What percentage of visits in 2024 were cancelled?", PERCENT.format("visits.status = 'cancelled'")
            + f" AS percentage FROM main.visits WHERE {OF_2024}"),
        ("What is the no_show rate of visits in 2024?", SHARE.format("visits.status = 'no_show'")
            + f" AS share FROM main.visits WHERE {OF_2024}"),
        ("What is the share of visits at sites that are open all night?", SHARE.format("visits.site_id IN (SELECT "
            "sites.site_id FROM main.sites WHERE sites.is_open_all_night)") + " AS share FROM main.visits"),
        ("The cancelled rate for each site", "sites.site_name, " + SHARE.format("visits.status = 'cancelled'")
            + " AS share FROM main.visits JOIN main.sites ON visits.site_id = sites.site_id "
            "GROUP BY sites.site_name, sites.site_id"),
        ("Average number of visits per client in 2024", f"{PER_CLIENT} WHERE {OF_2024}"),
        ("How many visits does a client have on average?", PER_CLIENT),
    ],
)  # fmt: skip
def test_ratios(question: str, sql: str) -> None:
    assert read(question, clinic()) == [f"SELECT {sql}"]


@pytest.mark.parametrize(
    "question",
    [
        "What share of visits in 2024?",  # of what
        "What share of visits were kept in 2024?",  # of 2024, or of all
    ],
)
def test_a_share_of_what_is_not_clear(question: str) -> None:
    assert read(question, clinic()) == []
