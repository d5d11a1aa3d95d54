"""What the columns of an answer are called in Korean, where the catalogue has Korean names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backends.vectors.korean import has_hangul
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.names.naming import noun_of

_AGGREGATED = {"avg_": "average", "sum_": "total", "max_": "highest", "min_": "lowest"}
_BEFORE = {
    "avg_": "평균", "sum_": "총", "max_": "최고", "min_": "최저", "average_": "평균", "highest_": "최고",
    "lowest_": "최저", "running_": "누적", "moving_average_": "이동 평균",
}  # fmt: skip
_BEHIND = {
    "_share": "비율",
    "_change": "증감",
    "_growth": "증감률",
    "_difference": "차이",
    "_count": "수",
    "_month": "월",
}
_PLAIN = {
    "weekday": "요일",
    "count": "건수",
    "day": "날짜",
    "week": "주",
    "month": "월",
    "quarter": "분기",
    "year": "연도",
}


def english(column: str) -> str:
    """The words of a column: avg_price is the average price; "" where it is none."""
    if not column.replace("_", "").isalnum():
        return ""
    start = next((start for start in _AGGREGATED if column.startswith(start)), "")
    return f"{_AGGREGATED[start]} {words(column.removeprefix(start))}" if start else words(column)


def of_day(name: str) -> str:
    """The highest day is the last one."""
    first, _, rest = name.partition(" ")
    said = {"highest": "last", "lowest": "first", "최고": "마지막", "최저": "첫"}.get(first)
    return f"{said} {rest}" if said else name


def korean(columns: Iterable[str], tables: Sequence[CatalogTable]) -> dict[str, str]:
    """Column -> its Korean name; columns that have none are left out."""
    found = ((column, _name(column, tables)) for column in columns)
    return {column: name for column, name in found if name}


def _name(column: str, tables: Sequence[CatalogTable]) -> str:
    own = [known for table in tables if (known := table.column(column)) is not None]
    if name := next((s for known in own for s in known.synonyms if has_hangul(s)), ""):
        return name
    for start, spoken in _BEFORE.items():
        if column.startswith(start) and (rest := _name(column.removeprefix(start), tables)):
            return f"{spoken} {rest}"
    for end, spoken in _BEHIND.items():
        stem = column.removesuffix(end)
        if stem != column and (rest := _name(stem, tables) or _rows(stem, tables)):
            return f"{rest} {spoken}"
    figure, _, each = column.partition("_per_")
    if each and (of := _named(each, tables)) and (rest := _named(figure, tables)):
        return f"{of}당 {rest}"
    return _PLAIN.get(column, "")


def _named(name: str, tables: Sequence[CatalogTable]) -> str:
    """Of a figure, or of what one row is, by how many there are where no row is one: the orders of 주문 수."""
    if found := _rows(name, tables) or _name(name, tables):
        return found
    counted = _name(f"{name}_count", tables)
    return counted.removesuffix("수").rstrip() if counted.endswith("수") else ""


def _rows(noun: str, tables: Sequence[CatalogTable]) -> str:
    own = (table for table in tables if noun_of(table).replace(" ", "_") == noun)
    return next((s for table in own for s in table.synonyms if has_hangul(s)), "")
