"""Times of a table: when it happened what a row tells, by which unit, and the day on which the data end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from backends.vectors.english import stem
from catalog_sync.names import row_noun, singulars, without_layer, words

if TYPE_CHECKING:
    from catalog_sync.model import CatalogColumn, CatalogTable

Grain = Literal["day", "week", "month", "quarter", "year"]

_COARSE: tuple[Grain, ...] = ("week", "month", "quarter", "year")
_CLOCK = frozenset(("at", "on", "date", "day", "time", "ts", "timestamp", "datetime", "dt", "utc"))
_LATER = frozenset(
    (
        "due",
        "expected",
        "promised",
        "planned",
        "scheduled",
        "estimated",
        "return",
        "returned",
        "ret",
        "delivery",
        "delivered",
        "close",
        "closed",
        "end",
        "ended",
        "ending",
        "finish",
        "finished",
        "until",
        "expiry",
        "expires",
        "expired",
        "valid",
        "updated",
        "modified",
        "loaded",
        "synced",
        "birth",
        "first",
        "last",
    )
)
"""Of times that are planned, or of something that comes after what a row tells, or of its being kept."""
_PARTS = frozenset(map(stem, ("line", "item", "detail", "entry", "position")))
_MADE = frozenset(("created", "added", "entered", "placed", "recorded", "booked"))
_PLANNED = frozenset(("scheduled", "planned"))
"""Of the day of it, where the others are there only of what took place."""


def is_time(column: CatalogColumn) -> bool:
    kind = column.type.upper()
    return kind.startswith(("DATE", "TIMESTAMP", "DATETIME"))


def time_column(table: CatalogTable) -> CatalogColumn | None:
    """The one that a view declares, else that of the event, else the first date or timestamp."""
    declared = table.view.time_column if table.view else None
    if declared and (column := table.column(declared)):
        return column
    return event_time(table) or next((c for c in table.columns if is_time(c)), None)


def event_time(table: CatalogTable) -> CatalogColumn | None:
    """When it happened what a row tells, where one time column alone can be that: a loan is not of the day on which it
    is due, and an order not of that on which some were paid. None where there are several, or none."""
    own = {word for word in _LATER for noun in singulars(table.name.name) if _alike(word, noun)}
    times = [c for c in table.columns if is_time(c) and not (_LATER - _PLANNED - own) & _spoken_words(c)]
    plain = _days([c for c in times if not _PLANNED & _spoken_words(c)])
    if owner := owner_of_lines(table):
        plain = [c for c in plain if (_MADE | {owner}) & _spoken_words(c)]
        return plain[0] if len(plain) == 1 else None
    if period := _period(plain):
        return period
    whole = [c for c in times if c.gaps is False]
    if len(whole) == 1 and all(c.gaps for c in times if c is not whole[0]):
        return whole[0]
    return plain[0] if len(plain) == 1 else _own_day(table, times)


def owner_of_lines(table: CatalogTable) -> str:
    """Order lines, invoice items: of what rows are the parts, by their noun and the key to it; they are of its day, not
    of that on which something was done to them. "" where they are things of their own."""
    keys = {words(k.columns[0]).removesuffix(" id") for k in table.foreign_keys if len(k.columns) == 1}
    for called in (row_noun(table), without_layer(table.name.name)):
        whose, _, part = called.rpartition(" ")
        if stem(part) in _PARTS and whose in keys:
            return whose
    return ""


def _own_day(table: CatalogTable, times: list[CatalogColumn]) -> CatalogColumn | None:
    """The one day that is called after the rows, by what they are before of what: requested_at of leave requests beside
    leave_start_date; flight_date of flights, booked_on of bookings beside booked_at, appt_dt where appt_id is the key;
    else the one moment, booked_at of reservations that are called bookings too."""
    rows = {word for name in (table.name.name, *table.synonyms) for word in singulars(name)}
    key = words(table.primary_key[0]).split() if len(table.primary_key) == 1 else []
    own = set(key[:1]) if key[1:] == ["id"] else set()
    heads = {name.split()[-1] for name in (row_noun(table), *table.synonyms) if name.strip()} & rows
    called = [c for c in times if any(_alike(w, head) for w in words(c.name).split() for head in heads)]
    called = called or [c for c in times if any(w in own or _alike(w, r) for w in words(c.name).split() for r in rows)]
    days = [c for c in called if c.type.upper() == "DATE"] or called
    return days[0] if len(days) == 1 else None


def _alike(word: str, noun: str) -> bool:
    return len(word) > 3 and (word == noun or (len(noun) > 4 and word[:4] == noun[:4] and word.endswith("ed")))


def _days(times: list[CatalogColumn]) -> list[CatalogColumn]:
    """Without the time of a day that stands beside it: `ordered_at` beside `order_date` tells no more of when, nor do
    moments that begin and end with the days: `check_in_at` beside `work_date`."""
    days = [c for c in times if c.type.upper() == "DATE"]
    events, spans = {_event(c) for c in days}, {_span(c) for c in days} - {("", "")}
    return [c for c in times if c in days or not (_event(c) in events or _span(c) in spans)]


def _span(column: CatalogColumn) -> tuple[str, str]:
    """The first and the last day in it."""
    return column.min_value[:10], column.max_value[:10]


def _period(times: list[CatalogColumn]) -> CatalogColumn | None:
    """The month that rows are of, beside the day on which something was done with them: `pay_month` beside `paid_on`,
    but no `order_month` beside `order_date`, which says the same."""
    coarse = [c for c in times if c.min_value and grain(c) != "day"]
    events = [set(_event(c)) for c in times if c not in coarse]
    others = [c for c in coarse if not any(event <= set(_event(c)) for event in events)]
    return others[0] if events and len(coarse) == len(others) == 1 else None


def _event(column: CatalogColumn) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(column.name).split() if word not in _CLOCK)


def _spoken_words(column: CatalogColumn) -> set[str]:
    return {word for name in (column.name, *column.synonyms) for word in singulars(name)}


def grain(column: CatalogColumn) -> Grain:
    """By its name (`order_month`), and only if its values are the first days of such a unit; else a day.

    A number is a year.
    """
    if not is_time(column):
        return "year"
    named = singulars(column.name)
    for unit in _COARSE:
        if unit in named and all(_starts(unit, v) for v in (column.min_value, column.max_value) if v):
            return unit
    return "day"


def _starts(unit: Grain, text: str) -> bool:
    day = _day(text)
    return day is None or (day.weekday() == 0 if unit == "week" else day.day == 1)


def last_day(table: CatalogTable) -> date | None:
    """None where the table has no time by the day, or nobody knows its range."""
    column = time_column(table)
    return _day(column.max_value) if column is not None and grain(column) == "day" else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
