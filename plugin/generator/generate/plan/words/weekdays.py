"""Days of the week and hours of the day, of which most tables have no column: 요일별, "at weekends", 시간대별."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import ValueHit
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.words import dayparts

DIALECTS = frozenset(("duckdb", "postgres"))
_DAY, _WEEKEND, _HOUR = "weekday", "is_weekend", "hour"
_HOURS = re.compile(
    r"\b(?:by|per|each|every|which|what|of) hour\b|\bhours? of (?:the )?day\b|\bhourly\b|시간대", re.IGNORECASE
)
_DAYS = {
    "Monday": "월", "Tuesday": "화", "Wednesday": "수", "Thursday": "목", "Friday": "금", "Saturday": "토",
    "Sunday": "일",
}  # fmt: skip
_MADE = (
    CatalogColumn(_DAY, "VARCHAR", values=tuple(_DAYS), values_exact=True),
    CatalogColumn(_WEEKEND, "BOOLEAN", synonyms=("주말",)),
)
_WEEKENDS = frozenset(("weekend", "weekends"))
_WEEKS = frozenset(("week", "weekday", "dow")) | _WEEKENDS
_SPOKEN = re.compile(
    r"\bweek(?:day|end)s?\b|\bdays? of the week\b|요일|주말|평일|주중|\b(?:" + "|".join(_DAYS) + r")s?\b",
    re.IGNORECASE,
)


def with_weekdays(wide: Wide, question: str) -> Wide:
    """With a column of the day of the week, and one of whether it is a weekend, where the question speaks of them and
    the table has none."""
    table = wide.table
    spelled = {part for c in table.columns for part in c.name.casefold().split("_")}
    made = [c for c in _MADE if not spelled & (_WEEKENDS if c.name == _WEEKEND else _WEEKS)]
    if not _SPOKEN.search(question) or not made:
        return wide
    if (time := _time(table, question)) is None or tables.grain(time) != "day":
        return wide
    whole = replace(table, columns=(*table.columns, *made))
    return replace(wide, table=whole, derived={**wide.derived, **{c.name: (time.name,) for c in made}})


def with_hours(wide: Wide, question: str) -> Wide:
    """With the hour of the moment that rows are of, where the question speaks of hours."""
    table = wide.table
    if not (_HOURS.search(question) or dayparts.are_spoken_of(question)) or any(
        "hour" in c.name.casefold().split("_") for c in table.columns
    ):
        return wide
    own = [c for c in wide.base.columns if c.type.upper().startswith(("TIMESTAMP", "DATETIME")) and not c.pii]
    spoken = tables.spoken_time(table, question)
    moment = next((c for c in own if spoken is not None and c.name == spoken.name), next(iter(own), None))
    if moment is None or table.view is not None:
        return wide
    whole = replace(table, columns=(*table.columns, CatalogColumn(_HOUR, "BIGINT")))
    return replace(wide, table=whole, derived={**wide.derived, _HOUR: (moment.name,)})


def is_hour(name: str) -> bool:
    return name == _HOUR


def is_part(column: str) -> bool:
    """Of a day or a week: a weekday, an hour; of each there are many days."""
    spelled = column.casefold().split("_")
    return column.casefold() in (_DAY, _HOUR) or bool({"weekday", "dow", "hour"} & set(spelled))


def hits(wide: Wide, question: str) -> Iterator[ValueHit]:
    """월요일, "Mondays"."""
    for day, korean in _DAYS.items() if _DAY in wide.derived else ():
        for phrase in (f"{korean}요일", day.casefold()):
            if phrase in question.casefold():
                yield ValueHit(phrase, str(wide.base.name), _DAY, day, 1.0)


def written(name: str, time: exp.Expression) -> exp.Expression:
    """Monday is the first day."""
    if name == _HOUR:
        return exp.Extract(this=exp.var("HOUR"), expression=time)
    if name == _WEEKEND:
        return exp.GTE(this=exp.Extract(this=exp.var("ISODOW"), expression=time), expression=exp.Literal.number(6))
    moment = exp.Cast(this=time, to=exp.DataType.build("timestamp"))
    return exp.TimeToStr(this=moment, format=exp.Literal.string("%A"))


def check(wide: Wide, used: set[str], dialect: str) -> None:
    """Raises Unread where the engine has other words for it."""
    if used & {_DAY, _WEEKEND, _HOUR} & set(wide.derived) and dialect not in DIALECTS:
        raise Unread("days of the week")


def _time(table: CatalogTable, question: str) -> CatalogColumn | None:
    if (spoken := tables.spoken_time(table, question)) is not None:
        return spoken
    found = tables.time_column(table) if table.view else tables.event_time(table)
    return found if found is not None and tables.is_time(found) else None
