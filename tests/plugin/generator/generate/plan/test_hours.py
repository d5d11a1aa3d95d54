"""Hours of the day that no column holds."""

from __future__ import annotations

import pytest

from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.weekdays import check, with_hours
from plugin.generator.generate.plan.wide import Wide, narrow
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.clinic import clinic

CATALOG = clinic()
TABLES = {t.name.name: t for t in CATALOG}
HOUR = "EXTRACT(HOUR FROM scheduled_at)"


def wide(question: str, table: str = "visits") -> Wide:
    return with_hours(narrow(TABLES[table], CATALOG), question)


def planned(question: str) -> str:
    ask = Ask(question, "en", periods=dates.find(question), groupings=dates.groupings(question))
    ask = ask.add(routes=tuple(Route(t, 1.0) for t in TABLES.values()))
    return write(read(ask, wide(question)), CATALOG, "duckdb")


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How many visits by hour of the day?",
            (f"SELECT {HOUR} AS hour, COUNT(*)", f"GROUP BY {HOUR} ORDER BY {HOUR}"),
        ),
        ("Which hour of the day has the most visits?", (f"SELECT {HOUR} AS hour", "ORDER BY COUNT(*) DESC LIMIT 1")),
        ("visits by hour of the day in May 2024", (f"GROUP BY {HOUR}", "scheduled_at >= CAST('2024-05-01' AS DATE)")),
    ],
)
def test_by_the_moment_that_rows_are_of(question: str, parts: tuple[str, ...]) -> None:
    sql = planned(question)
    assert all(part in sql for part in parts), sql


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("How many hours did visits take?", "visits"),  # lasting
        ("visits within 24 hours", "visits"),
        ("bills by hour of the day", "bills"),  # days alone
    ],
)
def test_no_hour_where_none_is_spoken_of_or_known(question: str, table: str) -> None:
    assert not wide(question, table).derived


def test_only_where_the_engine_has_these_words() -> None:
    check(wide("visits by hour of the day"), {"hour"}, "duckdb")
    with pytest.raises(Unread):
        check(wide("visits by hour of the day"), {"hour"}, "sqlite")
