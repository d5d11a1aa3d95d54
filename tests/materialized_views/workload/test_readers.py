from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pytest

from materialized_views.errors import WorkloadUnreadable
from materialized_views.workload import Problem, Statement, read

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def csvlog_line(message: str, severity: str = "LOG", stamp: str = "2026-03-01 12:00:00.000 UTC") -> list[str]:
    row = [""] * 26
    row[0], row[1], row[11], row[13] = stamp, "ann", severity, message
    return row


def test_csv_with_names_in_any_order(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "log.csv",
        [["user_name", "QUERY_TEXT", "start_time", "total_elapsed_time"], ["ann", "select\n1", NOON.isoformat(), 12.5]],
    )
    assert list(read(path)) == [Statement("select\n1", NOON, 12.5, "ann")]


def test_pg_stat_statements_gives_calls_and_their_mean(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "statements.csv",
        [["userid", "query", "calls", "mean_exec_time"], ["10", "select $1", "30", "4.5"]],
    )
    assert list(read(path)) == [Statement("select $1", None, 4.5, "10", 30)]


def test_seconds_and_microseconds_become_milliseconds(tmp_path: Path) -> None:
    seconds = write_csv(tmp_path / "a.csv", [["sql", "seconds"], ["select 1", "0.25"]])
    redshift = write_csv(tmp_path / "b.csv", [["query_text", "elapsed_time"], ["select 1", "2500"]])
    found = [*read(seconds), *read(redshift)]
    assert [entry.milliseconds for entry in found if isinstance(entry, Statement)] == [250.0, 2.5]


def test_csvlog_takes_timed_statements_alone(tmp_path: Path) -> None:
    rows = [
        csvlog_line("duration: 1.500 ms  statement: select 1,\n 2"),
        csvlog_line("checkpoint starting: time"),
        csvlog_line("duration: 2.500 ms  execute S_1: select $1"),
        csvlog_line("duration: 9.0 ms  statement: select wrong", severity="ERROR"),
    ]
    assert list(read(write_csv(tmp_path / "postgresql.csv", rows))) == [
        Statement("select 1,\n 2", NOON, 1.5, "ann"),
        Statement("select $1", NOON, 2.5, "ann"),
    ]


def test_json_lines_keep_the_question(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"sql": "select 1", "question": "매출은?"}, ensure_ascii=False) + "\n\n", "utf-8")
    assert list(read(path)) == [Statement("select 1", question="매출은?")]


def test_what_is_wrong_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    lines = ["{no json", "[1]", '{"user": "ann"}', '{"sql": "select 1", "at": "yesterday"}', '{"sql": "select 2"}']
    path.write_text("\n".join(lines), "utf-8")
    found = list(read(path))
    assert [type(entry) for entry in found] == [Problem, Problem, Problem, Problem, Statement]
    assert [entry.where for entry in found if isinstance(entry, Problem)] == [f"log.jsonl:{n}" for n in (1, 2, 3, 4)]


def test_the_table_of_a_duckdb_file_that_holds_sql(tmp_path: Path) -> None:
    path = tmp_path / "history.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table settings (key text)")
        connection.execute("create table history (sql text, start_time timestamp, duration_ms double)")
        connection.execute(
            "insert into history select 'select ' || n, timestamp '2026-03-01 12:00:00', n from range(2500) t(n)"
        )
    found = list(read(path))
    assert len(found) == 2500
    assert found[7] == Statement("select 7", NOON, 7.0)


@pytest.mark.parametrize(
    ("name", "text"), [("log.csv", "a,b\n1,2\n"), ("log.xlsx", "x"), ("log.duckdb", "no database"), ("log.csv", "\xff")]
)
def test_what_is_no_log_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(WorkloadUnreadable):
        list(read(path))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkloadUnreadable, match="No such file"):
        list(read(tmp_path / "none.csv"))
