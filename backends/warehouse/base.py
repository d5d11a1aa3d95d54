"""The warehouse port: what dbt-ask may do with a database, which is to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol


@dataclass(frozen=True, order=True, slots=True)
class TableName:
    """A relation as the engine itself spells it; `database` is None where the engine has none."""

    database: str | None
    schema: str | None
    name: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.database, self.schema, self.name) if part)


@dataclass(frozen=True)
class ColumnInfo:
    name: str
    type: str
    nullable: bool = True


@dataclass(frozen=True)
class Limits:
    """Bounds of one query. What does not fit in `rows` or `bytes` is cut, and `Rows.truncated` says so. What the engine
    expects to pass `cost` or `scanned` (see Plan) is refused before it runs; 0 is no bound."""

    seconds: float = 30.0
    rows: int = 1000
    bytes: int = 16 * 1024 * 1024
    cost: float = 0
    scanned: float = 0


@dataclass(frozen=True)
class Rows:
    """A result: Python values as the driver gives them, types in the engine's words.

    `seconds` from sending the query to the last row; opening the database is not in it."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What EXPLAIN said, and the engine's estimates where it gives any: `cost` in its own unit, `scanned` in bytes
    that it would read."""

    text: str
    rows: float | None = None
    cost: float | None = None
    scanned: float | None = None


@dataclass(frozen=True)
class TableScope:
    """One table that may be read: its columns with their types, and those whose values must not come out."""

    name: TableName
    columns: dict[str, str]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """The catalogue policy of the door: what is not named here can't be read."""

    tables: Sequence[TableScope] = field(default=())

    def __len__(self) -> int:
        return len(self.tables)

    def called(self, name: str) -> Sequence[TableName]:
        """Of this name alone, without regard to case."""
        return self._by_bare_name.get(name.casefold(), ())

    def first(self, most: int) -> Sequence[str]:
        """The whole names that come first in the alphabet."""
        return sorted(str(table.name) for table in self.tables)[:most]

    def table(self, name: TableName) -> TableScope | None:
        return self._by_name.get(name)

    @cached_property
    def _by_bare_name(self) -> dict[str, list[TableName]]:
        found: dict[str, list[TableName]] = {}
        for table in self.tables:
            found.setdefault(table.name.name.casefold(), []).append(table.name)
        return found

    @cached_property
    def _by_name(self) -> dict[TableName, TableScope]:
        return {table.name: table for table in self.tables}


class Warehouse(Protocol):
    """Reads one database. Every SQL text goes through the read-only door (`door.py`); there is no other.

    Raises QueryRefused, QueryFailed, QueryTimeout, WarehouseBusy, WarehouseUnavailable. A refused, failed or
    timed-out query leaves the warehouse usable.
    """

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""

    @property
    def locked(self) -> bool:
        """Whether the connection itself can't write; else the rights of its user are the lock."""

    def tables(self) -> list[TableName]:
        """All relations of the database but the system's own, sorted."""

    def columns(self, table: TableName) -> list[ColumnInfo]:
        """In ordinal order; empty when there is no such table."""

    def explain(self, sql: str) -> Plan:
        """Plans without running; goes through the same door."""

    def query(self, sql: str, limits: Limits = Limits()) -> Rows: ...

    def distinct_values(
        self, table: TableName, column: str, limit: int, seconds: float = 10.0, *, rows: int | None = None
    ) -> list[Any]:
        """Up to `limit` distinct non-null values, ordered; the caller asks for one more than it can use. With `rows`
        only of so many rows, whichever the warehouse has at hand first: a sample."""

    def restricted(self, scope: Scope) -> Warehouse:
        """The same connection behind a door that knows the catalogue policy."""

    def cancel(self) -> None:
        """Stops the running query from another thread; does nothing when none runs."""

    def close(self) -> None: ...
