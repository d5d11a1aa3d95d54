"""A project of somebody else's: dbt builds it, `init` and `sync` take it as it is, questions are asked of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest
import yaml

from backends.errors import WarehouseError
from backends.llm.scripted import ScriptedLLM
from catalog_sync.scope import scope
from feedback.evaluation.compare import Policy, compare
from feedback.evaluation.suite import Item, load
from plugin.answer import Answer, answer
from plugin.assemble import Workbench
from plugin.generator.ask import Ask
from plugin.project import find
from tests.support.files import copy_project
from tests.support.project import dbt
from tests.support.questions import assert_plain, assert_total_order, language_of

FOREIGN = Path(__file__).parent / "foreign"
PROGRAM = str(Path(sys.executable).parent / "dbt-ask")
ITEMS = {item.id: item for item in load(FOREIGN / "questions.yml")}
ANSWERS = [item for item in ITEMS.values() if item.answerable]
PERSONAL = {"full_nm", "email_addr"}
STAGING = {"stg_lms__loans", "stg_lms__patrons"}
MARTS = {
    "dim_branch", "dim_copy", "dim_district", "dim_patron", "dim_title", "fct_fines", "fct_holds", "fct_loans",
}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
each_answer = pytest.mark.parametrize("item", ANSWERS, ids=lambda item: item.id)


def run(project: Path, *args: str) -> str:
    done = subprocess.run(
        [PROGRAM, *args, "--project-dir", str(project)], capture_output=True, text=True, check=False, cwd=project
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by dbt, set up by `init` and read by `sync`."""
    project = tmp_path_factory.mktemp("foreign") / "library"
    copy_project(FOREIGN, project)
    subprocess.run([sys.executable, "generate.py", "."], cwd=project, check=True)
    dbt(project, "--warn-error", "build", "--profiles-dir", ".")
    run(project, "init")
    (project / "sync.json").write_text(run(project, "sync", "--format", "json"), encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def bench(foreign: Path) -> Iterator[Workbench]:
    with Workbench(find(foreign)) as bench:
        yield bench


def ask(bench: Workbench, question: str) -> Answer:
    services = bench.services()
    return answer(bench.pipeline()(Ask(question), services), services, 0.0)


def test_suite() -> None:
    raw = yaml.safe_load((FOREIGN / "questions.yml").read_text(encoding="utf-8"))["questions"]
    assert (len(ANSWERS), len(ITEMS)) == (70, 78)
    assert all(item["language"] == language_of(item["question"]) for item in raw)
    assert Counter(item["language"] for item in raw)["ko"] / len(raw) == pytest.approx(0.3, abs=0.03)
    for item in ANSWERS:
        for sql in (item.sql, *item.also):
            assert_plain(sql, PERSONAL)
        alike = get_close_matches(item.question, [i.question for i in ANSWERS if i is not item], cutoff=0.85)
        assert not alike, item.question


def test_sync_takes_all_models_but_the_steps_to_them_and_says_why(foreign: Path, bench: Workbench) -> None:
    told = json.loads((foreign / "sync.json").read_text(encoding="utf-8"))
    tiers, hidden = told["notes"]
    assert "no table of the project has a tier: all 8 models are taken, but for staging ones" in tiers
    assert "hidden, as they look personal: dim_patron.email_addr" in hidden
    assert {t.name.name for t in bench.catalog} == MARTS
    assert {d["table"].rpartition(".")[2] for d in told["dropped"] if d["reason"] == "staging"} == STAGING
    again = json.loads(run(foreign, "sync", "--dry-run", "--format", "json"))
    assert (again["added"], again["changed"], again["removed"]) == (0, 0, 0)


def test_what_the_project_declares_is_known(bench: Workbench) -> None:
    tables = {t.name.name: t for t in bench.catalog}
    codes = next(c for c in tables["dim_title"].columns if c.name == "mat_cd")
    assert set(codes.values) == {"BK", "DVD", "CD", "MAG", "AB"}
    keys = {(k.columns, k.to_table.name) for k in tables["fct_loans"].foreign_keys}
    assert keys >= {(("brn_cd",), "dim_branch"), (("patron_id",), "dim_patron")}
    patron = {c.name: c for c in tables["dim_patron"].columns}
    assert all(patron[name].withheld and not patron[name].values for name in PERSONAL)


@each_answer
def test_verified_sql_runs_through_the_door(bench: Workbench, item: Item) -> None:
    door = bench.warehouse.restricted(scope(bench.catalog))
    found = door.query(item.sql).rows
    assert found
    assert all(value is not None for row in found for value in row)
    for sql in item.also:
        assert len(door.query(sql).rows) == len(found)


def test_no_ties(foreign: Path) -> None:
    import duckdb

    with duckdb.connect(str(foreign / "library.duckdb"), read_only=True) as connection:
        for item in ANSWERS:
            assert_total_order(connection, item.sql)


def test_the_door_is_closed_to_what_was_not_taken(bench: Workbench) -> None:
    with pytest.raises(WarehouseError):
        bench.warehouse.restricted(scope(bench.catalog)).query("select count(*) from lms_patrons")


def test_ask_with_a_scripted_model(foreign: Path, tmp_path: Path) -> None:
    item = next(i for i in ANSWERS if i.question.startswith("How many loans of magazines"))
    with Workbench(find(copy_project(foreign, tmp_path / "library"))) as bench:
        bench.__dict__["llm"] = ScriptedLLM(lambda _messages, _sampling: item.sql.removeprefix("select") + "\n```")
        done = ask(bench, item.question)
        gold = bench.warehouse.query(item.sql).rows
    assert (done.status, done.language) == ("answered", "en")
    assert right(gold, done.rows)
    assert any("fct_loans" in table for table in done.tables)


def test_ask_to_change_data(bench: Workbench) -> None:
    bench.__dict__["llm"] = ScriptedLLM([])
    done = ask(bench, "Delete all loans of 2022")
    assert (done.status, done.receipt["reason"]) == ("refused", "change_data")


@pytest.mark.model
def test_ask_with_the_local_model(foreign: Path, local_llm: Any, tmp_path: Path) -> None:
    """The rows of the easy ones must be right; what is harder must be answered."""
    easy = ("How many items were checked out on 3 March 2023?", "How much have we charged in overdue fines altogether?")
    harder = "우리 소장 목록에 DVD는 몇 종이나 있어?"
    items = {item.question: item for item in ANSWERS}
    with Workbench(find(copy_project(foreign, tmp_path / "library"))) as bench:
        bench.__dict__["llm"] = local_llm
        done = {question: ask(bench, question) for question in (*easy, harder)}
        gold = {question: bench.warehouse.query(items[question].sql).rows for question in easy}
    assert {question: found.status for question, found in done.items()} == dict.fromkeys(done, "answered")
    assert all(found.sql and found.rows for found in done.values())
    assert {question: right(gold[question], done[question].rows) for question in easy} == dict.fromkeys(easy, True)


def right(gold: Any, found: Any) -> bool:
    return bool(compare([tuple(row) for row in gold], [tuple(row) for row in found], Policy(rows="bag", digits=6)))
