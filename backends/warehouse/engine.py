"""What the door needs of a database. An engine is thin: it opens, runs, fetches and cancels, and judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from backends.errors import WarehouseError
from backends.warehouse.base import ColumnInfo, Limits, Plan, TableName


class Session(Protocol):
    """One connection while one query runs on it. Raises the engine's own errors: `Engine.failure` maps them."""

    def execute(self, sql: str, limits: Limits) -> None:
        """Starts the query. `limits` is for servers that keep a clock of their own; the door enforces it anyway."""

    def header(self) -> list[tuple[str, str]]:
        """Name and type of each column."""

    def fetch(self, count: int) -> Sequence[tuple[Any, ...]]:
        """The next rows; fewer than `count` only at the end."""

    def cancel(self) -> None:
        """From another thread; may come at any moment, also more than once."""


class Engine(Protocol):
    @property
    def dialect(self) -> str: ...

    @property
    def locked(self) -> bool:
        """Whether its connections can't write, whatever their user may do."""

    @property
    def default_schema(self) -> str | None:
        """Where a table is meant whose name several schemas have."""

    def tables(self) -> list[TableName]: ...

    def columns(self, table: TableName) -> list[ColumnInfo]: ...

    def session(self) -> AbstractContextManager[Session]:
        """A connection that may be used at the same time as others of this engine."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The driver's exceptions."""

    def failure(self, error: Exception, sql: str) -> WarehouseError:
        """The port's error for one of the driver's."""

    def explain_sql(self, sql: str) -> str: ...

    def plan(self, rows: Sequence[tuple[Any, ...]]) -> Plan: ...

    def close(self) -> None: ...
