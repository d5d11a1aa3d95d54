"""Units in which the figures of a column are: of `resolution_hours` hours, "EUR incl. VAT"."""

from __future__ import annotations

import re

from catalog_sync.documents import words
from catalog_sync.model import CatalogColumn
from plugin.generator.tables import is_number

_SAME: tuple[frozenset[str], ...] = tuple(
    frozenset(lot.split())
    for lot in (
        "euro euros eur €",
        "dollar dollars usd $",
        "pound pounds gbp £",
        "krw won ₩",
        "cent cents",
        "second seconds sec secs s",
        "minute minutes min mins",
        "hour hours hrs h",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "kg kgs kilogram kilograms kilos",
        "g gram grams",
        "km kms kilometer kilometers kilometre kilometres",
        "m meter meters metre metres",
        "percent percentage pct %",
        "unit units piece pieces pcs qty quantity",
    )
)
_MONEY = _SAME[:4]
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
