"""A copy of the state as one SQLite file, of whatever database it is kept in, and back into either kind.

So a copy also moves the state: from SQLite on one machine to PostgreSQL for several, or back.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    select,
    text,
)

from backends.database.engine import locked, open_database, translated
from backends.database.upgrade import BASE, changing, current, head, move, move_to
from backends.errors import DatabaseError

_PAGE = 1000
_OWN = "alembic_version"


def save(engine: Engine, path: Path) -> str:
    """As of one moment, while others go on writing; returns the revision. `path` is a new file."""
    with translated(engine):
        if engine.dialect.name == "sqlite":
            return _save_file(engine, path)
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with reading.connect() as source:
            revision = current(source)
            if revision is None:
                raise DatabaseError("the state database is empty: there is nothing to copy", hint="check state.url")
            target = open_database(f"sqlite:///{path}")
            try:
                move_to(target, revision)
                with locked(target).begin() as connection:
                    _copy(source, connection)
                _one_file(target)
            finally:
                target.dispose()
            return revision


def restore(engine: Engine, path: Path) -> str:
    """Puts a copy in place of everything that is there, in one transaction, and migrates it; returns its revision."""
    source = create_engine(f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true")
    try:
        with translated(engine), source.connect() as copy, changing(engine) as connection:
            revision = current(copy)
            if revision is None or revision > head():
                raise DatabaseError(
                    f"the copy of the state is at revision {revision}, this dbt-ask knows revisions up to {head()}",
                    hint="restore it with the version of dbt-ask that made it, or a later one",
                )
            move(connection, BASE)
            others = {_OWN, *inspect(connection).get_table_names()}
            move(connection, revision)
            _copy(copy, connection, others)
            move(connection, head())
            return revision
    finally:
        source.dispose()


def _save_file(engine: Engine, path: Path) -> str:
    with engine.connect() as source, contextlib.closing(sqlite3.connect(path)) as target:
        revision = current(source)
        if revision is None:
            raise DatabaseError("the state database is empty: there is nothing to copy", hint="check state.url")
        source.rollback()
        raw = source.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.backup(target)
        target.execute("pragma journal_mode = delete")
        return revision


def _one_file(target: Engine) -> None:
    raw = target.raw_connection()
    try:
        raw.cursor().execute("pragma journal_mode = delete")
    finally:
        raw.close()


def _copy(source: Connection, target: Connection, but: Collection[str] = (_OWN,)) -> None:
    """Of the tables that the target has, all rows. Both are at one revision."""
    here, there = MetaData(), MetaData()
    there.reflect(target)
    wanted = [table for table in there.sorted_tables if table.name not in but]
    here.reflect(source, only=[table.name for table in wanted])
    for table in wanted:
        own = _own_references(table)
        later: list[Mapping[str, Any]] = []
        for rows in _pages(source, here.tables[table.name], table):
            later += [row for row in rows if any(row[name] is not None for name in own)]
            target.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows] if own else rows)
        for row in later:
            mine = [column == row[column.name] for column in table.primary_key]
            target.execute(table.update().where(*mine).values({name: row[name] for name in own}))
        _count_on(target, table)


def _pages(source: Connection, table: Table, into: Table) -> Iterator[list[dict[str, Any]]]:
    names = [column.name for column in into.columns]
    moments = {column.name for column in into.columns if isinstance(column.type, DateTime)}
    aware = into.metadata is not None and any(getattr(into.c[name].type, "timezone", False) for name in moments)
    ordered = select(*(table.c[name] for name in names)).order_by(*table.primary_key)
    for page in source.execution_options(stream_results=True).execute(ordered).mappings().partitions(_PAGE):
        yield [{n: _moment(v, aware) if n in moments else v for n, v in row.items()} for row in page]


def _moment(value: Any, aware: bool) -> Any:
    """SQLite keeps UTC without saying so."""
    if not isinstance(value, datetime):
        return value
    known = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    return known if aware else known.astimezone(timezone.utc).replace(tzinfo=None)


def _own_references(table: Table) -> list[str]:
    """Columns that refer to other rows of the same table: set when all rows are there."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table and not key.parent.primary_key]


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL's sequences know nothing of rows that brought their number."""
    keys = list(table.primary_key)
    if target.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    name = text("select pg_get_serial_sequence(:table, :column)")
    sequence = target.execute(name, {"table": f'"{table.name}"', "column": keys[0].name}).scalar()
    highest = target.execute(select(func.max(keys[0]))).scalar()
    if sequence and highest is not None:
        target.execute(text("select setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})
