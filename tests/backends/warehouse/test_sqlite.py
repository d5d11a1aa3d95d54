from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from backends.errors import QueryFailed, WarehouseBusy, WarehouseUnavailable
from backends.warehouse import open_sqlite
from backends.warehouse.base import TableName
from backends.warehouse.door import Door
from backends.warehouse.guard import ALL_LAYERS, Layer
from backends.warehouse.sqlite import SQLiteEngine

LOCK_ALONE = ALL_LAYERS - {Layer.STATEMENT, Layer.TREE, Layer.CATALOGUE}


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    run(tmp_path / "d.sqlite", "create table t (id integer, name text)", "insert into t values (1, 'a'), (2, null)")
    return tmp_path / "d.sqlite"


@pytest.fixture
def lock(path: Path) -> Iterator[Door]:
    door = Door(SQLiteEngine(path), layers=LOCK_ALONE)
    yield door
    door.close()


def test_text_that_is_no_utf8_is_shown_and_no_crash(path: Path) -> None:
    run(path, "insert into t values (3, cast(x'e9e8' as text))", 'create table "caf" (x)')
    warehouse = open_sqlite(path)
    assert warehouse.query("select name from t where id = 3").rows == (("\ufffd\ufffd",),)
    assert warehouse.distinct_values(TableName(None, None, "t"), "name", 5) == ["a", "\ufffd\ufffd"]
    warehouse.close()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable):
        open_sqlite(tmp_path / "none.sqlite").tables()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("no database " * 1000)
    with pytest.raises(WarehouseUnavailable):
        open_sqlite(tmp_path / "x.sqlite").query("select 1")


def test_a_file_that_another_connection_writes_is_busy(path: Path) -> None:
    warehouse = open_sqlite(path)
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        writer.execute("begin exclusive")
        with pytest.raises(WarehouseBusy):
            warehouse.query("select * from t")
        writer.execute("rollback")
    finally:
        writer.close()
    assert len(warehouse.query("select * from t").rows) == 2


def test_a_database_in_wal_mode_is_read_and_left_as_it_was(path: Path) -> None:
    run(path, "pragma journal_mode = wal")
    before = path.read_bytes()
    assert len(open_sqlite(path).query("select * from t").rows) == 2
    assert path.read_bytes() == before


def test_without_its_companions_a_wal_database_is_read_as_immutable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a directory that can't be written to, which root could."""
    opened: list[str] = []
    connect = SQLiteEngine._connect

    def refusing(engine: SQLiteEngine, options: str) -> sqlite3.Connection:
        opened.append(options)
        if "immutable" not in options:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(engine, options)

    monkeypatch.setattr(SQLiteEngine, "_connect", refusing)
    assert len(open_sqlite(path).query("select * from t").rows) == 2
    assert opened[:2] == ["mode=ro", "mode=ro&immutable=1"]


@pytest.mark.parametrize(
    "sql",
    [
        "insert into t values (9, 'z')",
        "create table x (a)",
        "create temp table x (a)",
        "attach ':memory:' as m",
        "pragma query_only = 0",
        "pragma writable_schema = 1",
        "select * from sqlite_master",
        "select load_extension('x')",
        "select randomblob(10)",
        "select * from pragma_table_info('t')",
        "vacuum",
        "begin",
        "select 1; select 2",
    ],
)
def test_the_authorizer_alone_lets_a_query_read_and_nothing_else(lock: Door, path: Path, sql: str) -> None:
    before = path.read_bytes()
    with pytest.raises(QueryFailed):
        lock.query(sql)
    assert path.read_bytes() == before


def test_names_that_need_quotes(path: Path) -> None:
    run(path, 'create table "a b" ("c d" integer, "select" text)', "insert into \"a b\" values (1, 'x')")
    warehouse = open_sqlite(path)
    assert [column.name for column in warehouse.columns(TableName(None, None, "a b"))] == ["c d", "select"]
    assert warehouse.query('select "c d", "select" from "a b"').rows == ((1, "x"),)
    warehouse.close()


def test_explain_shows_how_tables_are_read(path: Path) -> None:
    assert "SCAN t" in open_sqlite(path).explain("select * from t").text
