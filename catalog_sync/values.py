"""The words that stand in low-cardinality columns, so that a question can be tied to the right literal.

A dbt accepted_values test gives the whole domain without a query; other text columns are asked with a bounded
SELECT DISTINCT. Never asked: what the policy withholds, numbers, dates, booleans (the type says it all) and
columns that are obviously keys. A column with more values than the limit gets none: a cut list misleads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Warehouse
from catalog_sync import sightings
from catalog_sync.coded import with_meanings
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.pii import looks_like_personal_data
from catalog_sync.sightings import Sighting, Sightings
from catalog_sync.types import is_text

_KEY_NAME = re.compile(r"(^|_)(id|ids|uuid|guid|key|keys|sk|pk|fk|hash|md5|sha|url|uri)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rules:
    """`seconds` is for all queries of a sync, `query_seconds` for each. A reading older than `max_age` is renewed
    even if no rebuild was seen; `refresh` renews all."""

    limit: int = 100
    longest: int = 80
    seconds: float = 60.0
    query_seconds: float = 10.0
    max_age: timedelta = timedelta(days=1)
    refresh: bool = False


@dataclass
class Reading:
    """One sync's dealings with the warehouse: the time it may take, what it already knows, what it learns."""

    rules: Rules
    known: Sightings
    now: datetime
    deadline: float
    asked: int = 0
    reused: int = 0
    deferred: int = 0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, rules: Rules, known: Sightings, now: datetime) -> Reading:
        return cls(rules, known, now, time.monotonic() + rules.seconds)

    def seconds_left(self) -> float:
        return min(self.rules.query_seconds, self.deadline - time.monotonic())

    def is_fresh(self, table: CatalogTable, sighting: Sighting | None) -> bool:
        if sighting is None or self.rules.refresh:
            return False
        return sightings.is_fresh(sighting, table, self.now, self.rules.max_age)


def with_values(
    catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress = lambda *_: None
) -> Catalog:
    """What was never read comes first, then what was read longest ago."""
    wanted = [(t, c, reading.known.recall(t.name, c)) for t in catalog for c in t.columns if is_askable(c)]
    wanted.sort(key=lambda item: item[2].at if item[2] else "")
    found: dict[tuple[str, str], Sighting] = {}
    for done, (table, column, known) in enumerate(wanted):
        progress("values", done, len(wanted))
        sighting = _sight(table, column, known, warehouse, reading)
        if sighting:
            reading.known.keep(table.name, column, sighting)
            found[str(table.name), column.name] = sighting
    progress("values", len(wanted), len(wanted))
    return catalog.with_tables(tuple(_with_sightings(table, found) for table in catalog))


def is_askable(column: CatalogColumn) -> bool:
    snake = _CAMEL.sub("_", column.name).casefold()
    return not (column.withheld or column.values_exact or _KEY_NAME.search(snake)) and is_text(column.type)


def _sight(
    table: CatalogTable, column: CatalogColumn, known: Sighting | None, warehouse: Warehouse, reading: Reading
) -> Sighting | None:
    if reading.is_fresh(table, known):
        reading.reused += 1
        return known
    seconds = reading.seconds_left()
    if seconds <= 0:
        reading.deferred += 1
        return known
    reading.asked += 1
    limit = reading.rules.limit
    try:
        values = warehouse.distinct_values(table.name, column.name, limit + 1, seconds)
    except (QueryTimeout, QueryFailed, QueryRefused) as error:
        reading.notes.append(f"values of {table.name}.{column.name} could not be read: {error.message}")
        values = None
    return _judged(column, values, reading)


def _judged(column: CatalogColumn, values: list[object] | None, reading: Reading) -> Sighting:
    rules = reading.rules
    texts = tuple(str(value) for value in values or ())
    withheld = "its values look personal" if looks_like_personal_data(texts) else ""
    is_short = len(texts) <= rules.limit and all(len(text) <= rules.longest for text in texts)
    shown = texts if values is not None and is_short and not withheld else None
    return Sighting(sightings.stamp(reading.now), column.type, shown, withheld)


def _with_sightings(table: CatalogTable, found: dict[tuple[str, str], Sighting]) -> CatalogTable:
    columns = tuple(_with_sighting(c, found.get((str(table.name), c.name))) for c in table.columns)
    return with_meanings(replace(table, columns=columns))


def _with_sighting(column: CatalogColumn, sighting: Sighting | None) -> CatalogColumn:
    if sighting is None:
        return column
    if sighting.withheld:
        return replace(column, withheld=sighting.withheld, values=(), values_exact=False)
    if sighting.values is None:
        return column
    provenance = {**column.provenance, "values": "warehouse"}
    return replace(column, values=sighting.values, values_exact=True, provenance=provenance)
