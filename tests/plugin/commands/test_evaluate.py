"""`dbt-ask eval` over databases made here; the model is scripted, everything else is real."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backends.embedder import CachedEmbedder, MultilingualEmbedder
from backends.errors import AskError, ModelUnavailable
from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from plugin import assemble
from plugin.main import cli

CLUBS = """
CREATE TABLE club (club_id INTEGER PRIMARY KEY, name TEXT, city TEXT);
INSERT INTO club VALUES (1, 'Rovers', 'Leeds'), (2, 'United', 'York'), (3, 'Rovers', 'York');
CREATE TABLE player (player_id INTEGER PRIMARY KEY, club_id INTEGER, position TEXT, goals INTEGER);
INSERT INTO player VALUES (1, 1, 'goalkeeper', 0), (2, 1, 'striker', 9), (3, 2, 'striker', 4);
"""
FLEET = """
CREATE TABLE ship (ship_id INTEGER PRIMARY KEY, name TEXT, tonnage INTEGER);
INSERT INTO ship VALUES (1, 'Alba', 100), (2, 'Bora', 300);
"""
QUESTIONS = [
    {"id": "q1", "db_id": "clubs", "question": "How many clubs are in York?",
     "query": "SELECT count(*) FROM club WHERE city = 'York'"},
    {"id": "q2", "db_id": "clubs", "question": "Names of clubs with a striker",
     "query": "SELECT T1.name FROM club AS T1 JOIN player AS T2 ON T1.club_id = T2.club_id "
              "WHERE T2.position = 'striker'"},
    {"id": "q3", "db_id": "fleet", "question": "Which ships have a tonnage above 200?",
     "query": "SELECT name FROM ship WHERE tonnage > 200"},
]  # fmt: skip
TABLES = [
    {
        "db_id": "clubs",
        "table_names_original": ["club", "player"],
        "table_names": ["club", "player"],
        "column_names_original": [[-1, "*"], [0, "club_id"], [1, "club_id"]],
        "column_names": [[-1, "*"], [0, "club id"], [1, "club id"]],
        "primary_keys": [1],
        "foreign_keys": [[2, 1]],
    }
]
RIGHT = {q["question"]: q["query"] for q in QUESTIONS}
STRICTER = {**RIGHT, "Which ships have a tonnage above 200?": "SELECT name FROM ship WHERE tonnage >= 200"}
WRONG = {**RIGHT, "How many clubs are in York?": "SELECT count(*) FROM club"}

EMBEDDER = CachedEmbedder(MultilingualEmbedder())


class Model:
    """Knows the answer to each question by heart."""

    def __init__(self) -> None:
        self.answers = dict(RIGHT)
        self.asked: list[str] = []
        self.breaks_at = ""

    def __call__(self, messages: Any, sampling: Sampling) -> str:
        text = "\n".join(m.content for m in messages if isinstance(m, Message))
        question = next(q for q in self.answers if q in text)
        if question == self.breaks_at:
            raise ModelUnavailable("the endpoint is gone", hint="start it")
        self.asked.append(question)
        return self.answers[question]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    monkeypatch.setattr(assemble, "open_llm", lambda _settings: ScriptedLLM(made, capabilities=frozenset({"logprobs"})))
    monkeypatch.setattr(assemble.Workbench, "embedder", EMBEDDER)
    return made


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the layout of Spider; there is no dbt project anywhere."""
    folder = tmp_path / "sport"
    for name, script in (("clubs", CLUBS), ("fleet", FLEET)):
        path = folder / "database" / name / f"{name}.sqlite"
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
    (folder / "dev.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    (folder / "tables.json").write_text(json.dumps(TABLES), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def call(*args: object) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, args)], catch_exceptions=False, standalone_mode=False)


def made(*args: object) -> Any:
    done = call(*args, "--format", "json")
    return json.loads(done.stdout)


def test_a_suite_of_databases(suite: Path, model: Model) -> None:
    report = made("run", "--suite", suite, "--way", "default", "--way", "plain")
    for way in ("default", "plain"):
        found = report[way]
        assert (found["questions"], found["execution_accuracy"], found["failed"]) == (3, 1.0, 0.0)
        assert found["metrics"]["ex_reference"] == found["metrics"]["exact_match"] == 1.0
        assert found["metrics"]["shown_tables_recall"] == 1.0
        assert found["by_group"]["database"]["clubs"]["questions"] == 2
        assert found["calls_mean"] == 1.0
    assert len(model.asked) == 6
    first = report["default"]["results"][0]
    assert (first["id"], first["database"], first["groups"]["hardness"]) == ("q1", "clubs", "easy")
    assert first["metrics"]["shown_values_recall"] == 1.0


def test_one_way_is_one_report(suite: Path, model: Model) -> None:
    model.answers = WRONG
    report = made("run", "--suite", suite, "--way", "plain", "--only", "q1")
    assert report["execution_accuracy"] == 0.0
    assert report["results"][0]["note"] == "1 rows, other than the 1 of the gold"
    text = call("run", "--suite", suite, "--way", "plain", "--limit", 1)
    assert "execution accuracy" in text.stdout
    assert "How many clubs are in York?" in text.stdout


def test_a_stopped_run_goes_on(suite: Path, model: Model, tmp_path: Path) -> None:
    command = ("run", "--suite", suite, "--way", "plain", "--out", tmp_path / "run.jsonl")
    model.breaks_at = "Which ships have a tonnage above 200?"
    with pytest.raises(AskError, match="the endpoint is gone"):
        made(*command)
    model.breaks_at, model.asked = "", []
    assert made(*command)["questions"] == 3
    assert model.asked == ["Which ships have a tonnage above 200?"]
    with pytest.raises(AskError, match="without was"):
        made(*command, "--without", "compose.ddl")


def test_databases_are_prepared_once(suite: Path, model: Model, tmp_path: Path) -> None:
    command = ("run", "--suite", suite, "--way", "default", "--work", tmp_path / "work")
    made(*command)
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "work").rglob("catalog.json")}
    assert len(stamps) == 2
    made(*command)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "work").rglob("catalog.json")} == stamps
    with closing(sqlite3.connect(suite / "database" / "clubs" / "clubs.sqlite")) as connection, connection:
        connection.execute("UPDATE club SET city = 'Hull' WHERE club_id = 1")
    made(*command)
    changed = [p for p in stamps if p.stat().st_mtime_ns != stamps[p]]
    assert [p.parent.name for p in changed] == ["clubs"]


