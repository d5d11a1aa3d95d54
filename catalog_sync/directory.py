"""Where a table is found without reading the others: by what it is called, by its keys, by when its data end.

One row a table, and one for each two tables that a key ties, in the SQLite database that has their places and records.
All answers are names, in the catalogue's order where that matters; of a hub only the first few hundred children.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from backends.warehouse.base import TableName
from catalog_sync.names import row_noun
from catalog_sync.records import key_of, name_of, record_of
from catalog_sync.times import last_day

if TYPE_CHECKING:
    from catalog_sync.model import CatalogTable

# The order stands apart: where a table comes between others, nothing else is written again.
PLACES = """
CREATE TABLE IF NOT EXISTS places (key TEXT PRIMARY KEY, place INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_place ON places (place);
"""
RECORDS = "CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, record TEXT NOT NULL);"
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, whole TEXT NOT NULL, short TEXT NOT NULL, bare TEXT NOT NULL, is_view INTEGER NOT NULL,
    workspace TEXT NOT NULL, domain TEXT NOT NULL, noun TEXT NOT NULL, owns TEXT, last_day TEXT, built_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_whole ON entries (whole);
CREATE INDEX IF NOT EXISTS by_short ON entries (short);
CREATE INDEX IF NOT EXISTS by_bare ON entries (bare);
CREATE INDEX IF NOT EXISTS by_noun ON entries (workspace, noun) WHERE NOT is_view;
CREATE INDEX IF NOT EXISTS by_owned ON entries (workspace, owns) WHERE owns IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_last_day ON entries (workspace, last_day, domain) WHERE last_day IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_domain ON entries (domain);
CREATE INDEX IF NOT EXISTS the_views ON entries (key) WHERE is_view;
CREATE INDEX IF NOT EXISTS by_built ON entries (built_at) WHERE built_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS ties (parent TEXT, child TEXT, PRIMARY KEY (parent, child)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_child ON ties (child, parent);
CREATE VIEW IF NOT EXISTS links AS SELECT child AS one, parent AS other FROM ties
    UNION ALL SELECT parent AS one, child AS other FROM ties;
"""
_HUB = 300
"""Children of one table that are looked at: behind so many nobody can tell which one a question means."""

_WAY = "SELECT other FROM links WHERE one = ?"
_WAYS = (
    f"SELECT other, other FROM links WHERE one = ? AND other IN ({_WAY}) LIMIT {_HUB}",
    "SELECT a.other, b.other FROM links a JOIN links b ON b.one = a.other WHERE a.one = ? "
    f"AND b.other IN ({_WAY}) LIMIT {_HUB}",
)


@dataclass(frozen=True)
class Directory:
    """Over a database that has the `SCHEMA` and the places. `domains`: what is seen of it; None for all."""

    db: sqlite3.Connection
    domains: frozenset[str] | None = None
    _days: dict[tuple[int, str | None], Mapping[date, int]] = field(default_factory=dict, compare=False, repr=False)

    def put(self, key: str, table: CatalogTable) -> None:
        """In place of what was said of the table before."""
        self.remove(key)
        name, end = table.name, last_day(table)
        owns = table.primary_key[0] if table.view is None and len(table.primary_key) == 1 else None
        row = (
            key, str(name), short(name), name.name.casefold(), table.view is not None, table.workspace, table.domain,
            row_noun(table), owns, end.isoformat() if end else None, table.built_at or None,
        )  # fmt: skip
        self.db.execute(f"INSERT INTO entries VALUES ({', '.join('?' * len(row))})", row)
        parents = {key_of(k.to_table) for k in table.foreign_keys} - {key}
        self.db.executemany("INSERT INTO ties VALUES (?, ?)", ((parent, key) for parent in parents))

    def remove(self, key: str) -> None:
        self.db.execute("DELETE FROM entries WHERE key = ?", (key,))
        self.db.execute("DELETE FROM ties WHERE child = ?", (key,))

    def within(self, domains: frozenset[str]) -> Directory:
        return Directory(self.db, domains if self.domains is None else domains & self.domains)

    def names(self) -> Iterator[TableName]:
        return map(name_of, self._keys("SELECT key FROM entries e JOIN places USING (key) WHERE TRUE", order="place"))

    def hashes(self) -> list[tuple[str, str]]:
        """Key and hash of each record, in the catalogue's order."""
        return self._rows("SELECT key, hash FROM entries e JOIN places USING (key) WHERE TRUE", order="place")

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM entries e WHERE TRUE")[0][0])

    def first(self, most: int) -> list[str]:
        """The whole names that come first in the alphabet."""
        return [str(w) for (w,) in self._rows("SELECT whole FROM entries e WHERE TRUE", order="whole", most=most)]

    def whole(self, text: str) -> TableName | None:
        """By str(TableName), as the index and receipts have it."""
        return self._last("SELECT key FROM entries e WHERE whole = ?", text)

    def short(self, text: str) -> TableName | None:
        """By `schema.name`."""
        return self._last("SELECT key FROM entries e WHERE short = ?", text)

    def bare(self, text: str) -> list[TableName]:
        """By the name alone, without regard to case."""
        return self._placed(self._keys("SELECT key FROM entries e WHERE bare = ?", text.casefold(), most=_HUB))

    def views(self) -> list[TableName]:
        """Question views."""
        return self._placed(self._keys("SELECT key FROM entries e WHERE is_view"))

    def owner(self, workspace: str, column: str) -> TableName | None:
        """The base table whose primary key is this column alone."""
        return self._last("SELECT key FROM entries e WHERE workspace = ? AND owns = ?", workspace, column)

    def of_noun(self, workspace: str, text: str) -> list[TableName]:
        """Base tables of which a row is called so."""
        sql = "SELECT key FROM entries e WHERE NOT is_view AND workspace = ? AND noun = ?"
        return self._placed(self._keys(sql, workspace, text, most=_HUB))

    def owner_of_noun(self, workspace: str, text: str) -> TableName | None:
        """The base table with a key of one column of which a row is called so."""
        sql = "SELECT key FROM entries e WHERE NOT is_view AND workspace = ? AND noun = ? AND owns IS NOT NULL"
        return self._last(sql, workspace, text)

    def children(self, parents: Iterable[TableName]) -> list[TableName]:
        """Base tables that have a key to one of these."""
        sql = "SELECT child FROM ties JOIN entries e ON e.key = child WHERE parent = ? AND NOT e.is_view"
        return self._placed({key for p in parents for key in self._keys(sql, key_of(p), most=_HUB)})

    def between(self, one: TableName, other: TableName) -> list[TableName]:
        """Base tables by which at most three keys lead from the one to the other; none where a key does at once."""
        ends = (key_of(one), key_of(other))
        if self.db.execute("SELECT 1 FROM links WHERE one = ? AND other = ? LIMIT 1", ends).fetchone():
            return []
        for way in _WAYS:
            if found := {key for row in self.db.execute(way, ends).fetchall() for key in row} - set(ends):
                return self._placed(self._bases(found))
        return []

    def around(self, names: Iterable[TableName], most: int) -> list[TableName]:
        """Base tables to which keys lead: all parents first, then children, then their parents, and so on."""
        found = dict.fromkeys(map(key_of, names))
        started, edge = len(found), list(found)
        while edge and len(found) - started < most:
            fresh = edge
            while fresh:
                fresh = self._next("SELECT parent FROM ties WHERE child = ?", fresh, found)
                edge += fresh
            edge = self._next("SELECT child FROM ties WHERE parent = ?", edge, found)
        return self._placed(list(found)[started : started + most])

    def _next(self, sql: str, keys: Iterable[str], found: dict[str, None]) -> list[str]:
        """The base tables one key further that were not found yet; now they are."""
        rows = (row for key in keys for row in self.db.execute(f"{sql} LIMIT {_HUB}", (key,)).fetchall())
        fresh = self._bases(dict.fromkeys(key for (key,) in rows if key not in found))
        found.update(dict.fromkeys(fresh))
        return fresh

    def ties(self) -> list[tuple[str, str]]:
        """Child and parent of each key, by their keys in the records."""
        return self._rows("SELECT child, parent FROM ties JOIN entries e ON e.key = child WHERE TRUE")

    def speaking_of(self, words: Iterable[str], domain: str, most: int) -> list[TableName]:
        """Those whose record or `schema.name` has all the words; where the name has one first, then by name."""
        wanted = [f"%{''.join(f'^{c}' if c in '%_^' else c for c in word)}%" for word in words]
        named = " + ".join(["(short LIKE ? ESCAPE '^')"] * len(wanted)) or "0"
        sql = f"SELECT e.key, {named} AS named FROM entries e JOIN records USING (key) WHERE (? = '' OR e.domain = ?)"
        sql += " AND (record LIKE ? ESCAPE '^' OR short LIKE ? ESCAPE '^')" * len(wanted)
        twice = (word for word in wanted for _ in range(2))
        rows = self._rows(sql, *wanted, domain, domain, *twice, order="named DESC, short", most=most)
        return [name_of(row[0]) for row in rows]

    def last_days(self, workspace: str | None) -> Mapping[date, int]:
        """Day -> how many tables' data end on it."""
        known = (self.db.execute("PRAGMA data_version").fetchone()[0], workspace)
        if known not in self._days:
            sql = "SELECT last_day, count(*) FROM entries e WHERE last_day IS NOT NULL"
            own = () if workspace is None else (workspace,)
            rows = self._rows(sql + " AND workspace = ?" * len(own), *own, group="last_day")
            self._days[known] = {date.fromisoformat(day): count for day, count in rows}
        return self._days[known]

    def all_domains(self) -> list[str]:
        found = self._rows("SELECT DISTINCT domain FROM entries e WHERE domain != ''", order="domain")
        return [str(domain) for (domain,) in found]

    def built(self) -> list[str]:
        """Each moment at which a table was built."""
        return [str(at) for (at,) in self._rows("SELECT DISTINCT built_at FROM entries e WHERE built_at IS NOT NULL")]

    def _rows(self, sql: str, *values: Any, group: str = "", order: str = "", most: int = -1) -> list[tuple[Any, ...]]:
        """`sql` ends in a condition; its table of entries is `e`."""
        if self.domains is not None:
            sql += f" AND e.domain IN ({', '.join('?' * len(self.domains))})"
            values = (*values, *self.domains)
        sql += f" GROUP BY {group}" if group else ""
        sql += f" ORDER BY {order}" if order else ""
        return self.db.execute(f"{sql} LIMIT {most}", values).fetchall()

    def _keys(self, sql: str, *values: Any, order: str = "", most: int = -1) -> list[str]:
        return [str(key) for (key,) in self._rows(sql, *values, order=order, most=most)]

    def _bases(self, keys: Collection[str]) -> list[str]:
        sql = "SELECT key FROM entries e WHERE NOT is_view AND key = ?"
        return [key for key in keys if self._rows(sql, key)]

    def _placed(self, keys: Collection[str]) -> list[TableName]:
        """In the catalogue's order."""
        found = ((self.db.execute("SELECT place FROM places WHERE key = ?", (key,)).fetchone(), key) for key in keys)
        return [name_of(key) for place, key in sorted(found) if place]

    def _last(self, sql: str, *values: Any) -> TableName | None:
        """Of several that are called the same the last one counts."""
        found = self._placed(self._keys(sql, *values, most=_HUB))
        return found[-1] if found else None


def short(name: TableName) -> str:
    return f"{name.schema}.{name.name}" if name.schema else name.name


def of(tables: Iterable[CatalogTable]) -> Directory:
    """Of tables that are in memory."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.executescript(PLACES + RECORDS + SCHEMA)
    found = Directory(db)
    weakref.finalize(found, db.close)
    for place, table in enumerate(tables):
        key = key_of(table.name)
        db.execute("INSERT OR REPLACE INTO places VALUES (?, ?, '')", (key, place))
        db.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", (key, record_of(table)))
        found.put(key, table)
    return found
