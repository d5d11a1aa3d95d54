"""What the project promises about itself, read from the manifest and held against the data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

Node = dict[str, Any]
HANGUL = re.compile("[가-힣]")
SENSITIVE = {
    "customer_name": ("shop",),
    "address": ("supply",),
    "phone": ("supply",),
    "clerk_name": ("supply",),
}


@pytest.fixture(scope="module")
def manifest(sample_project: Path) -> Node:
    found = json.loads((sample_project / "target" / "manifest.json").read_text())
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def models(manifest: Node) -> dict[str, Node]:
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def tests_of(manifest: Node) -> dict[str, list[Node]]:
    """Generic tests by the model they are attached to."""
    found: dict[str, list[Node]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            found.setdefault(node["attached_node"].split(".")[-1], []).append(node["test_metadata"])
    return found


@pytest.fixture(scope="module")
def ask_views(models: dict[str, Node]) -> dict[str, Node]:
    return {name: node for name, node in models.items() if "ask_view" in node["tags"]}


@pytest.fixture(scope="module")
def served(models: dict[str, Node]) -> dict[str, Node]:
    """Marts and ask views: what people ask about."""
    return {name: node for name, node in models.items() if not name.startswith("stg_")}


@pytest.fixture(scope="module")
def warehouse(sample_project: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sample_project / "data" / "warehouse.duckdb"), read_only=True)


def dbt_ask(item: Node) -> Node:
    meta = item["config"]["meta"].get("dbt_ask", {})
    assert isinstance(meta, dict)
    return meta


def view_of(node: Node) -> Node:
    view = dbt_ask(node)["view"]
    assert isinstance(view, dict)
    return view


def test_every_model_and_every_column_is_described(
    models: dict[str, Node], warehouse: duckdb.DuckDBPyConnection
) -> None:
    for name, node in models.items():
        assert node["description"].strip(), name
        built = warehouse.execute(f"select * from {node['schema']}.{name} limit 0").description
        assert [column for column, *_ in built] == list(node["columns"]), name
        for column in node["columns"].values():
            assert column["description"].strip(), (name, column["name"])
            assert "\n" not in column["description"], (name, column["name"])


def test_every_source_table_is_described_and_has_a_freshness(manifest: Node) -> None:
    assert len(manifest["sources"]) == 15
    for source in manifest["sources"].values():
        assert source["description"].strip(), source["name"]
        assert source["freshness"]["warn_after"]["count"], source["name"]
        assert source["loaded_at_field"] == "_loaded_at", source["name"]


def test_every_area_has_an_owner_and_a_use(manifest: Node) -> None:
    assert {group["name"] for group in manifest["groups"].values()} == {"shop", "supply"}
    for owned in [*manifest["groups"].values(), *manifest["exposures"].values()]:
        assert "@" in owned["owner"]["email"]
    used = [parent for exposure in manifest["exposures"].values() for parent in exposure["depends_on"]["nodes"]]
    assert {parent.split(".")[-1].split("_")[0] for parent in used} == {"shop", "supply"}


def test_the_tier_follows_the_layer(models: dict[str, Node]) -> None:
    for name, node in models.items():
        catalogue = node["config"]["meta"]["openmetadata"]
        assert catalogue["tier"] == ("Tier.Tier3" if name.startswith("stg_") else "Tier.Tier1"), name
        area = node["config"]["group"]
        assert catalogue["owner"] == f"{area}-analytics"
        assert catalogue["domain"].lower() == area


def test_what_is_served_has_a_contract_a_workspace_and_words_in_both_languages(served: dict[str, Node]) -> None:
    for name, node in served.items():
        assert node["config"]["contract"]["enforced"], name
        meta = dbt_ask(node)
        assert meta["workspace"] == node["config"]["group"], name
        assert any(HANGUL.search(word) for word in meta["synonyms"]), name
        assert any(not HANGUL.search(word) for word in meta["synonyms"]), name


def test_column_words_are_lists_of_words(served: dict[str, Node]) -> None:
    for name, node in served.items():
        for column in node["columns"].values():
            for word in dbt_ask(column).get("synonyms", []):
                assert isinstance(word, str), (name, column["name"])
                assert len(word) > 1 or HANGUL.search(word), (name, column["name"], word)


def test_value_words_are_of_values_that_the_data_have(
    served: dict[str, Node], warehouse: duckdb.DuckDBPyConnection
) -> None:
    checked = 0
    for name, node in served.items():
        for column, facts in node["columns"].items():
            words = dbt_ask(facts).get("value_synonyms")
            if words is None:
                continue
            found = {
                value
                for (value,) in warehouse.execute(f"select distinct {column} from {node['schema']}.{name}").fetchall()
            }
            # A short period has fewer stores and no one-time customer, never a value without words.
            assert found <= set(words), (name, column)
            assert all(any(HANGUL.search(word) for word in synonyms) for synonyms in words.values()), (name, column)
            checked += 1
    assert checked > 40


def test_people_are_marked_as_sensitive_wherever_they_are(models: dict[str, Node]) -> None:
    marked = {
        (name, column)
        for name, node in models.items()
        for column, facts in node["columns"].items()
        if "PII.Sensitive" in facts["config"]["meta"].get("openmetadata", {}).get("tags", [])
    }
    people = {
        (name, column)
        for name, node in models.items()
        for column in node["columns"]
        if node["config"]["group"] in SENSITIVE.get(column, ())
    }
    assert marked == people
    assert len(people) > 10


def test_there_are_enough_ask_views_of_both_kinds(ask_views: dict[str, Node]) -> None:
    for area in ("shop", "supply"):
        of_area = [name for name, node in ask_views.items() if node["config"]["group"] == area]
        assert len(of_area) >= 5
        assert 1 <= len([name for name in of_area if name.endswith("_wide")]) <= 2


def test_an_ask_view_says_how_to_ask_it(ask_views: dict[str, Node]) -> None:
    for name, node in ask_views.items():
        view = view_of(node)
        columns = set(node["columns"])
        assert set(view) == {"grain", "measures", "additive", "time_column", "freshness", "questions"}, name
        assert "one row for" in node["description"], name
        assert set(view["grain"]) <= columns, name
        assert set(view["measures"]) <= columns, name
        assert set(view["additive"]) <= set(view["measures"]), name
        assert all(view["measures"][column] == "sum" for column in view["additive"]), name
        assert view["time_column"] is None or view["time_column"] in columns, name
        assert view["freshness"].strip(), name
        assert 3 <= len(view["questions"]) <= 5, name
        assert any(HANGUL.search(question) for question in view["questions"]), name
        assert any(not HANGUL.search(question) for question in view["questions"]), name


def test_every_number_of_a_roll_up_says_whether_it_adds_up(ask_views: dict[str, Node]) -> None:
    not_measures = {"order_year", "ship_year", "order_hour"}
    for name, node in ask_views.items():
        if name.endswith("_wide"):
            continue
        numbers = {
            column
            for column, facts in node["columns"].items()
            if facts["data_type"].startswith(("bigint", "integer", "numeric"))
        }
        assert numbers - not_measures - set(view_of(node)["grain"]) <= set(view_of(node)["measures"]), name


def test_the_grain_is_one_promise_kept_in_three_places(
    ask_views: dict[str, Node], tests_of: dict[str, list[Node]]
) -> None:
    for name, node in ask_views.items():
        grain = view_of(node)["grain"]
        assert node["config"]["indexes"] == [{"columns": grain, "unique": True}], name
        unique = [test["kwargs"]["columns"] for test in tests_of[name] if test["name"] == "unique_grain"]
        assert unique == [grain], name
        not_null = {test["kwargs"]["column_name"] for test in tests_of[name] if test["name"] == "not_null"}
        assert set(grain) <= not_null, name


def test_every_ask_view_is_reconciled_with_a_mart(ask_views: dict[str, Node], tests_of: dict[str, list[Node]]) -> None:
    for name in ask_views:
        totals = [test["kwargs"]["totals"] for test in tests_of[name] if test["name"] == "reconciles"]
        assert totals, name


def test_ask_views_stand_on_marts_alone(ask_views: dict[str, Node]) -> None:
    # A staging view is replaced by every build, and a materialized view over it would go with it.
    for name, node in ask_views.items():
        parents = [parent.split(".")[-1] for parent in node["depends_on"]["nodes"]]
        assert parents, name
        assert not [parent for parent in parents if parent.startswith("stg_")], name


def test_every_mart_has_a_key(models: dict[str, Node], tests_of: dict[str, list[Node]]) -> None:
    for name, node in models.items():
        if node["fqn"][-2] == "marts":
            kinds = {test["name"] for test in tests_of[name]}
            assert kinds & {"unique", "unique_grain"}, name
            assert "not_null" in kinds, name
