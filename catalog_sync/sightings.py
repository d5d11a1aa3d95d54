"""What syncs have already read from the warehouse, so that the next one does not read it again.

A reading is fresh when the data was not rebuilt since and it is not too old. Readings of columns that are not
asked for any more are forgotten: what became PII leaves no trace here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.records import text_of
from catalog_sync.scratch import Drawer
from catalog_sync.store import Store


@dataclass(frozen=True)
class Sighting:
    """`values` is None when the column has no short list of values; `withheld` says that what was seen may not
    be shown. `sampled`: only some of the rows were looked at. `low` and `high` are ISO texts; `gaps` as in the
    catalogue."""

    at: str
    type: str
    values: tuple[str, ...] | None = None
    withheld: str = ""
    low: str = ""
    high: str = ""
    gaps: bool | None = None
    sampled: bool = False


class Sightings:
    """Old readings, as they are in the catalogue's file, and new ones; what was neither confirmed nor renewed is left
    out of what `save` writes."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store or Store()
        self._current = Drawer()
        self._open: tuple[str, dict[str, Sighting]] = "", {}
        self._changed = False
        self._last: tuple[str, Mapping[str, Sighting]] = "", {}

    def of(self, table: TableName) -> Mapping[str, Sighting]:
        """The last readings, fresh or not, by column."""
        name = str(table)
        if self._last[0] != name:
            self._last = name, _parsed(self._store.readings(name))
        return self._last[1]

    def recall(self, table: TableName, column: CatalogColumn) -> Sighting | None:
        found = self.of(table).get(column.name)
        return found if found and found.type == column.type else None

    def forget(self, table: TableName) -> None:
        """Of all its columns; what may still be seen is read again. Within a change of the store."""
        self._store.put_readings(str(table), "")
        self._last = "", {}

    def keep(self, table: TableName, seen: Mapping[str, Sighting]) -> None:
        if seen:
            self._turn_to(str(table)).update(seen)
            self._changed = True

    def current(self, table: TableName) -> Mapping[str, Sighting]:
        """What this sync confirmed or read."""
        return self._turn_to(str(table))

    def _turn_to(self, name: str) -> dict[str, Sighting]:
        """Columns come table by table, and so does what asks for them."""
        if self._open[0] != name:
            self._put_away()
            self._open = name, _parsed(self._current.get(name))
        return self._open[1]

    def _put_away(self) -> None:
        if self._changed:
            told = {column: _told(sighting) for column, sighting in sorted(self._open[1].items())}
            self._current.put(self._open[0], text_of(told))
            self._changed = False

    def save(self, others: Collection[str] = ()) -> None:
        """Within a change of the store. `others` are tables whose readings stay as they are."""
        self._put_away()
        for name in self._store.tables_read():
            if name not in others and not self._current.get(name):
                self._store.put_readings(name, "")
        for name, record in self._current.items():
            if self._store.readings(name) != record:
                self._store.put_readings(name, record)
        self._last = "", {}


def is_fresh(sighting: Sighting, table: CatalogTable, now: datetime, max_age: timedelta) -> bool:
    at = _moment(sighting.at)
    return now - at < max_age and (not table.built_at or _moment(table.built_at) <= at)


def age(at: str, now: datetime) -> timedelta:
    return now - _moment(at)


def stamp(now: datetime) -> str:
    return now.astimezone(timezone.utc).isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _told(sighting: Sighting) -> dict[str, Any]:
    """Without what is empty."""
    found: dict[str, Any] = {"at": sighting.at, "type": sighting.type, "values": sighting.values}
    found |= {"withheld": sighting.withheld, "low": sighting.low, "high": sighting.high, "gaps": sighting.gaps}
    found |= {"sampled": True} if sighting.sampled else {}
    return {k: v for k, v in found.items() if v or v == () or v is False}


def _parsed(record: str) -> dict[str, Sighting]:
    """A cache: what can't be read is read again from the warehouse."""
    try:
        return {column: _sighting(reading) for column, reading in json.loads(record or "{}").items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _sighting(reading: Mapping[str, Any]) -> Sighting:
    values = reading.get("values")
    return Sighting(**{**reading, "values": None if values is None else tuple(values)})
