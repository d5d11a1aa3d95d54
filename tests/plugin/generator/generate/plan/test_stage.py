"""The stage: which tables are tried, and for which units."""

from __future__ import annotations

from types import SimpleNamespace

from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.stage import Plan
from plugin.generator.understand import dates
from tests.support.clinic import clinic

CATALOG = clinic()


def planned(question: str) -> list[str]:
    routes = tuple(Route(t, 1.0) for t in CATALOG)
    ask = Ask(question, "en", periods=dates.find(question), groupings=dates.groupings(question), routes=routes)
    services = SimpleNamespace(catalog=CATALOG, dialect="duckdb")
    return [c.sql for c in Plan()(ask, services).candidates]  # type: ignore[arg-type]


def test_which_month_is_by_the_months_of_the_rows() -> None:
    (sql,) = planned("Which month of 2024 had the most visits?")
    assert sql.startswith("SELECT DATE_TRUNC('MONTH', scheduled_at) AS month FROM main.visits WHERE")
    assert sql.endswith("GROUP BY DATE_TRUNC('MONTH', scheduled_at) ORDER BY COUNT(*) DESC LIMIT 1")


def test_things_of_which_others_know_a_part_are_counted_where_all_are() -> None:
    assert planned("How many visits are there?") == ["SELECT COUNT(*) AS visit_count FROM main.visits"]
    assert planned("Which month is it?") == []
