"""The words that stand in low-cardinality columns, so that a question can be tied to the right literal.

A dbt accepted_values test gives the whole domain without a query; other text columns are asked with a bounded
SELECT DISTINCT. Never asked: what the policy withholds, numbers, dates, booleans (the type says it all) and
columns that are obviously keys. A column with more values than the limit gets none: a cut list misleads. Where a table
is too large for the time, some of its rows are looked at instead: what they have are examples, no list.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import TableName, Warehouse
from catalog_sync import sightings
from catalog_sync.coded import with_meanings
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.pii import looks_like_personal_data
from catalog_sync.records import key_of, name_of, text_of
from catalog_sync.scratch import Pile
from catalog_sync.sightings import Sighting, Sightings
from catalog_sync.types import is_text

_KEY_NAME = re.compile(r"(^|_)(id|ids|uuid|guid|key|keys|sk|pk|fk|hash|md5|sha|url|uri)$")
_LEAST_SECONDS = 2.0
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rules:
    """`seconds` is for all queries of a sync, `query_seconds` for each. A reading older than `max_age` is renewed
    even if no rebuild was seen; `refresh` renews all. Of a table that takes longer, `sample` rows are looked at."""

    limit: int = 100
    longest: int = 80
    seconds: float = 60.0
    query_seconds: float = 10.0
    max_age: timedelta = timedelta(days=1)
    refresh: bool = False
    sample: int = 100_000


@dataclass
class Reading:
    """One sync's dealings with the warehouse: the time it may take, what it already knows, what it learns. `late` are
    tables of which something is left for the next sync."""

    rules: Rules
    known: Sightings
    now: datetime
    deadline: float
    asked: int = 0
    reused: int = 0
    deferred: int = 0
    notes: list[str] = field(default_factory=list)
    late: set[TableName] = field(default_factory=set)

    @classmethod
    def start(cls, rules: Rules, known: Sightings, now: datetime) -> Reading:
        return cls(rules, known, now, time.monotonic() + rules.seconds)

    def seconds_left(self) -> float:
        return min(self.rules.query_seconds, self.deadline - time.monotonic())

    def put_off(self, table: TableName) -> None:
        self.deferred += 1
        self.late.add(table)

    def is_fresh(self, table: CatalogTable, sighting: Sighting | None) -> bool:
        if sighting is None or self.rules.refresh:
            return False
        return sightings.is_fresh(sighting, table, self.now, self.rules.max_age)


def with_values(
    catalog: Catalog, warehouse: Warehouse, reading: Reading, progress: Progress = lambda *_: None
) -> Catalog:
    """What was never read comes first, then what was read longest ago."""
    waiting = Pile()
    for table in catalog:
        known = {c.name: reading.known.recall(table.name, c) for c in table.columns if is_askable(c)}
        for column in (c for c in table.columns if c.name in known):
            seen = known[column.name]
            if reading.is_fresh(table, seen):
                reading.reused += 1
            else:
                waiting.add(text_of([key_of(table.name), column.name, column.type]), seen.at if seen else "")
        reading.known.keep(table.name, {name: seen for name, seen in known.items() if seen})
    _ask(waiting, warehouse, reading, progress)
    return catalog.mapped(lambda table: _with_sightings(table, reading.known.current(table.name)))


def _ask(waiting: Pile, warehouse: Warehouse, reading: Reading, progress: Progress) -> None:
    for done, text in enumerate(waiting):
        progress("values", done, len(waiting))
        key, column, kind = json.loads(text)
        table = name_of(key)
        if reading.seconds_left() <= 0:
            reading.put_off(table)
            continue
        reading.known.keep(table, {column: _sight(table, column, kind, warehouse, reading)})
    progress("values", len(waiting), len(waiting))


def is_askable(column: CatalogColumn) -> bool:
    snake = _CAMEL.sub("_", column.name).casefold()
    return not (column.withheld or column.values_exact or _KEY_NAME.search(snake)) and is_text(column.type)


def _sight(table: TableName, column: str, kind: str, warehouse: Warehouse, reading: Reading) -> Sighting:
    """What was too large the last time is sampled at once, unless all is to be read anew."""
    reading.asked += 1
    seen = reading.known.of(table).get(column)
    sampled = bool(seen and seen.sampled) and not reading.rules.refresh
    values: list[object] | None = None
    try:
        if not sampled:
            try:
                values = _distinct(table, column, warehouse, reading)
            except QueryTimeout:
                sampled = True
        if sampled:
            values = _distinct(table, column, warehouse, reading, reading.rules.sample)
    except (QueryTimeout, QueryFailed, QueryRefused) as error:
        reading.notes.append(f"values of {table}.{column} could not be read: {error.message}")
    return replace(_judged(kind, values, reading), sampled=sampled)


def _distinct(
    table: TableName, column: str, warehouse: Warehouse, reading: Reading, rows: int | None = None
) -> list[object]:
    """What takes too long may take a little longer: else nothing would ever be known of a large table."""
    seconds = reading.seconds_left() if rows is None else max(reading.seconds_left(), _LEAST_SECONDS)
    return warehouse.distinct_values(table, column, reading.rules.limit + 1, seconds, rows=rows)


def _judged(kind: str, values: list[object] | None, reading: Reading) -> Sighting:
    rules = reading.rules
    texts = tuple(str(value) for value in values or ())
    withheld = "its values look personal" if looks_like_personal_data(texts) else ""
    is_short = len(texts) <= rules.limit and all(len(text) <= rules.longest for text in texts)
    shown = texts if values is not None and is_short and not withheld else None
    return Sighting(sightings.stamp(reading.now), kind, shown, withheld)


def _with_sightings(table: CatalogTable, seen: Mapping[str, Sighting]) -> CatalogTable:
    columns = (_with_sighting(c, seen.get(c.name)) if is_askable(c) else c for c in table.columns)
    return with_meanings(replace(table, columns=tuple(columns)))


def _with_sighting(column: CatalogColumn, sighting: Sighting | None) -> CatalogColumn:
    if sighting is None:
        return column
    if sighting.withheld:
        hidden = "pii" not in column.provenance  # until somebody says that it is no personal data
        return replace(column, withheld=sighting.withheld, pii=hidden, values=(), values_exact=False)
    if sighting.values is None:
        return column
    provenance = {**column.provenance, "values": "warehouse:sample" if sighting.sampled else "warehouse"}
    return replace(column, values=sighting.values, values_exact=not sighting.sampled, provenance=provenance)
