"""What the rows of a table are called: by its name, its key, its synonyms, by how they came to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import MASS, gathers, spoken, without_layer, words
from plugin.generator import tables
from plugin.generator.generate.plan.names.additive import adds_up
from plugin.generator.generate.plan.names.naming import COUNTED, Name, noun_of, role, synonym_of

_HELD = frozenset(("stock", "inventory"))
_STAFF = frozenset(("employee", "staff", "worker", "person"))


def rows(table: CatalogTable) -> Iterator[Name]:
    for column, how in (table.view.measures if table.view else {}).items():
        match = COUNTED.search(how)
        noun = match[3] or (words(column.removesuffix("_id")) if column.endswith("_id") else "") if match else ""
        if match and noun:
            counted = "" if match[1] else match[2]
            yield Name(terms(noun), "rows", counted, counted=True)
            known = table.column(column)
            for synonym in known.synonyms if known else ():
                yield from synonym_of(synonym, "rows", counted, counted=True)
    if table.view is None and not gathers(table):
        row = noun_of(table)
        nouns = dict.fromkeys((row, row.split()[-1], without_layer(table.name.name), spoken(table.name.name)))
        said = [n for n in nouns if n.split()[-1] not in MASS]
        short = row.split()[-1] if " " in row else ""  # the bookings of classes, where nothing else is a booking
        yield from (Name(terms(n), "rows", "", counted=True, own=n == row, alike=n == short) for n in said)
        yield from _of_mass(table, row)
        for synonym in table.synonyms:
            yield from synonym_of(synonym, "rows", "", counted=True)
            if has_hangul(synonym) and " " in synonym:  # 주문 상품 are also 상품, where nothing else is called so
                last = synonym_of(synonym.split()[-1], "rows", "", counted=True)
                yield from (replace(name, alike=synonym.split()[-1] not in table.synonyms) for name in last)
        if row.split()[-1] in _STAFF and table.column("headcount") is None:
            yield Name(terms("headcount"), "rows", "", counted=True, own=False)
        for begun in tables.beginnings(table):
            yield Name(terms(begun), "rows", "", counted=True, own=False)
            yield Name((*terms(noun_of(table)), *terms(begun)), "rows", "", counted=True, own=False)
        own = tables.event_time(table)
        if own is not None and tables.is_time(own):
            is_beginning = tables.is_beginning(own)
            for deed in tables.own_deeds(own):
                for called in _begun(deed, table) if is_beginning else (deed,):  # 접수 건수
                    yield from synonym_of(called, "rows", "", counted=True)
        for key in table.foreign_keys:
            if len(key.columns) == 1 and key.columns[0].casefold().endswith("_id"):
                known = table.column(key.columns[0])
                for called in (words(key.columns[0]), *(known.synonyms if known else ())):
                    if called.endswith(" id"):
                        yield Name(terms(called[:-3]), "rows", key.columns[0], counted=True, own=False)


def _of_mass(table: CatalogTable, row: str) -> Iterator[Name]:
    """Stock, of which there is much, is the one figure of its rows that adds up."""
    figures = [c for c in table.columns if role(c, table) == "measure" and adds_up(c.name)]
    if row.split()[-1] in _HELD and len(figures) == 1:
        yield Name(terms(row.split()[-1]), "measure", figures[0].name, own=False, alike=True)


def _begun(deed: str, table: CatalogTable) -> Iterator[str]:
    """Whoever came to be then: 가입자, 가입 회원, 신규 회원."""
    yield from (f"{deed}자", f"신규 {deed}", f"신규 {deed}자")
    for noun in (s for s in table.synonyms if has_hangul(s) and " " not in s):
        yield from (f"{deed} {noun}", f"신규 {noun}", f"신규 {deed} {noun}")


def nameless(table: CatalogTable) -> Iterator[Name]:
    """What has no name that may be shown is told apart by its key: "which customers" by customer_id."""
    shown = {c.name.casefold() for c in table.columns if not c.pii}
    for column in table.columns:
        name = column.name.casefold()
        is_own = table.primary_key == (column.name,)
        if not name.endswith("_id") or not (is_own or table.view) or f"{name[:-3]}_name" in shown:
            continue
        if words(name[:-3]) not in MASS:
            yield Name(terms(words(name[:-3])), "dimension", column.name)
        for synonym in table.synonyms if is_own else ():
            yield from synonym_of(synonym, "dimension", column.name)
