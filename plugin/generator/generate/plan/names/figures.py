"""Figures that are one column divided by another, by the names that people have for them.

A table says so itself: in its description ("the late rate is sum(late_line_count) / sum(line_count)"), by a count that
is a part of another (`late_line_count` of `line_count`), by a flag, by a moment that not all rows
have, or by a profit beside the revenue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator import tables

ROWS = "*"
_DIVIDED = re.compile(r"\bdivide sum\((\w+)\) by (?:sum\((\w+)\)|count\((\*)\)) for the ([a-z ]+)")
_IS = re.compile(r"\bthe ([a-z ]+?) (?:is )?sum\((\w+)\) / (?:sum\((\w+)\)|count\((\*)\))")
_IS_THE = re.compile(r"\bsum\((\w+)\) / (?:sum\((\w+)\)|count\((\*)\)) (?:is )?the ([a-z ]+)")
_REVENUE = frozenset(("revenue", "sales", "net_revenue", "net_sales"))
_KINDS = frozenset(("gross", "net", "operating", "contribution"))
_MOMENTS = frozenset(("at", "on", "date", "dt", "time", "ts"))
_KO_COUNTS = ("건수", "개수", "수", "여부")
_KO_RATES = ("율", "률", "비율")
_KO_PROFITS = ("이익", "수익", "마진")


class Quotient(NamedTuple):
    """`form` as in lexicon.Name; `over` is a column or, for the number of rows, ROWS."""

    form: tuple[str, ...] | str
    part: str
    over: str


def quotients(table: CatalogTable) -> Iterator[Quotient]:
    yield from _declared(table)
    yield from _rates(table)
    yield from _flagged(table)
    yield from _margins(table)


def _declared(table: CatalogTable) -> Iterator[Quotient]:
    """What the description of a view says of its figures."""
    sums, said = _sums(table), table.description
    found = [(m[4], m[1], m[2] or m[3]) for p in (_DIVIDED, _IS_THE) for m in p.finditer(said)] if table.view else []
    found += [(m[1], m[2], m[3] or m[4]) for m in _IS.finditer(said)] if table.view else []
    for name, part, over in found:
        if part in sums and (over in sums or over == ROWS):
            for form in (terms(name), *_same_figures().get(terms(name), ())):
                yield Quotient(form, part, over)


def _rates(table: CatalogTable) -> Iterator[Quotient]:
    """ "Late rate", 지연율: of `late_line_count` and `line_count`."""
    sums = _sums(table)
    for part in sums:
        for over in sums:
            if part.endswith(f"_{over}") and over.endswith("count"):
                adjective = words(part.removesuffix(f"_{over}"))
                for form in (*_of_part(adjective, _synonyms(part, table)), terms(adjective)):
                    yield Quotient(form, part, over)


def _flagged(table: CatalogTable) -> Iterator[Quotient]:
    """The same of a flag, or of a moment that not all have, where each row is one thing: the opened rate."""
    if len(table.view.grain if table.view else table.primary_key) != 1:
        return
    for column in table.columns:
        if column.type.upper().startswith("BOOL") and not column.pii:
            spoken = re.sub(r"^(?:is|has|was|had) ", "", words(column.name))
            for form in _of_part(spoken, column.synonyms):
                yield Quotient(form, column.name, ROWS)
        elif column.gaps and tables.is_time(column) and not column.pii:
            *done, last = words(column.name).split()
            deeds = tuple(tables.own_deeds(column))
            for form in _of_part(" ".join(done), deeds) if len(done) == 1 and last in _MOMENTS else ():
                yield Quotient(form, column.name, ROWS)


def _margins(table: CatalogTable) -> Iterator[Quotient]:
    """ "Profit margin", 이익률."""
    figures = _sums(table) or tuple(c.name for c in table.columns if tables.is_number(c))
    profits = [name for name in figures if "profit" in name.casefold().split("_")]
    revenues = [name for name in figures if name.casefold() in _REVENUE]
    if len(profits) != 1 or len(revenues) != 1:
        return
    yield Quotient(terms("profit margin"), profits[0], revenues[0])
    yield Quotient(terms(f"{words(profits[0])} margin"), profits[0], revenues[0])
    yield from (
        Quotient(terms(f"{kind} margin"), profits[0], revenues[0]) for kind in _KINDS & {*profits[0].split("_")}
    )
    for spoken in _synonyms(profits[0], table):
        form = "".join(spoken.split())
        if form.endswith(_KO_PROFITS):
            yield from (Quotient(form + ending, profits[0], revenues[0]) for ending in _KO_RATES)


def _of_part(spoken: str, synonyms: tuple[str, ...]) -> Iterator[tuple[str, ...] | str]:
    yield terms(f"{spoken} rate")
    for synonym in synonyms:
        form = "".join(synonym.split())
        form = next((form.removesuffix(e) for e in _KO_COUNTS if form.endswith(e)), form)
        if has_hangul(form) and len(form) > 1:
            yield from (form + ending for ending in _KO_RATES)


def _sums(table: CatalogTable) -> tuple[str, ...]:
    how = table.view.measures if table.view else {}
    return tuple(name for name, kind in how.items() if kind.casefold() == "sum")


def _synonyms(column: str, table: CatalogTable) -> tuple[str, ...]:
    found = table.column(column)
    return found.synonyms if found else ()


@cache
def _same_figures() -> dict[tuple[str, ...], tuple[tuple[str, ...] | str, ...]]:
    """Other names of a figure, by its name in terms."""
    lines = (files(__package__) / "figures.txt").read_text(encoding="utf-8").splitlines()
    lots = [[_form(name.strip()) for name in line.split(",")] for line in lines if not line.startswith("#")]
    return {form: tuple(f for f in lot if f != form) for lot in lots for form in lot if isinstance(form, tuple)}


def _form(name: str) -> tuple[str, ...] | str:
    return "".join(name.split()) if has_hangul(name) else tuple(map(stem, name.split()))
