"""What an index holds of the tables: asked table by table, or all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backends.vectors.base import VectorIndex
from catalog_sync.documents import Kind
from catalog_sync.index import CATALOG_KINDS, COLLECTIONS
from catalog_sync.scratch import database

Stored = Mapping[Kind, Mapping[str, str]]  # kind -> id -> hash


class Lookup:
    """The stored documents of one table after the other."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index

    def of(self, table: str) -> Stored:
        return {
            kind: _hashes(self._index.scroll(COLLECTIONS[kind], ("hash",), {"table": table})) for kind in CATALOG_KINDS
        }


class Everything:
    """The stored documents of all tables at once, also of those whose own document is not there."""

    def __init__(self, index: VectorIndex) -> None:
        self._points = database()
        self._points.execute("CREATE TABLE points (name TEXT, kind TEXT, id TEXT, hash TEXT)")
        for kind in CATALOG_KINDS:
            self._points.executemany(
                "INSERT INTO points VALUES (?, ?, ?, ?)",
                (
                    (str(payload.get("table")), kind, point, str(payload.get("hash")))
                    for point, payload in index.scroll(COLLECTIONS[kind], ("hash", "table"))
                ),
            )
        self._points.execute("CREATE INDEX by_table ON points (name)")

    def names(self) -> list[str]:
        return [name for (name,) in self._points.execute("SELECT DISTINCT name FROM points ORDER BY name")]

    def of(self, table: str) -> Stored:
        stored: dict[Kind, dict[str, str]] = {}
        for kind, point, found in self._points.execute("SELECT kind, id, hash FROM points WHERE name = ?", (table,)):
            stored.setdefault(kind, {})[point] = found
        return stored


def digests(index: VectorIndex) -> dict[str, tuple[str, str]]:
    """Table -> its digest and its project."""
    fields = ("table", "digest", "project")
    found = (payload for _, payload in index.scroll(COLLECTIONS["table"], fields))
    return {str(p.get("table")): (str(p.get("digest")), str(p.get("project"))) for p in found}


def _hashes(points: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, str]:
    return {point: str(payload.get("hash")) for point, payload in points}
