"""What a made database is filled with: for each column the values worth trying, most telling first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog_sync.model import Catalog, CatalogColumn
from catalog_sync.types import is_boolean, is_moment, is_text
from feedback.evaluation.metrics.linking import is_text_in_quotes

_NUMBER = re.compile(r"int|real|num|dec|doub|float|money|serial|long|hugeint", re.IGNORECASE)
_DAY = re.compile(r"^(\d{4}-\d\d-\d\d)(.*)$")
_MOST_VALUES = 6
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.In, exp.Between)
_FIRST_DAY = date(2020, 1, 1)


@dataclass(frozen=True)
class Pool:
    """`telling` are literals of the statements and what lies just beside them, `plain` any others."""

    telling: tuple[Any, ...]
    plain: tuple[Any, ...]
    null: bool = False


Pools = Mapping[tuple[str, str], Pool]
Samples = Mapping[tuple[str, str], Sequence[Any]]


def pools(catalog: Catalog, statements: Iterable[str], samples: Samples | None = None) -> Pools:
    """By table and column. `samples` are real values; NULL is tried only where they hold one."""
    literals = _literals(statements, catalog)
    made = {}
    for table in catalog:
        for column in table.columns:
            key = str(table.name), column.name
            made[key] = _pool(column, literals.get(column.name.lower(), ()), (samples or {}).get(key, ()))
    return made


def _pool(column: CatalogColumn, written: Sequence[str], sample: Sequence[Any]) -> Pool:
    values = [v for v in sample if v is not None]
    telling = [near for text in written for near in _near(text, column.type, values)]
    plain = list(values[:_MOST_VALUES]) or list(column.values[:_MOST_VALUES]) or _made(column.type)
    return Pool(tuple(dict.fromkeys(telling)), tuple(dict.fromkeys(plain)), any(v is None for v in sample))


def _literals(statements: Iterable[str], catalog: Catalog) -> dict[str, list[str]]:
    """By the name of the column that they are compared with, in lower case."""
    known = {column.name.lower() for table in catalog for column in table.columns}
    found: dict[str, list[str]] = {}
    for sql in statements:
        try:
            tree = sqlglot.parse_one(sql, dialect=catalog.dialect)
        except SqlglotError:
            continue
        for comparison in tree.find_all(*_COMPARED):
            columns = list(comparison.find_all(exp.Column))
            texts = [literal.this for literal in comparison.find_all(exp.Literal)]
            texts += [c.name for c in columns if is_text_in_quotes(c, known)]
            for name in {c.name.lower() for c in columns} & known:
                found.setdefault(name, []).extend(t for t in texts if t not in found.get(name, ()))
    return found


def _near(text: str, kind: str, values: Sequence[Any]) -> list[Any]:
    """A literal with what lies below and above it, in the type of the column (or of its real values)."""
    is_number = all(isinstance(v, (int, float)) for v in values) if values else bool(_NUMBER.search(kind))
    number = _number(text)
    if number is not None and is_number:
        return [number, number - 1, number + 1]
    if number is not None:
        return [text, str(number + 1)]
    if day := _DAY.match(text):
        try:
            at = date.fromisoformat(day[1])
        except ValueError:
            return [text]
        return [text, *(f"{at + timedelta(days=n)}{day[2]}" for n in (-1, 1))]
    if "%" in text or "_" in text:
        bare = text.replace("%", "").replace("_", "x")
        return [bare, f"a{bare}", f"{bare}z", f"a{bare}z"]
    return list(dict.fromkeys([text, text.lower(), text.title()])) if not is_number else []


def _number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _made(kind: str) -> list[Any]:
    if is_boolean(kind):
        return [True, False]
    if is_moment(kind):
        return [f"{_FIRST_DAY + timedelta(days=40 * n)}" for n in range(_MOST_VALUES)]
    if _NUMBER.search(kind) and not is_text(kind):
        return list(range(_MOST_VALUES))
    return ["a", "b", "c", "d"]
