"""What a sync must remember for a while and would be too much for memory: in a file that has no name, so that nothing
is left of it, whatever happens. SQLite chooses the folder (SQLITE_TMPDIR, else /var/tmp or /tmp)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_PAGE = 500


def database() -> sqlite3.Connection:
    db = sqlite3.connect("", isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000")
    return db


class Drawer:
    """Texts by key."""

    def __init__(self) -> None:
        self._db = database()
        self._db.execute("CREATE TABLE texts (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID")

    def put(self, key: str, text: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO texts VALUES (?, ?)", (key, text))

    def get(self, key: str) -> str:
        """ "" for none."""
        found = self._db.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    def items(self) -> Iterator[tuple[str, str]]:
        """In the order of the keys. What is put meanwhile may or may not come."""
        last = ""
        while page := self._db.execute(
            f"SELECT key, text FROM texts WHERE key > ? ORDER BY key LIMIT {_PAGE}", (last,)
        ).fetchall():
            yield from page
            last = page[-1][0]


class Pile:
    """Texts in the order of a rank, and of arrival where that is the same."""

    def __init__(self) -> None:
        self._db = database()
        self._db.execute(
            "CREATE TABLE texts (rank TEXT, number INTEGER, text TEXT, PRIMARY KEY (rank, number)) WITHOUT ROWID"
        )
        self._length = 0

    def add(self, text: str, rank: str = "") -> None:
        self._length += 1
        self._db.execute("INSERT INTO texts VALUES (?, ?, ?)", (rank, self._length, text))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        rank, number = "", 0
        while page := self._db.execute(
            f"SELECT rank, number, text FROM texts WHERE (rank, number) > (?, ?) ORDER BY rank, number LIMIT {_PAGE}",
            (rank, number),
        ).fetchall():
            yield from (text for _, _, text in page)
            rank, number, _ = page[-1]
