"""What shortened names mean: cust_acct_no is "customer account number", which is then what the column is also called.

A project's own words go first: where `shpmt` stands in names whose descriptions speak of shipments, it is one. What is
left is looked up in a list of what warehouses shorten (`abbreviations.txt`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.names import noun, shortens, words

PROVENANCE = "name"
_SHORTEST, _LONGEST = 2, 6
_MIN_PLACES = 2
_MIN_SHARE = 0.6
_WORD = re.compile(r"[a-z]+")
# At the end of a name "no" is a number, elsewhere a denial; check-ins are no insurance.
_AT_END = {"no": "number", "ins": "ins"}


def dictionary(catalog: Catalog) -> dict[str, str]:
    """Short -> long: what warehouses shorten, and before that what the project's own words say."""
    return {**general(), **learned(catalog)}


def with_expansions(catalog: Catalog, wanted: Collection[TableName], known: Mapping[str, str]) -> Catalog:
    """Adds the long form of each shortened name of the wanted tables, and of their columns, to the synonyms. `known` is
    the `dictionary`."""
    return catalog.mapped(lambda table: _table(table, _at_home(table, known)) if table.name in wanted else table)


def expanded(name: str, known: Mapping[str, str]) -> str:
    """The words of a name, long; equal to `words(name)` where nothing is shortened."""
    parts = words(name).split()
    long = [known.get(part, part) for part in parts]
    if len(parts) > 1 and long[-1] in _AT_END:
        long[-1] = _AT_END[long[-1]]
    return " ".join(long)


def learned(catalog: Catalog) -> dict[str, str]:
    """Short -> long, where the descriptions of several names agree. A word that descriptions use is not short."""
    in_use: set[str] = set()
    places: dict[str, Counter[str]] = defaultdict(Counter)
    for parts, description in _told(catalog):
        in_use |= description
        for part in parts:
            if _SHORTEST <= len(part) <= _LONGEST and part.isalpha() and part not in in_use:
                places[part].update({word for word in description if shortens(part, word)} or {""})
    found = {}
    for part, seen in places.items():
        word, count = max(seen.items(), key=lambda item: (item[1], item[0]))
        if word and part not in in_use and count >= _MIN_PLACES and count >= _MIN_SHARE * sum(seen.values()):
            found[part] = word
    return found


@cache
def general() -> Mapping[str, str]:
    text = files("catalog_sync").joinpath("abbreviations.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {short: long for short, _, long in (line.partition(" ") for line in lines)}


def _told(catalog: Catalog) -> Iterator[tuple[list[str], set[str]]]:
    """The parts of each name, with the words of its description."""
    for table in catalog:
        for name, description in [(table.name.name, table.description)] + [
            (column.name, column.description) for column in table.columns
        ]:
            if description:
                yield words(name).split(), set(_WORD.findall(description.casefold()))


def _table(table: CatalogTable, known: Mapping[str, str]) -> CatalogTable:
    columns = tuple(_column(column, known) for column in table.columns)
    return replace(table, columns=columns, **_called(table.name.name, table, known))


def _at_home(table: CatalogTable, known: Mapping[str, str]) -> Mapping[str, str]:
    """With what its own rows, and those that its keys lead to, are called: `inv_dt` of invoices."""
    own = {noun(name.name, ()) for name in (table.name, *(key.to_table for key in table.foreign_keys))}
    parts = {part for column in table.columns for part in words(column.name).split()[:1]} - known.keys()
    found: dict[str, set[str]] = defaultdict(set)
    for whole in own:
        for part in parts:
            if _SHORTEST < len(part) <= _LONGEST and whole.startswith(part) and shortens(part, whole):
                found[part].add(whole)
    return {**known, **{part: next(iter(longer)) for part, longer in found.items() if len(longer) == 1}}


def _column(column: CatalogColumn, known: Mapping[str, str]) -> CatalogColumn:
    found = _called(column.name, column, known)
    return replace(column, **found) if found else column


def _called(name: str, holder: CatalogTable | CatalogColumn, known: Mapping[str, str]) -> dict[str, Any]:
    long = expanded(name, known)
    if long == words(name) or long in (synonym.casefold() for synonym in holder.synonyms):
        return {}
    provenance = {"synonyms": PROVENANCE, **holder.provenance} if not holder.synonyms else holder.provenance
    return {"synonyms": (*holder.synonyms, long), "provenance": {**provenance}}
