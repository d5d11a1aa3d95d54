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
from backends.errors import AskError, ModelError, ModelUnavailable
from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from catalog_sync import store
from catalog_sync.index import COLLECTIONS, FILTERED
from feedback.evaluation.run_file import load
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
        self.error: AskError = ModelUnavailable("the endpoint is gone", hint="start it")

    def __call__(self, messages: Any, sampling: Sampling) -> str:
        text = "\n".join(m.content for m in messages if isinstance(m, Message))
        question = next(q for q in self.answers if q in text)
        if question == self.breaks_at:
            raise self.error
        self.asked.append(question)
        return self.answers[question]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    monkeypatch.setattr(assemble, "open_llm", lambda _settings: ScriptedLLM(made, capabilities=frozenset({"logprobs"})))
    monkeypatch.setattr(assemble.Workbench, "embedder", EMBEDDER)
    return made


def lay_out(folder: Path) -> Path:
    """As Spider does."""
    for name, script in (("clubs", CLUBS), ("fleet", FLEET)):
        path = folder / "database" / name / f"{name}.sqlite"
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
    (folder / "dev.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    (folder / "tables.json").write_text(json.dumps(TABLES), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("shared") / "sport")


@pytest.fixture
def suite(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """There is no dbt project anywhere. What one test prepares is there for the next."""
    monkeypatch.chdir(tmp_path)
    return shared


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that may be changed."""
    monkeypatch.chdir(tmp_path)
    return lay_out(tmp_path / "sport")


def call(*args: object) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, args)], catch_exceptions=False, standalone_mode=False)


def run(suite: Path, *args: object) -> tuple[object, ...]:
    return ("run", "--suite", suite, "--work", suite.parent / "work", *args)


def made(*args: object) -> Any:
    done = call(*args, "--format", "json")
    return json.loads(done.stdout)


def test_a_suite_of_databases(suite: Path, model: Model) -> None:
    report = made(*run(suite, "--way", "default", "--way", "plain"))
    plain = report["plain"]
    assert (plain["questions"], plain["execution_accuracy"], plain["failed"]) == (3, 1.0, 0.0)
    assert plain["metrics"]["ex_reference"] == plain["metrics"]["exact_match"] == 1.0
    assert plain["metrics"]["shown_tables_recall"] == plain["calls_mean"] == 1.0
    assert plain["by_group"]["database"]["clubs"]["questions"] == 2
    first = plain["results"][0]
    assert (first["id"], first["database"], first["groups"]["hardness"]) == ("q1", "clubs", "easy")
    assert len(report["default"]["results"]) == 3


def test_a_question_that_can_not_be_asked_is_a_failed_one(suite: Path, model: Model) -> None:
    model.breaks_at, model.error = "How many clubs are in York?", ModelError("the request exceeds the context")
    report = made(*run(suite, "--way", "plain"))
    assert [r["outcome"] for r in report["results"]] == ["fail", "answer", "answer"]
    assert report["results"][0]["note"] == "error: ModelError: the request exceeds the context"


def test_what_is_prepared_of_a_database(suite: Path, model: Model) -> None:
    made(*run(suite, "--way", "plain"))
    (folder,) = (suite.parent / "work").glob("*/clubs")
    club, player = store.load(folder / store.CATALOG).tables
    assert [c.values for c in club.columns if c.name == "city"] == [("Leeds", "York")]
    assert [(k.columns, str(k.to_table)) for k in player.foreign_keys] == [(("club_id",), "club")]
    index = QdrantEdgeIndex(folder / "index", filtered=FILTERED)
    try:
        assert index.count(COLLECTIONS["table"]) == 2
        assert index.count(COLLECTIONS["value"]) >= 4
    finally:
        index.close()


def test_one_way_is_one_report(suite: Path, model: Model) -> None:
    model.answers = WRONG
    report = made(*run(suite, "--way", "plain", "--only", "q1"))
    assert report["execution_accuracy"] == 0.0
    assert report["results"][0]["note"] == "1 rows, other than the 1 of the gold"
    text = call(*run(suite, "--way", "plain", "--limit", 1))
    assert "execution accuracy" in text.stdout
    assert "How many clubs are in York?" in text.stdout


def test_a_stopped_run_goes_on(suite: Path, model: Model, tmp_path: Path) -> None:
    command = run(suite, "--way", "plain", "--out", tmp_path / "run.jsonl")
    model.breaks_at = "Which ships have a tonnage above 200?"
    with pytest.raises(AskError, match="the endpoint is gone"):
        made(*command)
    model.breaks_at, model.asked = "", []
    assert made(*command)["questions"] == 3
    assert model.asked == ["Which ships have a tonnage above 200?"]
    assert len(load(tmp_path / "run.jsonl")["plain"].header.code) == 12
    with pytest.raises(AskError, match="without was"):
        made(*command, "--without", "compose.ddl")


def test_databases_are_prepared_once(own: Path, model: Model, tmp_path: Path) -> None:
    made(*run(own, "--way", "plain"))
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "work").rglob(store.CATALOG)}
    assert len(stamps) == 2
    made(*run(own, "--way", "plain"))
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "work").rglob(store.CATALOG)} == stamps
    with closing(sqlite3.connect(own / "database" / "clubs" / "clubs.sqlite")) as connection, connection:
        connection.execute("UPDATE club SET city = 'Hull' WHERE club_id = 1")
    made(*run(own, "--way", "plain"))
    changed = [p for p in stamps if p.stat().st_mtime_ns != stamps[p]]
    assert [p.parent.name for p in changed] == ["clubs"]


def test_without_a_stage(suite: Path, model: Model) -> None:
    report = made(*run(suite, "--way", "plain", "--without", "compose.ddl"))
    assert (report["failed"], model.asked) == (1.0, [])
    with pytest.raises(AskError, match="no stage is called 'values_of'"):
        made(*run(suite, "--without", "values_of"))


def test_made_instances_show_what_one_database_lets_pass(suite: Path, model: Model, tmp_path: Path) -> None:
    model.answers = STRICTER
    command = run(suite, "--way", "plain")
    assert made(*command)["execution_accuracy"] == 1.0
    counts = made("instances", "--suite", suite, "--to", tmp_path / "more")["databases"]
    assert counts["q3"] >= 1
    report = made(*command, "--instances", tmp_path / "more")
    assert [r["right"] for r in report["results"]] == [True, True, False]
    assert "on instance" in report["results"][2]["note"]
    assert report["results"][2]["metrics"]["ex_reference"] == 1.0


def test_compare_report_and_gate(suite: Path, model: Model, tmp_path: Path) -> None:
    made(*run(suite, "--way", "plain", "--out", tmp_path / "old.jsonl"))
    model.answers = WRONG
    made(*run(suite, "--way", "plain", "--out", tmp_path / "new.jsonl"))

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


def test_what_another_system_wrote(suite: Path, tmp_path: Path) -> None:
    """Two systems in one file, then one statement a line; no model is asked."""
    lines = [{"id": q["id"], "system": "sure", "sql": q["query"]} for q in QUESTIONS]
    lines += [
        {"id": "q1", "system": "half", "sql": QUESTIONS[0]["query"]},
        {"id": "q2", "system": "half", "sql": "select"},
    ]
    (tmp_path / "others.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    judge = ("judge", "--suite", suite, "--out", tmp_path / "run.jsonl", "--predictions")
    found = made(*judge, tmp_path / "others.jsonl")
    assert found["sure"]["execution_accuracy"] == found["sure"]["metrics"]["ex_reference"] == 1.0
    assert [r["right"] for r in found["half"]["results"]] == [True, False, False]
    assert found["half"]["failed"] == pytest.approx(1 / 3)
    pair = made("compare", f"{tmp_path / 'run.jsonl'}:half", f"{tmp_path / 'run.jsonl'}:sure")
    assert pair["fixed"] == ["q2", "q3"]

    (tmp_path / "plain.sql").write_text("\n".join(f"{q['query']}\t{q['db_id']}" for q in QUESTIONS), encoding="utf-8")
    assert made(*judge, tmp_path / "plain.sql")["plain"]["execution_accuracy"] == 1.0
    (tmp_path / "short.sql").write_text("select 1", encoding="utf-8")
    with pytest.raises(AskError, match="1 statements for 3 questions"):
        made(*judge, tmp_path / "short.sql")


def test_a_database_that_is_not_there_is_an_error(own: Path, model: Model) -> None:
    (own / "database" / "fleet" / "fleet.sqlite").unlink()
    with pytest.raises(AskError, match="there is no database 'fleet'"):
        made(*run(own))
    assert model.asked == []


def test_a_suite_without_databases_needs_a_project(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yml").write_text("questions: [{question: q, sql: select 1}]", encoding="utf-8")
    with pytest.raises(AskError, match="there is no dbt project here"):
        made("run", "--suite", "s.yml")


@pytest.mark.slow
def test_the_golden_questions_of_a_dbt_project(
    own_project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The project's own warehouse, catalogue and views; the model says nothing that is right."""
    llm = ScriptedLLM(lambda _messages, _sampling: "SELECT 1", capabilities=frozenset({"logprobs"}))
    monkeypatch.setattr(assemble, "open_llm", lambda _settings: llm)
    monkeypatch.setattr(assemble.Workbench, "embedder", EMBEDDER)
    project = ("--project-dir", str(own_project))
    assert CliRunner().invoke(cli, ["sync", *project], catch_exceptions=False).exit_code == 0
    file = tmp_path / "golden.json"
    orders = {"question": "How many orders are there?", "sql": "select count(*) from shop.shop_orders"}
    questions = [
        {"id": "one", **orders, "also": ["select 1"]},
        {"id": "two", **orders},
        {"id": "three", "question": "Delete all orders", "expect": "refuse"},
    ]
    file.write_text(json.dumps({"questions": questions}), encoding="utf-8")
    report = made("run", "--suite", file, "--way", "views", "--way", "plain", *project)
    assert set(report) == {"views", "plain"}
    assert {r["id"]: r["right"] for r in report["plain"]["results"]} == {"one": True, "two": False, "three": False}
    assert report["views"]["refusals_right"] == 1.0
    assert report["plain"]["refusals_right"] == 0.0
    assert "ex_reference" not in report["views"]["metrics"]
    assert report["plain"]["metrics"]["shown_tables_recall"] == 1.0
