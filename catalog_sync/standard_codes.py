"""What codes of international standards mean, in English and Korean: DE of a country, ko of a language.

Only of columns that say that they hold such codes, and of which every value is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from catalog_sync.model import CatalogColumn
from catalog_sync.names import words

_LANGUAGES = ("en", "ko")  # of the questions
_COUNTRY = re.compile(r"\b(?:country|countries|nation|nationality|territory)\b|\biso[ -]?3166\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"\b(?:lang|language|locale)\b|\biso[ -]?639\b", re.IGNORECASE)
_ALSO: Mapping[str, tuple[str, ...]] = {
    "AE": ("UAE",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Britain", "Great Britain"),
    "KR": ("Korea", "한국"),
    "TR": ("Turkey",),
    "US": ("USA", "America", "United States of America"),
}
"""Beside what the standard calls them."""


def meanings(column: CatalogColumn) -> dict[str, tuple[str, ...]]:
    """Code -> how people call it; nothing where the column is not one of codes."""
    said = f"{words(column.name)} {column.description}"
    if not column.values:
        return {}
    if _COUNTRY.search(said) and all(re.fullmatch(r"[A-Z]{2}", value) for value in column.values):
        return _named("territories", column.values)
    if _LANGUAGE.search(said) and all(re.fullmatch(r"[a-z]{2}", value) for value in column.values):
        return _named("languages", column.values)
    return {}


def _named(kind: str, codes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    names = [_names(kind, language) for language in _LANGUAGES]
    if not all(code in known for known in names for code in codes):
        return {}
    also = _ALSO if kind == "territories" else {}
    return {code: (*(known[code] for known in names), *also.get(code, ())) for code in codes}


@cache
def _names(kind: str, language: str) -> Mapping[str, str]:
    from babel import Locale

    found: Mapping[str, str] = getattr(Locale(language), kind)
    return found
