from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from backends.errors import QueryFailed, WarehouseBusy, WarehouseUnavailable
from backends.warehouse.base import Limits
from backends.warehouse.door import Door
from backends.warehouse.duckdb import DuckDBEngine
from backends.warehouse.worker_pool import WorkerError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "outside.csv").write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute("create table t as select range as id, 'n' || range as name from range(1000)")
        connection.execute(f"create view over_file as select * from read_csv('{tmp_path}/outside.csv')")
    return tmp_path / "d.duckdb"


@pytest.fixture
def door(path: Path) -> Iterator[Door]:
    opened = Door(DuckDBEngine(path))
    yield opened
    opened.close()


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    door = Door(DuckDBEngine(tmp_path / "none.duckdb"))
    with pytest.raises(WarehouseUnavailable) as caught:
        door.tables()
    assert "dbt-ask build" in caught.value.hint
    door.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_text("no database " * 1000)
    door = Door(DuckDBEngine(tmp_path / "x.duckdb"))
    with pytest.raises(WarehouseUnavailable):
        door.query("select 1")
    door.close()


def test_a_file_that_another_process_writes_is_busy(path: Path, door: Door) -> None:
    hold = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseBusy) as caught:
            door.query("select 1")
        assert caught.value.transient
        assert str(path) in caught.value.message
        writer.kill()
    assert door.query("select count(*) from t").rows == ((1000,),)


def test_between_queries_a_writer_can_open_the_file(path: Path, door: Door) -> None:
    assert door.query("select count(*) from t").rows == ((1000,),)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from t where id >= 10")
    assert door.query("select count(*) from t").rows == ((10,),)


def test_files_that_views_name_are_read_and_no_others(path: Path) -> None:
    (path.parent / "inside").mkdir()
    for name in ("one", "two"):
        (path.parent / "inside" / f"{name}.csv").write_text("a\n2\n")
    (path.parent / "other.csv").write_text("secret\n3\n")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"set file_search_path = '{path.parent}'")
        connection.execute("create view by_pattern as select * from read_csv('inside/*.csv')")
        connection.execute("create view by_name as select * from 'inside/one.csv'")
        connection.execute(f"create view only_said as select '{path.parent}/other.csv' as said, 'inside/*.csv' as also")
    engine = DuckDBEngine(path)
    door = Door(engine)
    for view, count in (("over_file", 1), ("by_pattern", 2), ("by_name", 1)):
        assert door.query(f"select count(*) from {view}").rows == ((count,),)
    for sql in (f"from '{path.parent}/other.csv'", f"copy (select 1) to '{path.parent}/outside.csv'"):
        with engine.session() as session, pytest.raises(WorkerError):  # behind layers 1 to 3
            session.execute(sql, Limits())
    assert (path.parent / "outside.csv").read_text() == "a\n1\n"
    door.close()


def test_a_view_over_a_file_that_is_gone_says_what_to_do(path: Path, door: Door) -> None:
    (path.parent / "outside.csv").unlink()
    with pytest.raises(QueryFailed) as caught:
        door.query("select * from over_file")
    assert "materialize that model as a table" in caught.value.hint


def test_a_query_that_needs_too_much_memory_fails_and_says_so(path: Path) -> None:
    door = Door(DuckDBEngine(path, memory=100_000_000))
    with pytest.raises(QueryFailed) as caught:
        door.query("select list(a.name || b.name) from t a, t b, t c", Limits(seconds=120))
    assert "memory" in caught.value.hint
    assert door.query("select 1").rows == ((1,),)
    door.close()


def test_a_large_sort_spills_without_a_trace_beside_the_database(path: Path) -> None:
    door = Door(DuckDBEngine(path, memory=150_000_000, threads=1))
    triples = "from t a, t b, (select id from t limit 3) c"
    sql = f"select a.id, b.name {triples} order by b.name, a.id desc limit 1 offset 2900000"
    assert door.query(sql, Limits(seconds=120)).rows
    door.close()
    assert sorted(each.name for each in path.parent.iterdir()) == ["d.duckdb", "outside.csv"]


def test_attached_databases_are_read_only_and_can_be_read(path: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("create table u as select 7 as seven")
    attach = [f"ATTACH IF NOT EXISTS '{tmp_path}/other.duckdb' AS other (READ_ONLY)"]
    door = Door(DuckDBEngine(path, attach=attach))
    assert door.query("select seven from other.main.u").rows == ((7,),)
    assert "other.main.u" in {str(table) for table in door.tables()}
    door.close()


def test_what_can_not_be_attached_is_said(path: Path, tmp_path: Path) -> None:
    door = Door(DuckDBEngine(path, attach=[f"ATTACH '{tmp_path}/nowhere.duckdb' AS other (READ_ONLY)"]))
    with pytest.raises(WarehouseUnavailable) as caught:
        door.query("select 1")
    assert "nowhere.duckdb" in caught.value.message
    door.close()


def test_explain_draws_the_plan_and_estimates(door: Door) -> None:
    plan = door.explain("select name, count(*) from t where id > 5 group by name")
    assert "SEQ_SCAN" in plan.text
    assert plan.rows is not None
    assert plan.rows > 0


def test_columns_are_found_whatever_the_case(door: Door) -> None:
    (table,) = [each for each in door.tables() if each.name == "t"]
    shouted = type(table)(None, "MAIN", "T")
    assert [column.name for column in door.columns(shouted)] == ["id", "name"]
