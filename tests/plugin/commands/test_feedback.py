"""The command on the sample project: real dbt, real warehouse, real index; the model is scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from catalog_sync.index import COLLECTIONS
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata, payloads
from plugin import assemble
from plugin.main import cli
from tests.support.files import copy_project

__all__ = ["openmetadata"]
Run = Callable[..., Any]
STORES = "select count(*) as stores from shop_stores"
PLAIN = "generator: {preset: plain}\n"  # the model writes the SQL, whatever it is asked
QUESTION = "How many stores are there?"


@pytest.fixture(scope="module")
def synced(sample_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_project(sample_project, tmp_path_factory.mktemp("feedback") / "dbt_project")
    done = CliRunner().invoke(cli, ["sync", "--project-dir", str(project)], standalone_mode=False)
    assert done.exception is None, done.output
    return project


@pytest.fixture
def project(synced: Path, tmp_path: Path) -> Path:
    project = copy_project(synced, tmp_path / "dbt_project")
    (project / "dbt_ask.yml").write_text(f"{PLAIN}feedback: {{benchmark_share: 0}}\n", encoding="utf-8")
    return project


@pytest.fixture
def run(project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("list", user="kim"): (exit code, what it printed as JSON)."""

    def invoke(*args: str, user: str = "ann", group: str = "feedback") -> tuple[int, Any]:
        monkeypatch.setenv("LOGNAME", user)
        words = [*([group] if group else []), *args, "--project-dir", str(project), "--format", "json"]
        done = CliRunner().invoke(cli, words, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.return_value or 0, json.loads(done.stdout)

    return invoke


def shelf(project: Path) -> list[str]:
    index = QdrantEdgeIndex(project / ".dbt_ask" / "index")
    try:
        return [payload["question"] for _, payload in index.scroll(COLLECTIONS["example"])]
    finally:
        index.close()


def scripted(monkeypatch: pytest.MonkeyPatch, *replies: str) -> ScriptedLLM:
    llm = ScriptedLLM(list(replies))
    monkeypatch.setattr(assemble, "open_llm", lambda _chosen: llm)
    return llm


def test_from_a_correction_to_an_example_that_is_retired(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedback.errors import MoveRefused

    scripted(monkeypatch, " count(*) from shop_customers\n```")
    _, answer = run("ask", QUESTION, group="")
    code, made = run("add", answer["id"][:8], "--sql", STORES)
    assert (code, made["state"], made["how"], made["source"]) == (0, "candidate", "created", "ask")
    with pytest.raises(MoveRefused, match="nobody approves their own SQL"):
        run("review", made["id"], "approve")
    assert run("review", made["id"][:8], "approve", user="rob")[1]["state"] == "verified"
    assert shelf(project) == []
    code, done = run("publish", "--all", user="rob")
    assert (code, done["published"], done["gate"]["passed"]) == (0, [made["id"]], True)
    assert shelf(project) == [QUESTION]
    _, listed = run("list")
    assert listed["counts"] == {"published": 1}
    _, shown = run("show", made["id"])
    assert [h["action"] for h in shown["history"]] == ["create", "claim", "approve", "publish"]
    assert run("review", made["id"], "retire", "--reason", "no longer asked", user="rob")[1]["live"] is None
    assert shelf(project) == []


def test_thumbs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, " count(*) from shop_stores\n```")
    run("ask", QUESTION, group="")
    assert run("add", "last", "--down", "wrong_filter", "--comment", "open ones only")[1] == {"example": None}
    code, made = run("add", "last", "--up")
    assert (code, made["question"]) == (0, QUESTION)
    assert run("list", "--mine")[1]["examples"] == []
    assert [e["id"] for e in run("list", "--mine", user="rob")[1]["examples"]] == [made["id"]]


@pytest.mark.slow
def test_the_gate_holds_back_what_makes_the_held_out_questions_worse(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "dbt_ask.yml").write_text(
        f"{PLAIN}feedback: {{benchmark_share: 1, self_approval: true}}\n", encoding="utf-8"
    )
    for number in range(4):
        run(
            "add",
            "--question",
            f"How many stores, question {number}?",
            "--sql",
            f"select count(*) + {number} * 0 from shop_stores",
        )
    for example in run("list")[1]["examples"]:
        assert example["role"] == "benchmark"
        run("review", example["id"], "approve")
    (project / "dbt_ask.yml").write_text(
        f"{PLAIN}feedback: {{benchmark_share: 0, self_approval: true}}\n", encoding="utf-8"
    )
    _, bad = run(
        "add", "--question", "What is the total revenue of supplies", "--sql", "select count(*) from shop_customers"
    )
    run("review", bad["id"], "approve")
    right, wrong = " count(*) from shop_stores\n```", " count(*) from shop_customers\n```"
    scripted(monkeypatch, *[right] * 4, *[wrong] * 4)
    code, done = run("publish", bad["id"])
    assert (code, done["published"]) == (1, [])
    change = done["gate"]["change"]
    assert (change["before"], change["after"], len(change["regressed"])) == (1.0, 0.0, 4)
    assert shelf(project) == []
    scripted(monkeypatch, *[wrong] * 4, *[right] * 4)
    assert run("publish", bad["id"], "--dry-run")[1]["published"] == []
    scripted(monkeypatch, *[wrong] * 4, *[right] * 4)
    assert run("publish", bad["id"])[1]["published"] == [bad["id"]]


def test_import_of_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "verified.csv"
    file.write_text(
        "Question,SQL\n"
        f"{QUESTION},{STORES}\n"
        "Delete it,delete from shop_stores\n"
        "Who?,\n"
        f'"How many stores, then?","{STORES}"\n',
        encoding="utf-8",
    )
    code, planned = run("import", str(file), "--dry-run")
    assert (code, len(planned["created"]), run("list")[1]["counts"]) == (0, 2, {})
    code, done = run("import", str(file))
    assert (code, len(done["created"]), done["known"]) == (0, 2, [])
    assert [(s["where"], s["reason"].split(":")[0]) for s in done["skipped"]] == [
        ("verified.csv:3", "door"),
        ("verified.csv:4", "no SQL"),
    ]
    assert len(run("import", str(file))[1]["known"]) == 2


def test_import_of_a_query_log_with_written_questions(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.jsonl"
    rows = [
        {"query": STORES, "calls": 7, "usename": "ann"},
        {"query": "SELECT count(*) AS n FROM shop_stores AS s", "calls": 2, "usename": "bob"},
        {"query": "select count(*) from shop_customers", "calls": 1},
        {"query": "insert into shop_stores select * from shop_stores", "calls": 5},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    llm = scripted(monkeypatch, '"How many stores do we have?"\n')
    code, done = run("import", str(file), "--log", "--write-questions")
    assert (code, len(done["created"]), done["rare"], done["refused"]) == (0, 1, 1, {"not_a_query": 5})
    (example,) = run("list")[1]["examples"]
    assert (example["question"], example["question_by"], example["seen"]) == ("How many stores do we have?", "model", 9)
    assert STORES in llm.prompts[0]


def test_a_log_is_harvested_once(project: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the job: what is asked often becomes a candidate with a written question, however often the log is read."""
    rows = [
        {"sql": STORES, "calls": 7, "user": "ann"},
        {"sql": "select count(*) from shop_customers", "calls": 2, "question": "How many customers are there?"},
        {"sql": "select count(*) from shop_orders", "calls": 1},
    ]
    (tmp_path / "monday.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = yaml.safe_load((project / "dbt_ask.yml").read_text(encoding="utf-8"))
    settings["schedule"] = {"logs": [f"{tmp_path}/*.jsonl", "logs/none-*.csv"], "write_questions": True}
    (project / "dbt_ask.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    llm = scripted(monkeypatch, '"How many stores do we have?"\n')
    _, done = run("run", "log-harvest", group="jobs")
    assert done["outcome"] == "done"
    assert {k: done["result"][k] for k in ("logs", "statements", "created")} == {
        "logs": 1,
        "statements": 3,
        "created": 2,
    }
    found = {e["question"]: e["seen"] for e in run("list")[1]["examples"]}
    assert found == {"How many stores do we have?": 7, "How many customers are there?": 2}
    again = run("run", "log-harvest", group="jobs")[1]["result"]
    assert (again["created"], again["known"], len(llm.prompts)) == (0, 0, 1)
    assert (project / ".dbt_ask" / "views" / "workload.json").is_file()


def test_the_job_that_checks_examples(project: Path, run: Run) -> None:
    """A table that the warehouse lost: the catalogue still has it, only running the example tells."""
    _, made = run("add", "--question", QUESTION, "--sql", STORES)
    run("review", made["id"], "approve", user="rob")
    run("publish", made["id"], user="rob")
    assert run("run", "examples-check", group="jobs")[1]["result"] == {"stale": [], "put_in": 0, "taken_out": 0}
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as warehouse:
        (schema,) = warehouse.execute(
            "select table_schema from information_schema.tables where table_name = 'shop_stores'"
        ).fetchall()[0]
        warehouse.execute(f"alter table {schema}.shop_stores rename to shop_stores_gone")
    assert run("run", "examples-check", group="jobs")[1]["result"]["stale"] == [made["id"]]
    assert shelf(project) == []


def test_import_of_the_project_s_analyses(project: Path, run: Run) -> None:
    manifest = project / "target" / "manifest.json"
    data = json.loads(manifest.read_bytes())
    data["nodes"]["analysis.shop.stores"] = {
        "unique_id": "analysis.shop.stores",
        "resource_type": "analysis",
        "description": QUESTION,
        "raw_code": "select count(*) as stores from {{ ref('shop_stores') }}",
        "compiled_code": STORES,
    }
    data["exposures"]["exposure.shop.board"] = {
        "unique_id": "exposure.shop.board",
        "description": "### Customers by hand\n\n```sql\nselect count(*) from shop_customers\n```\n",
    }
    manifest.write_text(json.dumps(data), encoding="utf-8")
    _, done = run("import", "--dbt")
    assert len(done["created"]) == 2
    assert {e["question"] for e in run("list")[1]["examples"]} == {QUESTION, "Customers by hand"}


@pytest.mark.parametrize("by_job", [False, True])
def test_a_sync_that_loses_a_table_sets_its_examples_aside(project: Path, run: Run, by_job: bool) -> None:
    _, made = run("add", "--question", QUESTION, "--sql", STORES)
    run("review", made["id"], "approve", user="rob")
    run("publish", made["id"], user="rob")
    assert shelf(project) == [QUESTION]
    manifest = project / "target" / "manifest.json"
    data = json.loads(manifest.read_bytes())
    data["nodes"] = {k: n for k, n in data["nodes"].items() if n["name"] != "shop_stores"}
    manifest.write_text(json.dumps(data), encoding="utf-8")
    told = run("run", "catalog-sync", group="jobs")[1]["result"] if by_job else run("sync", group="")[1]
    assert [d if by_job else d["example"] for d in told["stale"]] == [made["id"]]
    assert shelf(project) == []
    assert run("upkeep", "--rerun")[1] == {"stale": [], "put_in": 0, "taken_out": 0}


def test_import_of_openmetadata_s_queries(project: Path, run: Run, openmetadata: FakeOpenMetadata) -> None:
    """Asked with the settings' own connection; what the door refuses is skipped."""
    settings = f"openmetadata: {{server: {json.dumps(openmetadata.block)}}}\n"
    with (project / "dbt_ask.yml").open("a", encoding="utf-8") as file:
        file.write(settings)
    openmetadata.add_queries(
        payloads.query(STORES, description=QUESTION, usedBy=["ann"]), payloads.query("drop table shop_stores")
    )
    _, done = run("import", "--openmetadata")
    assert (len(done["created"]), len(done["skipped"])) == (1, 1)
    assert run("list")[1]["examples"][0]["source"] == "openmetadata"
