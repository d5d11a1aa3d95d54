from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine

from backends.warehouse.base import TableName
from materialized_views.registry import Registry, Version
from materialized_views.report import html, page_of
from tests.materialized_views.definitions import monthly

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def replay(sql: str, base: float, view: float, **more: str) -> dict[str, object]:
    return {
        "sql": sql,
        "base_ms": base,
        "view_ms": view,
        "proof": "monthly: groups",
        "refused": "",
        "differs": "",
        **more,
    }


def filled(state: Engine) -> Registry:
    registry = Registry(state)
    reason = {"base_rows": 6000, "rows": 36, "saves_ms_a_day": 9000, "upkeep_ms_a_day": 1500}
    registry.propose("monthly_orders", monthly().attrs(), "aaa", reason)
    replays = [
        replay("select '<script>alert(1)</script>'", 400, 4),
        replay("select 2", 100, 1),
        replay("select 3", 9e9, 9e9, proof="", refused="C2"),
    ]
    registry.tried("monthly_orders", {"passed": True, "rows": 36, "replays": replays}, passed=True)
    registry.approve("monthly_orders", "ann")
    marks = {"orders": {"rows": 6000, "latest": {"order_date": "2024-12-31"}}}
    registry.begin("monthly_orders", TableName(None, "main", "monthly_orders"), Version("aaa", marks, 36, "c"))
    registry.commit("monthly_orders")
    registry.propose("weekly_orders", monthly().attrs(), "bbb", {})
    registry.tried("weekly_orders", {"reason": "1 answers differ from base"}, passed=False)
    return registry


def test_the_figures_of_the_page(state: Engine) -> None:
    page = page_of(filled(state).all(), "shop", datetime.now(timezone.utc) + timedelta(hours=3))
    (view,) = page.views
    assert (view.rows, view.base_ms, view.view_ms, view.speedup) == (36, 500, 5, 100)
    assert (view.as_of, view.age, view.share) == ("2024-12-31", "3 h old", 36 / 6000)
    assert [q.base_bar for q in view.queries] == [100, 25]
    assert (page.queries, page.speedup, page.saves_s) == (2, 100, 9)
    assert page.others == (("weekly_orders", "dropped", "1 answers differ from base"),)


def test_a_view_that_was_withdrawn_says_so_whatever_its_trial_was(state: Engine) -> None:
    registry = filled(state)
    registry.withdraw(set())
    page = page_of(registry.all(), "shop", NOW)
    assert page.others == (("weekly_orders", "retired", "not in a later recommendation any more"),)


def test_one_is_no_plural(state: Engine) -> None:
    text = html(filled(state).all(), "shop", NOW)
    assert '<b class="num">1</b><span class="soft">view</span>' in text
    assert "2 queries that it answers" in text


def test_the_page_needs_nothing_and_trusts_nobody(state: Engine) -> None:
    text = html(filled(state).all(), "shop", NOW)
    assert "monthly_orders" in text
    assert "weekly_orders" in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text
    assert "src=" not in text


def test_a_page_without_views_says_what_to_do(state: Engine) -> None:
    assert "dbt-ask views recommend" in html([], "shop", NOW)
