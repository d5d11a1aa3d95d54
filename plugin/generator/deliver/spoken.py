"""Cells as people say them: the first days of months are months, of quarters quarters, of years years; a number that
only tells things apart has no thousands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from backends.warehouse.base import Rows
from plugin.generator.ask import Language

_Say = Callable[[date], str]
_SAID: Mapping[Language, Mapping[str, _Say]] = {
    "en": {
        "month": lambda day: f"{day:%Y-%m}",
        "quarter": lambda day: f"{day.year} Q{_quarter(day)}",
        "year": lambda day: str(day.year),
    },
    "ko": {
        "month": lambda day: f"{day.year}년 {day.month}월",
        "quarter": lambda day: f"{day.year}년 {_quarter(day)}분기",
        "year": lambda day: f"{day.year}년",
    },
}
_NAMES = frozenset(("id", "key", "number", "no", "code", "year", "zip", "postcode"))
_FIRST_MONTHS = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,)}


def spoken(rows: Rows, sql: str, dialect: str, language: Language) -> Rows:
    """The rows with such cells as text; a column is one of periods where its name or its expression says so and each
    of its values begins one, of numbers that are names where its name says so."""
    selects = _selects(sql, dialect)
    said: dict[int, Callable[[Any], str]] = {}
    for i, column in enumerate(rows.columns):
        grain = _grain(column, selects[i] if len(selects) == len(rows.columns) else None)
        if grain and all(_begins(row[i], grain) for row in rows.rows):
            said[i] = _SAID[language][grain]
        elif column.casefold().split("_")[-1] in _NAMES:
            said[i] = str
    if not said:
        return rows
    made = (tuple(said[i](v) if i in said and v is not None else v for i, v in enumerate(row)) for row in rows.rows)
    return replace(rows, rows=tuple(made))


def _grain(column: str, projection: exp.Expression | None) -> str:
    last = column.lower().split("_")[-1]
    if last in _FIRST_MONTHS:
        return last
    cut = projection.find(exp.DateTrunc, exp.TimestampTrunc) if projection else None
    unit = cut.text("unit").lower() if cut else ""
    return unit if unit in _FIRST_MONTHS else ""


def _begins(value: Any, grain: str) -> bool:
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        return False
    return value is None or (isinstance(value, date) and value.day == 1 and value.month in _FIRST_MONTHS[grain])


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _selects(sql: str, dialect: str) -> list[exp.Expression]:
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return []
    return list(tree.selects) if isinstance(tree, exp.Query) else []
