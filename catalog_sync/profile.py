"""From when to when the data reaches: the first and last moment of each date column, one query a table.

"Last quarter" means the last one that the data has, which is not always the calendar's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync import sightings
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.sightings import Sighting
from catalog_sync.types import is_moment
from catalog_sync.values import Progress, Reading


def with_ranges(
    catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress = lambda *_: None
) -> Catalog:
    """Fills `min_value` and `max_value`. Tables never read come first, then those read longest ago."""
    ages = {table.name: _oldest(table, reading) for table in catalog}
    done: dict[TableName, CatalogTable] = {}
    for count, table in enumerate(sorted(catalog, key=lambda table: ages[table.name])):
        progress("ranges", count, len(ages))
        done[table.name] = _with_ranges(table, warehouse, reading)
    progress("ranges", len(ages), len(ages))
    return catalog.with_tables(tuple(done[table.name] for table in catalog))


def _oldest(table: CatalogTable, reading: Reading) -> str:
    known = [reading.known.recall(table.name, column) for column in _moments(table)]
    return min((sighting.at if sighting else "" for sighting in known), default="9")


def _moments(table: CatalogTable) -> list[CatalogColumn]:
    return [column for column in table.columns if is_moment(column.type) and not column.withheld]


def _with_ranges(table: CatalogTable, warehouse: Warehouse, reading: Reading) -> CatalogTable:
    columns = _moments(table)
    known = {column.name: reading.known.recall(table.name, column) for column in columns}
    if not columns:
        return table
    if all(reading.is_fresh(table, sighting) for sighting in known.values()):
        reading.reused += 1
    elif reading.seconds_left() <= 0:
        reading.deferred += 1
    else:
        reading.asked += 1
        known = {**known, **_asked(table, columns, warehouse, reading)}
    for column in columns:
        if sighting := known[column.name]:
            reading.known.keep(table.name, column, sighting)
    return replace(table, columns=tuple(_ranged(column, known.get(column.name)) for column in table.columns))


def _asked(
    table: CatalogTable, columns: Sequence[CatalogColumn], warehouse: Warehouse, reading: Reading
) -> dict[str, Sighting]:
    limits = Limits(seconds=reading.seconds_left(), rows=1)
    at = sightings.stamp(reading.now)
    try:
        rows = warehouse.query(range_query(table.name, columns, warehouse.dialect), limits).rows
        found = [_iso(value) for value in rows[0]]
    except (QueryTimeout, QueryFailed, QueryRefused) as error:
        reading.notes.append(f"the date range of {table.name} could not be read: {error.message}")
        found = [""] * (2 * len(columns))
    return {
        column.name: Sighting(at, column.type, low=found[2 * i], high=found[2 * i + 1])
        for i, column in enumerate(columns)
    }


def range_query(table: TableName, columns: Sequence[CatalogColumn], dialect: str) -> str:
    """min and max of each column, in this order, in one row."""
    from sqlglot import exp

    picked = []
    for i, column in enumerate(columns):
        for function, name in ((exp.Min, f"low_{i}"), (exp.Max, f"high_{i}")):
            picked.append(exp.alias_(function(this=exp.column(column.name, quoted=True)), name))
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
    return replace(column, min_value=sighting.low, max_value=sighting.high, provenance=provenance)
