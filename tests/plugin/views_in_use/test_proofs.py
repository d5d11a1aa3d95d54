"""Which statement runs, and what the receipt says of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from plugin.answer import Answer
from tests.plugin.views_in_use.conftest import Viewed

ON_VIEW = "SELECT store_name, SUM(revenue) AS revenue FROM monthly_sales GROUP BY store_name"
ON_BASE = (
    "SELECT s.store_name, SUM(o.amount) AS revenue FROM orders AS o JOIN stores AS s ON o.store_id = s.store_id "
    "GROUP BY s.store_name"
)


def proof(done: Answer) -> dict[str, Any]:
    assert done.status == "answered", done
    found: dict[str, Any] = done.receipt["proof"]
    return found


def shown(done: Answer) -> list[Any]:
    return sorted(done.rows, key=str)


def rewrite_json(path: Path, change: Any) -> None:
    found = json.loads(path.read_bytes())
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")


def test_sql_on_a_view_runs_there_with_a_proof(viewed: Viewed) -> None:
    done = viewed.ask(ON_VIEW)
    assert (proof(done)["kind"], done.views, done.tables) == ("proved", ["main.monthly_sales"], [])
    assert "equals a query of its base tables" in proof(done)["proof"]
    assert "monthly_sales" not in proof(done)["base_sql"]
    assert sorted(viewed.rows(proof(done)["base_sql"])) == sorted(viewed.rows(ON_BASE))
    assert done.receipt["data_as_of"]["viewed.main.monthly_sales"].startswith("20")


def test_sql_on_base_tables_moves_to_a_view(viewed: Viewed) -> None:
    done = viewed.ask(ON_BASE)
    assert (proof(done)["kind"], done.views) == ("rewritten", ["main.monthly_sales"])
    assert proof(done)["written"].startswith("SELECT s.store_name")
    assert shown(done) == shown(viewed.ask(ON_BASE, use_views=False))


def test_without_views_nothing_moves(viewed: Viewed) -> None:
    done = viewed.ask(ON_BASE, use_views=False)
    assert (done.receipt["proof"], done.tables) == (None, ["main.orders", "main.stores"])


def test_a_column_without_a_name_keeps_what_was_written(viewed: Viewed) -> None:
    done = viewed.ask(ON_BASE.replace(" AS revenue", ""))
    assert proof(done)["kind"] == "rewritten"
    assert done.columns == ["store_name", "SUM(o.amount)"]


def test_a_mean_of_groups_is_not_proved_and_goes_to_the_tables(viewed: Viewed) -> None:
    done = viewed.ask("SELECT AVG(revenue) AS mean FROM monthly_sales")
    assert (proof(done)["kind"], proof(done)["refused"]["code"]) == ("expanded", "not_additive")
    assert (done.views, done.tables) == ([], ["main.orders", "main.stores"])


def test_what_has_no_rule_goes_to_the_tables_and_gives_the_same_rows(viewed: Viewed) -> None:
    sql = "SELECT order_month, RANK() OVER (ORDER BY revenue) AS place FROM monthly_sales WHERE store_name = 'Chicago'"
    done = viewed.ask(sql, "the approximate sales of Chicago")
    assert (proof(done)["kind"], proof(done)["refused"]["check"]) == ("expanded", "C1 shape")
    assert {tuple(row) for row in done.rows} == {(str(month), place) for month, place in viewed.rows(sql)}


def test_a_declaration_counts_where_a_test_compares_the_view(viewed: Viewed) -> None:
    sql = "SELECT store_name, revenue FROM store_sales"
    done = viewed.ask(sql)
    assert (proof(done)["kind"], done.views) == ("declared", ["main.store_sales"])
    assert "reconciles_store_sales" in proof(done)["proof"]
    with viewed.open() as bench:
        router = bench.views_in_use.router(bench.catalog)
        assert router is not None
        untested = router.route(sql.replace("store_sales", "store_totals"))
    assert untested.refused is not None
    assert (untested.kind, untested.refused.code) == ("expanded", "not_reconciled")
    assert "store_totals" not in untested.sql.replace("AS store_totals", "")
    assert sorted(viewed.rows(untested.sql)) == sorted(viewed.rows(sql))


def touch(viewed: Viewed, model: str, seconds: float) -> None:
    """As if dbt had run the model at another time."""
    ran = viewed.directory / "target" / "run" / "viewed" / "models" / f"{model}.sql"
    now = ran.stat().st_mtime + seconds
    os.utime(ran, (now, now))
    rewrite_json(viewed.directory / "target" / "run_results.json", lambda found: found.update(results=[]))


def test_a_view_that_is_behind_answers_only_for_what_was_over_by_then(viewed: Viewed) -> None:
    touch(viewed, "orders", 3600.0)
    done = viewed.ask(ON_VIEW)
    assert (proof(done)["kind"], proof(done)["refused"]["code"]) == ("expanded", "stale")
    assert proof(viewed.ask(ON_BASE))["kind"] == "base"
    past = viewed.ask(ON_VIEW, "the approximate sales of the stores in 2024")
    assert proof(past)["kind"] == "proved"
    opened = viewed.ask(ON_VIEW, "the approximate sales of the stores since March 2024")
    assert proof(opened)["kind"] == "expanded"


@pytest.mark.parametrize(
    ("file", "change", "detail"),
    [
        (
            "manifest.json",
            lambda f: f["nodes"]["model.viewed.monthly_sales"].update(compiled_code="select 1 as order_month"),
            "compiled anew",
        ),
        (
            "run_results.json",
            lambda f: [r.update(status="fail") for r in f["results"] if "reconciles_monthly_sales" in r["unique_id"]],
            "its test reconciles_monthly_sales",
        ),
        (
            "run_results.json",
            lambda f: [r.update(status="error") for r in f["results"] if r["unique_id"].endswith(".monthly_sales")],
            "its last build failed",
        ),
    ],
)
def test_a_view_that_dbt_speaks_against_is_not_read(file: str, change: Any, detail: str, viewed: Viewed) -> None:
    rewrite_json(viewed.directory / "target" / file, change)
    done = viewed.ask(ON_BASE)
    assert proof(done)["kind"] == "base"
    if file == "run_results.json":
        done = viewed.ask(ON_VIEW)
        assert (proof(done)["kind"], proof(done)["refused"]["code"]) == ("expanded", "quarantined")
        assert detail in proof(done)["refused"]["detail"]
        assert done.views == []


def test_the_manifest_of_a_parse_is_enough(viewed: Viewed) -> None:
    """It has no compiled SQL; the files of the last build have."""
    rewrite_json(
        viewed.directory / "target" / "manifest.json",
        lambda found: [node.pop("compiled_code", None) for node in found["nodes"].values()],
    )
    assert proof(viewed.ask(ON_VIEW))["kind"] == "proved"


def test_without_artifacts_a_view_answers_and_says_that_it_is_not_proved(viewed: Viewed) -> None:
    (viewed.directory / "target").rename(viewed.directory / "elsewhere")
    done = viewed.ask(ON_VIEW)
    assert (proof(done)["kind"], done.views) == ("unproved", ["main.monthly_sales"])
    assert proof(viewed.ask(ON_BASE))["kind"] == "base"