def test_without_a_stage(suite: Path, model: Model) -> None:
    report = made("run", "--suite", suite, "--way", "default", "--without", "retrieve.values")
    assert report["metrics"]["shown_values_recall"] == 0.0
    with pytest.raises(AskError, match="no stage is called 'values_of'"):
        made("run", "--suite", suite, "--without", "values_of")


def test_made_instances_show_what_one_database_lets_pass(suite: Path, model: Model, tmp_path: Path) -> None:
    model.answers = STRICTER
    command = ("run", "--suite", suite, "--way", "plain")
    assert made(*command)["execution_accuracy"] == 1.0
    counts = made("instances", "--suite", suite, "--to", tmp_path / "more")["databases"]
    assert counts["q3"] >= 1
    report = made(*command, "--instances", tmp_path / "more")
    assert [r["right"] for r in report["results"]] == [True, True, False]
    assert "on instance" in report["results"][2]["note"]
    assert report["results"][2]["metrics"]["ex_reference"] == 1.0


def test_compare_report_and_gate(suite: Path, model: Model, tmp_path: Path) -> None:
    run = ("run", "--suite", suite, "--way", "plain", "--out")
    made(*run, tmp_path / "old.jsonl")
    model.answers = WRONG
    made(*run, tmp_path / "new.jsonl")

    found = made("compare", tmp_path / "old.jsonl", tmp_path / "new.jsonl")
    assert (found["fixed"], found["regressed"], found["p"]) == ([], ["q1"], 1.0)
    text = call("compare", tmp_path / "old.jsonl", f"{tmp_path / 'new.jsonl'}:plain").stdout
    assert "regressed: 1" in text

    page = tmp_path / "page.html"
    made("report", tmp_path / "old.jsonl", tmp_path / "new.jsonl", "--out", page)
    assert "1 regressed" in page.read_text(encoding="utf-8")

    baseline = tmp_path / "baseline.json"
    assert call("gate", tmp_path / "old.jsonl", "--baseline", baseline, "--update").return_value == 0
    assert call("gate", tmp_path / "old.jsonl", "--baseline", baseline).return_value == 0
    worse = call("gate", tmp_path / "new.jsonl", "--baseline", baseline)
    assert worse.return_value == 1
    assert "How many clubs are in York?" in worse.stdout
    assert call("gate", tmp_path / "new.jsonl", "--baseline", baseline, "--tolerance", 0.34).return_value == 0


def test_a_database_that_is_not_there_is_an_error(suite: Path, model: Model) -> None:
    (suite / "database" / "fleet" / "fleet.sqlite").unlink()
    with pytest.raises(AskError, match="there is no database 'fleet'"):
        made("run", "--suite", suite)
    assert model.asked == []


def test_a_suite_without_databases_needs_a_project(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yml").write_text("questions: [{question: q, sql: select 1}]", encoding="utf-8")
    with pytest.raises(AskError, match="there is no dbt project here"):
        made("run", "--suite", "s.yml")
