"""Questions for a day, about a small clinic."""

from __future__ import annotations

import pytest

from tests.support.clinic import clinic, read


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("When did the North site open?", "SELECT sites.opened_on FROM main.sites WHERE sites.site_name = 'North'"),
        ("When was the last visit?", "SELECT MAX(visits.scheduled_at) AS max_scheduled_at FROM main.visits"),
        ("When was the first visit of the North site?", "SELECT MIN(visits.scheduled_at) AS min_scheduled_at "
            "FROM main.visits WHERE visits.site_id IN "
            "(SELECT sites.site_id FROM main.sites WHERE sites.site_name = 'North')"),
    ],
)  # fmt: skip
def test_the_day_of_it(question: str, sql: str) -> None:
    assert read(question, clinic()) == [sql]


def test_whose_day_is_not_said() -> None:
    assert read("When did clients join?", clinic()) == []
