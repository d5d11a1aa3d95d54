"""The stage: which tables are tried, and for which units."""

from __future__ import annotations

from types import SimpleNamespace

from catalog_sync.model import Catalog
from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.stage import Plan
from plugin.generator.understand import dates
from tests.support.catalogs import table
from tests.support.clinic import clinic

CATALOG = clinic()


def planned(question: str, catalog: Catalog = CATALOG) -> list[str]:
    routes = tuple(Route(t, 1.0) for t in catalog)
    ask = Ask(question, "en", periods=dates.find(question), groupings=dates.groupings(question), routes=routes)
    services = SimpleNamespace(catalog=catalog, dialect="duckdb")
    return [c.sql for c in Plan()(ask, services).candidates]  # type: ignore[arg-type]


def test_which_month_is_by_the_months_of_the_rows() -> None:
    (sql,) = planned("Which month of 2024 had the most visits?")
    assert sql.startswith("SELECT DATE_TRUNC('MONTH', scheduled_at) AS month FROM main.visits WHERE")
    assert sql.endswith("GROUP BY DATE_TRUNC('MONTH', scheduled_at) ORDER BY COUNT(*) DESC LIMIT 1")


def test_things_of_which_others_know_a_part_are_counted_where_all_are() -> None:
    assert planned("How many visits are there?") == ["SELECT COUNT(*) AS visit_count FROM main.visits"]
    assert planned("Which month is it?") == []


def test_a_bound_in_the_plural_is_on_how_many_there_are() -> None:
    rated = table("visits", "visit_id int, vet_name varchar, rating int", key="visit_id")
    assert len(planned("Top 3 vets by average rating", Catalog("c", "duckdb", (rated,)))) == 1
    assert planned("Top 3 vets by average rating with at least 50 ratings", Catalog("c", "duckdb", (rated,))) == []


def test_classes_may_be_those_that_took_place_or_their_names() -> None:
    types = table("class_types", "class_type_id int, class_name varchar", key="class_type_id")
    refs = {"class_type_id": "class_types.class_type_id"}
    sessions = table("class_sessions", "session_id int, class_type_id int, coach varchar", key="session_id", refs=refs)
    held = table("sessions", "session_id int, class_type_id int, coach varchar", key="session_id", refs=refs)
    question = "Number of different classes by coach"
    assert planned(question, Catalog("c", "duckdb", (types, sessions))) == []
    assert len(planned(question, Catalog("c", "duckdb", (types, held)))) == 1
