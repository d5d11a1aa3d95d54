"""From when to when the data reaches: the first and last moment of each date column and whether every row has one,
one query a table.

"Last quarter" means the last one that the data has, which is not always the calendar's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync import sightings
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.records import key_of, name_of
from catalog_sync.scratch import Pile
from catalog_sync.sightings import Sighting
from catalog_sync.types import is_moment
from catalog_sync.values import Progress, Reading


def with_ranges(
    catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress = lambda *_: None
) -> Catalog:
    """Fills `min_value`, `max_value` and `gaps`. Tables never read come first, then those read longest ago."""
    waiting = Pile()
    for table in catalog:
        known = {c.name: reading.known.recall(table.name, c) for c in moments(table)}
        if known and all(reading.is_fresh(table, seen) for seen in known.values()):
            reading.reused += 1
        elif known:
            waiting.add(key_of(table.name), min(seen.at if seen else "" for seen in known.values()))
        reading.known.keep(table.name, {name: seen for name, seen in known.items() if seen})
    _ask(waiting, catalog, warehouse, reading, progress)
    return catalog.mapped(lambda table: _with_ranges(table, reading.known.current(table.name)))


def _ask(waiting: Pile, catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress) -> None:
    for done, key in enumerate(waiting):
        progress("ranges", done, len(waiting))
        table = None if reading.seconds_left() <= 0 else catalog.table(name_of(key))
        if table is None:
            reading.put_off(name_of(key))
        else:
            reading.asked += 1
            reading.known.keep(table.name, _asked(table, moments(table), warehouse, reading))
    progress("ranges", len(waiting), len(waiting))


def moments(table: CatalogTable) -> list[CatalogColumn]:
    return [column for column in table.columns if is_moment(column.type) and not column.withheld]


def _with_ranges(table: CatalogTable, seen: Mapping[str, Sighting]) -> CatalogTable:
    known = {column.name: seen.get(column.name) for column in moments(table)}
    if not known:
        return table
    return replace(table, columns=tuple(_ranged(column, known.get(column.name)) for column in table.columns))


def _asked(
    table: CatalogTable, columns: Sequence[CatalogColumn], warehouse: Warehouse, reading: Reading
) -> dict[str, Sighting]:
    limits = Limits(seconds=reading.seconds_left(), rows=1)
    at = sightings.stamp(reading.now)
    try:
        rows = warehouse.query(range_query(table.name, columns, warehouse.dialect), limits).rows
        found = list(rows[0])
    except (QueryTimeout, QueryFailed, QueryRefused) as error:
        reading.notes.append(f"the date range of {table.name} could not be read: {error.message}")
        found = [None] * (3 * len(columns))
    return {c.name: _sighting(at, c.type, *found[3 * i : 3 * i + 3]) for i, c in enumerate(columns)}


def _sighting(at: str, kind: str, low: object, high: object, gaps: object) -> Sighting:
    return Sighting(at, kind, low=_iso(low), high=_iso(high), gaps=None if gaps is None else bool(gaps))


def range_query(table: TableName, columns: Sequence[CatalogColumn], dialect: str) -> str:
    """min and max of each column and the number of rows without one, in this order, in one row."""
    from sqlglot import exp

    picked = []
    for i, column in enumerate(columns):
        for function, name in ((exp.Min, f"low_{i}"), (exp.Max, f"high_{i}")):
            picked.append(exp.alias_(function(this=exp.column(column.name, quoted=True)), name))
        there = exp.Count(this=exp.column(column.name, quoted=True))
        picked.append(exp.alias_(exp.Sub(this=exp.Count(this=exp.Star()), expression=there), f"gaps_{i}"))
    source = exp.table_(table.name, db=table.schema, catalog=table.database, quoted=True)
    return exp.select(*picked).from_(source).sql(dialect=dialect)


def _iso(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _ranged(column: CatalogColumn, sighting: Sighting | None) -> CatalogColumn:
    if sighting is None or not sighting.high:
        return column
    provenance = {**column.provenance, "range": "warehouse"}
    return replace(column, min_value=sighting.low, max_value=sighting.high, gaps=sighting.gaps, provenance=provenance)
