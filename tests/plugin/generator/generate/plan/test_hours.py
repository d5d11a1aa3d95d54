"""Hours of the day that no column holds."""

from __future__ import annotations

import pytest

from plugin.generator.ask import Ask, Language, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import Wide, narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.words.weekdays import check, with_hours
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.clinic import clinic

CATALOG = clinic()
TABLES = {t.name.name: t for t in CATALOG}
HOUR = "EXTRACT(HOUR FROM scheduled_at)"


def wide(question: str, table: str = "visits") -> Wide:
    return with_hours(narrow(TABLES[table], CATALOG), question)


def planned(question: str, language: Language = "en") -> str:
    ask = Ask(question, language=language, periods=dates.find(question), groupings=dates.groupings(question))
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
    ("question", "bounds"),
    [
        ("How many visits in the morning?", f"WHERE {HOUR} < 12"),
        ("오전 visits는 몇 건?", f"WHERE {HOUR} < 12"),
        ("오후 visits 수", f"WHERE {HOUR} >= 12"),
        ("How many visits between 9 and 11 am?", f"WHERE {HOUR} >= 9 AND {HOUR} < 11"),
        ("How many visits between 2 and 4 pm?", f"WHERE {HOUR} >= 14 AND {HOUR} < 16"),
        ("How many visits from 9 to 5 pm?", f"WHERE {HOUR} >= 9 AND {HOUR} < 17"),
        ("How many visits after 6 pm?", f"WHERE {HOUR} >= 18"),
        ("How many visits before 8am?", f"WHERE {HOUR} < 8"),
        ("11시부터 14시까지 visits 수", f"WHERE {HOUR} >= 11 AND {HOUR} < 14"),
        ("오후 2시~4시 visits 수", f"WHERE {HOUR} >= 14 AND {HOUR} < 16"),
        ("18시 이후 visits 수", f"WHERE {HOUR} >= 18"),
    ],
)
def test_between_hours(question: str, bounds: str) -> None:
    assert planned(question, language="en" if question.isascii() else "ko").endswith(bounds)


def test_two_parts_of_the_day_are_not_read() -> None:
    with pytest.raises(Unread, match="the hours of what"):
        planned("How many visits in the morning and after 6 pm?")


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
