"""Units in which the figures of a column are: of `resolution_hours` hours, "EUR incl. VAT"; numbers in another one:
2 hours are 120 of a column of minutes."""

from __future__ import annotations

import re
from decimal import Decimal

from catalog_sync.documents import words
from catalog_sync.model import CatalogColumn
from plugin.generator.tables import is_number

_SAME: tuple[frozenset[str], ...] = tuple(
    frozenset(lot.split())
    for lot in (
        "euro euros eur € 유로",
        "dollar dollars usd $ 달러",
        "pound pounds gbp £",
        "krw won ₩ 원",
        "cent cents",
        "second seconds sec secs s 초",
        "minute minutes min mins 분",
        "hour hours hr hrs h 시간",
        "day days 일",
        "week weeks 주",
        "month months 개월",
        "year years 년",
        "kg kgs kilogram kilograms kilos 킬로그램 킬로",
        "g gram grams 그램",
        "tonne tonnes ton tons t 톤",
        "km kms kilometer kilometers kilometre kilometres 킬로미터",
        "m meter meters metre metres 미터",
        "percent percentage pct %",
        "unit units piece pieces pcs qty quantity",
    )
)
_MONEY = _SAME[:4]
_SIZES: tuple[dict[str, int], ...] = (
    {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800},
    {"g": 1, "kg": 1000, "tonne": 1000000},
    {"m": 1, "km": 1000},
)
_TOLD_IN = re.compile(r"\bin ([a-z]+)\b", re.IGNORECASE)
_CENTS = re.compile(r"(?<!per )(?<!the )(?<!nearest )(?<!to )(?<!not )(?<!not in )(?<!no )\bcents?\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|[€$£₩%]")


def in_cents(column: CatalogColumn) -> bool:
    """Money, by its name or its description."""
    if not is_number(column) or column.pii:
        return False
    return "cents" in words(column.name).split() or bool(_CENTS.search(column.description))


def is_of(column: CatalogColumn, unit: str) -> bool:
    """The name or the description says so; of money too where neither names a currency."""
    lot = next((lot for lot in _SAME if unit.casefold() in lot), None)
    if lot is None:
        return False
    said = {*words(column.name).split(), *_WORD.findall(column.description.casefold())}
    return bool(lot & said) or (lot in _MONEY and not any(other & said for other in _MONEY))


def in_unit_of(column: CatalogColumn, number: str, unit: str) -> str | None:
    """A number of the unit, a word, as the column counts; None where that is no number of the column. What is no unit,
    or of a column of which nobody says in what it is, stays as it is, but for times."""
    said, own = _size_of(unit), unit_of(column)
    if said is None or said[0] == own:
        return number
    sizes, name = said[1], said[0]
    if own not in sizes:
        return None if own or "second" in sizes else number
    exact = Decimal(number) * sizes[name] / sizes[own]
    return str(int(exact)) if exact == int(exact) else str(exact)


def unit_of(column: CatalogColumn) -> str:
    """A size by the end of the name, else by the description ("Weight in kg"); "" where neither says."""
    *_, last = words(column.name).split()
    told = (size for word in (last, *_TOLD_IN.findall(column.description)) if (size := _size_of(word)))
    return next((name for name, _ in told), "")


def _size_of(word: str) -> tuple[str, dict[str, int]] | None:
    lot = next((lot for lot in _SAME if word.casefold() in lot), frozenset())
    return next(((name, sizes) for sizes in _SIZES for name in sizes if name in lot), None)
