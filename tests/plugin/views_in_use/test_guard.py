"""A view that was falsified is noticed by what it answers, and stays out of use until it is right again."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from click.testing import CliRunner

from backends.llm.scripted import ScriptedLLM
from plugin.answer import Answer
from plugin.commands.ask import command as ask_command
from plugin.jobs import view_checks
from tests.plugin.views_in_use.conftest import Viewed
from tests.plugin.views_in_use.test_proofs import ON_BASE, ON_VIEW, proof, shown

FALSIFIED = "update monthly_sales set revenue = revenue + 1 where store_name = 'Chicago' and order_month = '2024-05-01'"
MENDED = FALSIFIED.replace("+ 1", "- 1")


def views(viewed: Viewed, *args: str, code: int = 0) -> Any:
    from plugin.commands.views import command

    done = CliRunner().invoke(
        command, [*args, "--format", "json", "--project-dir", str(viewed.directory)], standalone_mode=False
    )
    assert done.return_value == code, done.output
    return json.loads(done.output)


def state_of(viewed: Viewed, view: str = "monthly_sales") -> str:
    return next(str(v["state"]) for v in views(viewed, "list") if v["view"] == view)


@pytest.mark.parametrize("sql", [ON_VIEW, ON_BASE])
def test_the_first_answer_of_a_wrong_view_is_its_last(
    sql: str, viewed: Viewed, caplog: pytest.LogCaptureFixture
) -> None:
    viewed.write(FALSIFIED)
    with caplog.at_level(logging.ERROR, "materialized_views"):
        assert viewed.ask(sql).views == ["main.monthly_sales"]
    assert "monthly_sales is out of use: values of revenue differ" in caplog.text
    right = viewed.ask(sql)
    assert right.views == []
    assert shown(right) == shown(viewed.ask(ON_BASE, use_views=False))
    assert state_of(viewed) == "quarantined"
    if sql == ON_VIEW:
        assert proof(right)["refused"]["code"] == "quarantined"

    assert views(viewed, "verify", "monthly_sales", code=1)[0]["differences"]
    assert state_of(viewed) == "quarantined"
    viewed.write(MENDED)
    assert viewed.ask(sql).views == []  # nobody has compared it yet
    assert views(viewed, "verify", "monthly_sales")[0]["released"]
    assert state_of(viewed) == "project"
    assert viewed.ask(sql).views == ["main.monthly_sales"]


def test_verify_finds_what_no_answer_has_shown(viewed: Viewed) -> None:
    assert {v["view"]: v["differences"] for v in views(viewed, "verify")} == {
        "monthly_sales": [], "store_sales": [], "store_totals": [],
    }  # fmt: skip
    viewed.write("delete from monthly_sales where order_month = '2024-06-01'")
    assert "rows differ" in views(viewed, "verify", "monthly_sales", code=1)[0]["differences"][0]
    assert viewed.ask(ON_VIEW).views == []


def checks(viewed: Viewed) -> list[tuple[str, str]]:
    from sqlalchemy import select

    from backends.database import session
    from materialized_views.guard import ViewCheck

    with viewed.open() as bench, session(bench.state) as opened:
        return [(c.view, c.state) for c in opened.scalars(select(ViewCheck).order_by(ViewCheck.at))]


def share(viewed: Viewed, share: float) -> None:
    text = f"catalog: {{tiers: []}}\nviews: {{verify_share: {share}}}\n"
    (viewed.directory / "dbt_ask.yml").write_text(text, encoding="utf-8")


def test_a_shape_is_compared_once_and_a_share_of_all(viewed: Viewed) -> None:
    share(viewed, 0.0)
    name = "viewed.main.monthly_sales"
    for month in ("2024-02-01", "2024-03-01"):
        viewed.ask(f"SELECT SUM(revenue) AS revenue FROM monthly_sales WHERE order_month >= DATE '{month}'")
    assert checks(viewed) == [(name, "equal")]
    viewed.ask(ON_VIEW)
    assert checks(viewed) == [(name, "equal")] * 2
    share(viewed, 1.0)
    viewed.ask(ON_VIEW)
    assert checks(viewed) == [(name, "equal")] * 3


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT store_name, revenue FROM store_sales ORDER BY revenue LIMIT 1",
        "SELECT SUM(r) AS r FROM (SELECT revenue AS r FROM monthly_sales ORDER BY order_month LIMIT 5) AS t",
        "SELECT ROUND(SUM(revenue) / SUM(order_count), 2) AS mean FROM monthly_sales",
    ],
)
def test_answers_of_a_sound_view_are_equal(sql: str, viewed: Viewed) -> None:
    viewed.ask(sql)
    assert {state for _, state in checks(viewed)} <= {"equal"}


def test_what_a_wrong_view_answered_is_said_after_the_answer(viewed: Viewed, monkeypatch: pytest.MonkeyPatch) -> None:
    viewed.write(FALSIFIED)
    monkeypatch.setattr("plugin.assemble.open_llm", lambda _: ScriptedLLM([f"{ON_VIEW.removeprefix('SELECT')}\n```"]))
    done = CliRunner().invoke(
        ask_command,
        ["the approximate sales of the stores", "--project-dir", str(viewed.directory)],
        standalone_mode=False,
    )
    assert done.return_value == 0
    assert "proof: monthly_sales: equals a query of its base tables" in done.stdout
    assert " · as of 20" in done.stdout
    assert "This answer is wrong" in done.stderr


def test_the_job_compares_what_the_web_left(viewed: Viewed) -> None:
    from plugin.generator.ask import Ask

    viewed.write(FALSIFIED)
    with viewed.open() as bench:
        bench.__dict__["llm"] = ScriptedLLM([f"{ON_VIEW.removeprefix('SELECT')}\n```"])
        bench.views_in_use.note(bench.pipeline()(Ask("the approximate sales of the stores"), bench.services()))
    with viewed.open() as bench:
        assert view_checks.run(bench) == {"compared": 1, "out_of_use": ["viewed.main.monthly_sales"]}
        assert view_checks.run(bench) == {"compared": 0, "out_of_use": []}


def test_a_question_that_views_answer_is_mined_over_base_tables(viewed: Viewed) -> None:
    from plugin.commands.ask import _record
    from plugin.commands.views import parts

    done: Answer = viewed.ask(ON_VIEW)
    with viewed.open() as bench:
        bench.asks.record(**_record(done), user="ann")
        (statement,) = parts.asked(bench.asks)
    assert "monthly_sales" not in statement.sql
    assert "orders" in statement.sql
