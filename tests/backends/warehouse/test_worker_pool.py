from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from backends.warehouse.duckdb_worker import Database
from backends.warehouse.worker_pool import WorkerError, WorkerPool


@pytest.fixture
def database(tmp_path: Path) -> Database:
    import duckdb

    duckdb.connect(str(tmp_path / "d.duckdb")).close()
    return Database(str(tmp_path / "d.duckdb"), str(tmp_path), memory=500_000_000)


def test_a_worker_is_used_again(database: Database) -> None:
    pool = WorkerPool()
    with pool.lend() as first:
        first.call("open", database)
    with pool.lend() as second:
        assert second is first
    pool.close()
    assert not first.alive


def test_an_error_of_duckdb_comes_with_its_kind(database: Database) -> None:
    pool = WorkerPool()
    with pool.lend() as worker:
        worker.call("open", database)
        with pytest.raises(WorkerError) as caught:
            worker.call("execute", "select nosuch", True)
        assert caught.value.kind == "BinderException"
        assert "nosuch" in str(caught.value)
        assert worker.call("execute", "select 1 as a", True) == [("a", "INTEGER")]
    pool.close()


def test_a_killed_worker_is_replaced(database: Database) -> None:
    pool = WorkerPool()
    with pool.lend() as first:
        first.call("open", database)
        first.kill()
        with pytest.raises(WorkerError) as caught:
            first.call("execute", "select 1", True)
        assert caught.value.kind == "Killed"
    with pool.lend() as second:
        assert second is not first
        second.call("open", database)
    pool.close()


def test_the_worker_ends_with_the_process_that_started_it(database: Database) -> None:
    pool = WorkerPool()
    with pool.lend() as worker:
        worker.call("open", database)
    process: subprocess.Popen[bytes] = worker._process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0
    pool.close()


@pytest.mark.parametrize("sql", ["select 1; select 2", "create table t (a int)", "set threads = 1", "checkpoint"])
def test_only_one_select_is_run(database: Database, sql: str) -> None:
    pool = WorkerPool()
    with pool.lend() as worker:
        worker.call("open", database)
        with pytest.raises(WorkerError):
            worker.call("execute", sql, True)
    pool.close()
