"""Retrieve: cells that show what a column holds. None of columns whose values are withheld, and none at full length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.stage import Kind, Need, Services

_READ = 20  # rows of a table
_SECONDS = 5.0
_CONTACT = re.compile(r"https?://|www\.|\S+@\S+\.\w")
_NO_NAME = re.compile(r"(?:^|_)(?:id|e?mail|url)s?$|id$", re.IGNORECASE)

Cells = dict[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True)
class FirstRows:
    """The first `most` rows of each table (PET-SQL), or with `distinct` the first so many different cells of each
    column (CodeS). Cells longer than `longest` are left out."""

    most: int = 3
    distinct: bool = False
    longest: int = 25
    name: str = "retrieve.first_rows"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset({"execution"})

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found: Cells = {}
        for part in ask.slices:
            found |= self._of(part, services)
        return ask.add(cells=found)

    def _of(self, part: TableSlice, services: Services) -> Cells:
        shown = [c for c in part.table.columns if c.name in part.columns and not (c.pii or c.withheld)]
        limits = replace(services.limits, seconds=_SECONDS, rows=_READ)
        try:
            rows = (
                services.warehouse.query(select_of(part.table, shown, _READ, services.dialect), limits).rows
                if shown
                else ()
            )
        except (QueryFailed, QueryRefused, QueryTimeout):
            return {}
        found: Cells = {}
        for column, held in zip(shown, zip(*rows, strict=True), strict=False):
            texts = [str(cell) for cell in held if cell is not None and str(cell).strip()]
            texts = list(dict.fromkeys(texts)) if self.distinct else texts
            kept = tuple(t for t in texts if len(t) <= self.longest)[: self.most]
            if kept:
                found[str(part.table.name), column.name] = kept
        return found


def select_of(table: CatalogTable, shown: Sequence[CatalogColumn], rows: int, dialect: str) -> str:
    """The first rows of a table, of these columns."""
    where = table.name
    source = exp.table_(where.name, db=where.schema, catalog=where.database, quoted=True)
    names = [exp.column(c.name, quoted=True) for c in shown]
    return exp.select(*names).from_(source).limit(rows).sql(dialect=dialect)


@dataclass(frozen=True)
class Listed:
    """What the catalogue lists of a column, by the rules of MAC-SQL: nothing of keys, ids, addresses and long texts, a
    number only where it has few values, one date, at most `most` of the rest."""

    most: int = 6
    few: int = 10
    longest: int = 50
    name: str = "retrieve.listed"
    kind: Kind = "retrieve"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for part in ask.slices:
            for column in (c for c in part.table.columns if c.name in part.columns):
                if values := self._values(column, part.table):
                    found[str(part.table.name), column.name] = values
        return ask.add(cells=_merged(ask.cells, found))

    def _values(self, column: CatalogColumn, table: CatalogTable) -> tuple[str, ...]:
        keys = {*table.primary_key, *(c for key in table.foreign_keys for c in key.columns)}
        values = column.values
        if column.name in keys or _NO_NAME.search(column.name) or not values:
            return ()
        if tables.is_number(column) and not (column.values_exact and len(values) <= self.few):
            return ()
        if any(len(v) > self.longest or _CONTACT.search(v) for v in values):
            return ()
        return values[: 1 if tables.is_time(column) else self.most]


def _merged(old: Mapping[tuple[str, str], tuple[str, ...]], new: Cells) -> Cells:
    return {**old, **new}
