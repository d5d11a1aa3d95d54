"""Spans of days, and how they are found from the last day of the data. Weeks start on Monday (ISO 8601)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "half", "year"]


@dataclass(frozen=True)
class Period:
    """Half-open: from `start` up to but without `end`; None means no bound on that side."""

    start: date | None
    end: date | None


Resolve = Callable[[date], Period]
"""The period of a phrase, given the last day of the data."""


@dataclass(frozen=True)
class Rule:
    """A way to say when, and what it means; None where it means nothing after all."""

    pattern: re.Pattern[str]
    build: Callable[[re.Match[str]], Resolve | None]


def rule(pattern: str, build: Callable[[re.Match[str]], Resolve | None]) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), build)


def start_of(unit: Unit, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return date(day.year, 1, 1)
    months = {"month": 1, "quarter": 3, "half": 6}[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def shift(unit: Unit, day: date, count: int) -> date:
    """`count` units later; the day of the month is kept where that month has it, else its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def calendar(unit: Unit, offset: int, count: int = 1) -> Resolve:
    def resolve(today: date) -> Period:
        start = shift(unit, start_of(unit, today), offset)
        return Period(start, shift(unit, start, count))

    return resolve


def window(unit: Unit, count: int) -> Resolve:
    def resolve(today: date) -> Period:
        end = today + timedelta(days=1)
        return Period(shift(unit, end, -count), end)

    return resolve


def to_date(unit: Unit) -> Resolve:
    return lambda today: Period(start_of(unit, today), today + timedelta(days=1))


def fixed(unit: Unit, start: date, count: int = 1) -> Resolve:
    period = Period(start, shift(unit, start, count))
    return lambda _today: period


def year_part(unit: Unit, year: int | None, ordinal: int) -> Resolve:
    months = {"month": 1, "quarter": 3, "half": 6}[unit]

    def resolve(today: date) -> Period:
        start = date(today.year if year is None else year, (ordinal - 1) * months + 1, 1)
        return Period(start, shift(unit, start, 1))

    return resolve


def bounded(side: str, inner: Resolve) -> Resolve:
    def resolve(today: date) -> Period:
        period = inner(today)
        if side in ("since", "from"):
            return Period(period.start, None)
        if side == "after":
            return Period(period.end, None)
        if side == "before":
            return Period(None, period.start)
        return Period(None, period.end)

    return resolve


def month_range(first: int, last: int, year: int | None) -> Resolve | None:
    """From one month up to another of the same year; without a year the last ones that have begun."""
    if first > last:
        return None

    def resolve(today: date) -> Period:
        end = (year_part("month", year, last) if year else latest("month", last))(today)
        assert end.start is not None
        return Period(date(end.start.year, first, 1), end.end)

    return resolve


def day_range(
    year: int | None, first: tuple[int, int], last: tuple[int, int], last_year: int | None = None
) -> Resolve | None:
    """From a day (month, day) up to and with another; without a year the last ones that have begun."""
    try:
        date(year or 2000, *first), date(last_year or year or 2000, *last)
    except ValueError:
        return None

    def resolve(today: date) -> Period:
        of = year or (today.year if date(today.year, *first) <= today else today.year - 1)
        return Period(date(of, *first), date(last_year or of, *last) + timedelta(days=1))

    return resolve if (last_year or year or 0, last) >= (year or 0, first) else None


def latest(unit: Unit, ordinal: int) -> Resolve:
    """The last one of its name that has begun: "in March" asked in June is this year's, in February last year's."""

    def resolve(today: date) -> Period:
        period = year_part(unit, today.year, ordinal)(today)
        begun = period.start is not None and period.start <= today
        return period if begun else year_part(unit, today.year - 1, ordinal)(today)

    return resolve


def valid_date(year: str, month: str, day: str) -> Resolve | None:
    try:
        return fixed("day", date(int(year), int(month), int(day)))
    except ValueError:
        return None


def end_of_year(first: bool, count: int, unit: Unit, year: int) -> Resolve:
    """ "The last three months of 2019"."""
    start = date(year, 1, 1)
    if first:
        return lambda _today: Period(start, shift(unit, start, count))
    end = shift("year", start, 1)
    return lambda _today: Period(shift(unit, end, -count), end)
