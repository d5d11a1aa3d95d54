"""How a warehouse is opened: by the dbt project's own profile, or a SQLite file as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.errors import WarehouseUnavailable
from backends.warehouse.base import Scope, Warehouse

if TYPE_CHECKING:
    from backends.warehouse.dbt_bridge import Target
    from backends.warehouse.engine import Engine


def open_dbt(
    project_dir: Path | str,
    profiles_dir: Path | str | None = None,
    target: str | None = None,
    vars: Mapping[str, Any] | None = None,  # noqa: A002  dbt's own word
    scope: Scope | None = None,
    *,
    reader_role: str | None = None,
    allow_unlocked: bool = False,
) -> Warehouse:
    """The warehouse of a dbt target. Without a scope every table that is not the system's may be read.

    `reader_role` is a PostgreSQL role that may only read; without it a superuser reads as pg_read_all_data.
    `allow_unlocked` accepts an adapter whose connection dbt-ask can't lock: then only the checks of the text,
    the timeout and the limits stand between a query and what the profile's user may do.
    """
    from backends.warehouse.dbt_bridge import resolve_target
    from backends.warehouse.door import Door

    resolved = resolve_target(Path(project_dir), Path(profiles_dir) if profiles_dir is not None else None, target, vars)
    return Door(_engine(resolved, reader_role, allow_unlocked), scope)


def open_sqlite(path: Path | str, scope: Scope | None = None) -> Warehouse:
    from backends.warehouse.door import Door
    from backends.warehouse.sqlite import SQLiteEngine

    return Door(SQLiteEngine(Path(path)), scope)


def _engine(target: Target, reader_role: str | None, allow_unlocked: bool) -> Engine:
    from backends.warehouse import dbt_bridge

    if target.type == "postgres":
        from backends.warehouse.postgres import PostgresEngine

        return PostgresEngine(**dbt_bridge.postgres_options(target), reader_role=reader_role)
    if target.type == "duckdb" and (options := dbt_bridge.duckdb_options(target)) is not None:
        from backends.warehouse.duckdb import DuckDBEngine

        return DuckDBEngine(**options)
    if not allow_unlocked:
        raise WarehouseUnavailable(
            f"dbt-ask can't lock a connection of the adapter {target.type} against writing",
            hint="give the profile a user that may only read and set warehouse.allow_unlocked in dbt_ask.yml",
        )
    from backends.warehouse.adapter import AdapterEngine

    return AdapterEngine(target)
