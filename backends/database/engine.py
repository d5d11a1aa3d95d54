"""Engines and sessions. SQLite is for one machine, PostgreSQL for several."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from backends.errors import DatabaseError

_BUSY_SECONDS = 30
_BROKEN = ("file is not a database", "malformed")
_URLS = "write it like sqlite:////path/to/state.db or postgresql://user:password@host/database"


def open_database(url: str) -> Engine:
    """Connects once, so that what is wrong is said here. The tables come with `migrate`."""
    parsed = _parse(url)
    try:
        engine = create_engine(parsed, json_serializer=partial(json.dumps, ensure_ascii=False), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"the state database {shown(parsed)} needs the package {error.name}, which is not installed",
            hint='install the extra: pip install "dbt-ask[postgres]"',
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _prepare_sqlite(engine, Path(parsed.database).parent)
    with translated(engine), engine.connect():
        return engine


@contextmanager
def session(engine: Engine, *, exclusive: bool = False) -> Iterator[Session]:
    """One transaction, committed at the end. What was loaded stays usable after it.

    `exclusive` is for what reads first and then writes by what it read: SQLite then takes the write lock at the
    start, where it waits; taken later it fails at once if another process wrote meanwhile. (PostgreSQL locks rows:
    there use `with_for_update`.)
    """
    bind = locked(engine) if exclusive else engine
    with translated(engine), Session(bind, expire_on_commit=False) as opened, opened.begin():
        yield opened


def locked(engine: Engine) -> Engine:
    """The same engine, whose transactions take SQLite's write lock at the start."""
    return engine.execution_options(sqlite_begin="IMMEDIATE")


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Failures of the database become DatabaseError. Those of a statement (a constraint) stay what they are."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except DBAPIError as error:
        said = str(error.orig).strip()
        if engine.url.get_backend_name() == "sqlite" and any(broken in said for broken in _BROKEN):
            raise DatabaseError(
                f"the state database {engine.url.database} is damaged: {said}",
                hint="move the file away, then run `dbt-ask restore` with a backup; without one it begins empty",
            ) from error
        raise DatabaseError(
            f"the state database {shown(engine.url)} failed: {said}",
            hint="check state.url in dbt_ask.yml, that the server is up or the folder can be written, "
            "and that no other program holds a lock",
        ) from error


def shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError("state.url is not the URL of a database", hint=_URLS) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseError(f"the state can't be kept in {parsed.get_backend_name()}", hint=_URLS)
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseError("the state can't be kept in memory: threads would not share it", hint=_URLS)
    return parsed


def _prepare_sqlite(engine: Engine, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"the folder {folder} of the state database can't be made: {error.strerror}",
            hint="check state.url in dbt_ask.yml and the rights on the folder",
        ) from error

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver would begin transactions by its own rules, and none around DDL; `_begin` does it instead.
        connection.isolation_level = None
        connection.execute(f"pragma busy_timeout = {_BUSY_SECONDS * 1000}")
        _write_ahead(connection)
        connection.execute("pragma foreign_keys = on")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"begin {kind}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """A new file is switched once, by one of those who open it at once. SQLite does not wait here, so this does."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
