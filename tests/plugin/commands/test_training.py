"""The export on the sample project; the model that words synthetic questions is scripted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from plugin import assemble
from plugin.main import cli
from tests.support.files import copy_project

STORES = "select count(*) as stores from shop_stores"
QUESTION = "How many stores are there?"
THOUGHT_UP = "1. How many stores are there?\n2. What was the revenue of each store in 2019?\n"


def wording(messages: Sequence[Message], _sampling: Sampling) -> str:
    """Says every literal of the SQL, as a question should."""
    sql = messages[-1].content.split("SQL:")[1]
    named = [*re.findall(r"'([^']*)'", sql), *re.findall(r"LIMIT (\d)", sql)]
    return f"What about {', '.join(named) or 'all'}?"


@pytest.fixture(scope="module")
def project(sample_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_project(sample_project, tmp_path_factory.mktemp("training") / "dbt_project")
    (project / "dbt_ask.yml").write_text("feedback: {benchmark_share: 0, self_approval: true}\n", encoding="utf-8")
    run(project, "sync")
    made = run(project, "feedback", "add", "--question", QUESTION, "--sql", STORES)
    run(project, "feedback", "review", made["id"], "approve")
    return project


def run(project: Path, *args: str) -> dict:  # type: ignore[type-arg]
    done = CliRunner().invoke(cli, [*args, "--project-dir", str(project), "--format", "json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_what_is_trained_on_looks_like_what_is_asked(project: Path, tmp_path: Path) -> None:
    assert run(project, "training", "export", "--out", str(tmp_path / "out"), "--dry-run") == {
        "sft": 1,
        "preference": 0,
        "synthetic": 0,
        "invented": 0,
    }
    assert not (tmp_path / "out").exists()
    (name,) = run(project, "training", "export", "--out", str(tmp_path / "out"))["files"]
    (row,) = [json.loads(line) for line in (tmp_path / "out" / name).read_text().splitlines()]
    system, user, answer = (message["content"] for message in row["messages"])
    assert "DuckDB" in system
    assert user.endswith(f"Question: {QUESTION}")
    assert "CREATE TABLE shop_stores (" in user
    assert user.count("CREATE TABLE") == 3
    assert answer == f"```sql\n{STORES}\n```"


def test_synthetic_questions_are_marked_as_such(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "open_llm", lambda _chosen: ScriptedLLM(wording))
    run(project, "training", "export", "--out", str(tmp_path / "out"), "--synthetic", "6")
    rows = [json.loads(line) for file in (tmp_path / "out").glob("sft.*") for line in file.read_text().splitlines()]
    sources = [row["provenance"]["source"] for row in rows]
    assert (sources.count("synthetic"), sources.count("person")) == (6, 1)
    assert "| source synthetic | 6 |" in (tmp_path / "out" / "README.md").read_text()


def test_questions_that_the_model_thinks_up_are_answered_by_the_generator(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    llm = ScriptedLLM(lambda messages, _: THOUGHT_UP if "business people" in messages[-1].content else " 1 AS one")
    monkeypatch.setattr(assemble, "open_llm", lambda _chosen: llm)
    run(project, "training", "export", "--out", str(tmp_path / "out"), "--invented", "1")
    rows = [json.loads(line) for file in (tmp_path / "out").glob("sft.*") for line in file.read_text().splitlines()]
    (made,) = [row for row in rows if row["provenance"]["source"] == "synthetic"]
    assert made["provenance"]["rule"] == "question first"
    assert made["messages"][-2]["content"].endswith("Question: What was the revenue of each store in 2019?")
    assert any(QUESTION in prompt for prompt in llm.prompts)  # as one that people asked
