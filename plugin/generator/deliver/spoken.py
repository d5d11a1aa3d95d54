"""Cells as people say them: the first days of months are months, of quarters quarters, of years years; a number that
only tells things apart has no thousands; a part of one is told in percent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
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
_OF_FLAGS = re.compile(r"^(?:is|has|was|had) | ?여부$")
_NAMES = frozenset(("id", "key", "number", "no", "code", "year", "zip", "postcode"))
_PARTS = frozenset(("share", "growth", "rate"))
_FIRST_MONTHS = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,)}


class Part(float):
    """Of one: 0.25 is said as 25 %."""

    def __str__(self) -> str:
        return f"{self * 100:,.1f}%"


def spoken(rows: Rows, sql: str, dialect: str, language: Language) -> Rows:
    """The rows with such cells as text, or as a `Part`; a column is one of periods where its name or its expression
    says so and each of its values begins one, of numbers that are names where its name says so, of parts where its
    name does and the statement divides without making it percent."""
    selects = _selects(sql, dialect)
    said: dict[int, Callable[[Any], Any]] = {}
    for i, column in enumerate(rows.columns):
        projection = selects[i] if len(selects) == len(rows.columns) else None
        grain = _grain(column, projection)
        if grain and all(_begins(row[i], grain) for row in rows.rows):
            said[i] = _SAID[language][grain]
        elif column.casefold().split("_")[-1] in _NAMES or column.casefold().startswith("year_"):
            said[i] = str
        elif projection is not None and (whole := _whole(column, projection)):
            said[i] = partial(_part, whole)
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


def with_flags(rows: Rows, called: Sequence[str], language: Language) -> Rows:
    """A flag beside figures as what it says: weekend, not weekend; 주말, 주말 아님. `called`: the columns in words."""
    flags = {
        i: _OF_FLAGS.sub("", called[i])
        for i in range(len(rows.columns) if len(rows.columns) > 1 else 0)
        if all(isinstance(row[i], bool) for row in rows.rows)
    }
    if not any(flags.values()):
        return rows
    no = "{} 아님" if language == "ko" else "not {}"

    def cell(at: int, value: Any) -> Any:
        name = flags.get(at)
        return (name if value else no.format(name)) if name else value

    return replace(rows, rows=tuple(tuple(cell(i, v) for i, v in enumerate(row)) for row in rows.rows))


def _whole(column: str, projection: exp.Expression) -> float:
    """What all of them together would be, 1 or 100; 0 where the column is no part of anything."""
    divided = projection.unalias()
    if column.casefold().split("_")[-1] not in _PARTS or not isinstance(divided, exp.Div):
        return 0
    factor = divided.this.expression if isinstance(divided.this, exp.Mul) else None
    return float(factor.this) if isinstance(factor, exp.Literal) and factor.this in ("1.0", "100.0") else 0


def _part(whole: float, value: Any) -> Part:
    return Part(float(value) / whole)


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
