from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from backends.database import open_database, session
from backends.errors import DatabaseError


def test_sqlite_waits_checks_foreign_keys_and_lets_readers_read(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'state.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    engine.dispose()


def test_exclusive_sessions_lose_no_update(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    with session(engine) as opened:
        opened.execute(text("create table counter as select 0 as n"))
    failures: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(20):
                with session(engine, exclusive=True) as opened:
                    n = opened.scalars(text("select n from counter")).one()
                    opened.execute(text("update counter set n = :n"), {"n": n + 1})
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session(engine) as opened:
        assert (opened.scalars(text("select n from counter")).one(), failures) == (80, [])
    engine.dispose()


def test_who_opens_a_new_file_while_another_writes_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("create table t (n)")
        monkeypatch.setattr("time.sleep", lambda _: other.execute("commit"))
        open_database(f"sqlite:///{path}").dispose()
    with closing(sqlite3.connect(path)) as anew:
        assert anew.execute("pragma journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_text("something else entirely " * 100)
    with pytest.raises(DatabaseError, match="file is not a database") as raised:
        open_database(f"sqlite:///{path}")
    assert str(path) in raised.value.message
    assert "dbt-ask restore" in raised.value.hint


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="can't be made"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'x' / 'state.db'}")


def test_a_server_that_is_not_there_keeps_the_password_secret() -> None:
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1") as raised:
        open_database("postgresql://someone:secret@127.0.0.1:1/state")
    assert "secret" not in str(raised.value)
    assert "state.url" in raised.value.hint


@pytest.mark.parametrize("url", ["nonsense", "", "mysql://h/d", "postgres://h/d", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_url(url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        open_database(url)
    assert "postgresql://" in raised.value.hint


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(DatabaseError, match="psycopg2") as raised:
        open_database("postgresql://h/d")
    assert 'pip install "dbt-ask[postgres]"' in raised.value.hint
