"""What syncs have already read from the warehouse, so that the next one does not read it again.

A reading is fresh when the data was not rebuilt since and it is not too old. Readings of columns that are not
asked for any more are forgotten: what became PII leaves no trace here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.store import write_atomically

_FORMAT = 1


@dataclass(frozen=True)
class Sighting:
    """`values` is None when the column has no short list of values; `withheld` says that what was seen may not
    be shown. `low` and `high` are ISO texts."""

    at: str
    type: str
    values: tuple[str, ...] | None = None
    withheld: str = ""
    low: str = ""
    high: str = ""


@dataclass
class Sightings:
    """Old and new readings; what was neither confirmed nor renewed is left out of `saved`."""

    known: Mapping[str, Sighting] = field(default_factory=dict)
    current: dict[str, Sighting] = field(default_factory=dict)

    def recall(self, table: TableName, column: CatalogColumn) -> Sighting | None:
        """The last reading, fresh or not."""
        found = self.known.get(_key(table, column.name))
        return found if found and found.type == column.type else None

    def forget(self, table: TableName) -> None:
        """Of all its columns; what may still be seen is read again."""
        head = _key(table, "")
        self.known = {key: sighting for key, sighting in self.known.items() if not key.startswith(head)}

    def keep(self, table: TableName, column: CatalogColumn, sighting: Sighting) -> None:
        self.current[_key(table, column.name)] = sighting

    def save(self, path: Path) -> None:
        if self.current != self.known or not path.exists():
            self._write(self.current, path)

    def save_known(self, path: Path) -> None:
        """What was known without what was forgotten: before anything is read."""
        self._write(self.known, path)

    def _write(self, sightings: Mapping[str, Sighting], path: Path) -> None:
        readings = {key: _told(sighting) for key, sighting in sorted(sightings.items())}
        write_atomically(path, json.dumps({"format": _FORMAT, "readings": readings}, ensure_ascii=False))


def load(path: Path) -> Sightings:
    """A cache: what can't be read is read again from the warehouse."""
    try:
        data: Any = json.loads(path.read_bytes())
        if data["format"] != _FORMAT:
            return Sightings()
        return Sightings({key: _sighting(reading) for key, reading in data["readings"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return Sightings()


def is_fresh(sighting: Sighting, table: CatalogTable, now: datetime, max_age: timedelta) -> bool:
    at = _moment(sighting.at)
    return now - at < max_age and (not table.built_at or _moment(table.built_at) <= at)


def stamp(now: datetime) -> str:
    return now.astimezone(timezone.utc).isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _told(sighting: Sighting) -> dict[str, Any]:
    """Without what is empty."""
    found = {"at": sighting.at, "type": sighting.type, "values": sighting.values, "withheld": sighting.withheld}
    return {k: v for k, v in {**found, "low": sighting.low, "high": sighting.high}.items() if v or v == ()}


def _sighting(reading: Mapping[str, Any]) -> Sighting:
    values = reading.get("values")
    return Sighting(**{**reading, "values": None if values is None else tuple(values)})


def _key(table: TableName, column: str) -> str:
    return f"{table}/{column}"
