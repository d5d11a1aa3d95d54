"""Small manifests in dbt's own form, cut down to what a rule reads."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from backends.warehouse.base import TableName
from catalog_sync.dbt_checks import Checks, read_checks
from catalog_sync.model import ForeignKey

ORDERS, CUSTOMERS, OLD = "model.shop.orders", "model.shop.customers", "model.shop.customers.v1"
RELATIONS = {
    ORDERS: TableName("db", "main", "orders"),
    CUSTOMERS: TableName("db", "main", "customers"),
    "source.shop.raw.countries": TableName("db", "raw", "countries"),
    "model.other.customers": TableName("db", "other", "customers"),
    "model.shop.eu.customers": TableName("db", "eu", "customers"),
}


def check(name: str, column: str = "", config: dict[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
    parents = kwargs.pop("parents", [ORDERS])
    return {
        "unique_id": f"test.shop.{name}_{column}",
        "resource_type": "test",
        "test_metadata": {"name": name, "kwargs": {"column_name": column, **kwargs}},
        "column_name": column,
        "attached_node": ORDERS,
        "depends_on": {"nodes": parents},
        "config": config or {},
    }


def checks_of(*tests: dict[str, Any], node: dict[str, Any] | None = None, adapter: str = "duckdb") -> Checks:
    nodes = {test["unique_id"]: test for test in tests}
    nodes[ORDERS] = {"unique_id": ORDERS, "resource_type": "model", **(node or {})}
    return read_checks({"metadata": {"adapter_type": adapter}, "nodes": nodes}, RELATIONS)[ORDERS]


WEAKENINGS: list[dict[str, Any]] = [
    {"where": "order_date > '2024-01-01'"},
    {"severity": "warn"},
    {"severity": "WARN"},
    {"error_if": ">100"},
    {"fail_calc": "count(distinct order_id)"},
    {"enabled": False},
]


def reference(to: str, parents: list[str], config: dict[str, Any] | None = None) -> dict[str, Any]:
    return check("relationships", "customer_id", config, to=to, field="id", parents=parents)


def test_unique_and_not_null_make_a_key() -> None:
    found = checks_of(check("unique", "order_id"), check("not_null", "order_id"))
    assert found.primary_key == ("order_id",)
    assert found.primary_key_provenance == "dbt:test:test.shop.unique_order_id+dbt:test:test.shop.not_null_order_id"


def test_unique_alone_is_no_key() -> None:
    assert checks_of(check("unique", "order_id")).primary_key == ()


@pytest.mark.parametrize("config", WEAKENINGS)
def test_a_weakened_test_makes_no_key(config: dict[str, Any]) -> None:
    assert checks_of(check("unique", "order_id", config), check("not_null", "order_id")).primary_key == ()


@pytest.mark.parametrize(
    ("test", "argument"),
    [
        ("unique_combination_of_columns", "combination_of_columns"),
        ("unique_grain", "columns"),
        ("dbt_ask_unique_grain", "columns"),
    ],
)
def test_columns_unique_together_make_a_key(test: str, argument: str) -> None:
    found = checks_of(check(test, **{argument: ["order_id", "line"]}))
    assert found.primary_key == ("order_id", "line")
    assert found.primary_key_provenance == f"dbt:test:test.shop.{test}_"


def test_columns_that_should_be_unique_together_and_are_not_tested_for_all_rows_make_no_key() -> None:
    assert checks_of(check("unique_grain", "", {"where": "line > 1"}, columns=["a", "b"])).primary_key == ()


def test_what_dbt_infers_is_the_last_resort_and_says_so() -> None:
    inferred = {"primary_key": ["order_id"]}
    assert checks_of(node=inferred).primary_key_provenance == "dbt:manifest"
    found = checks_of(check("unique", "code"), check("not_null", "code"), node=inferred)
    assert found.primary_key == ("code",)


def test_of_two_keys_the_one_that_dbt_inferred() -> None:
    pair = [check(test, column) for column in ("code", "order_id") for test in ("unique", "not_null")]
    assert checks_of(*pair, node={"primary_key": ["order_id"]}).primary_key == ("order_id",)


@pytest.mark.parametrize(
    ("to", "parents", "schema"),
    [
        ("ref('customers')", [CUSTOMERS, ORDERS], "main"),
        ('{{ ref("customers") }}', [ORDERS, CUSTOMERS], "main"),
        ("ref('shop', 'customers')", ["model.other.customers", CUSTOMERS, ORDERS], "main"),
        ("ref('other', 'customers')", ["model.other.customers", CUSTOMERS, ORDERS], "other"),
        ("ref('eu.customers')", [CUSTOMERS, "model.shop.eu.customers", ORDERS], "eu"),
        ("source('raw', 'countries')", ["source.shop.raw.countries", ORDERS], "raw"),
        ("ref('orders')", [ORDERS], "main"),
        ("builtins.ref(var('parent'))", [CUSTOMERS, ORDERS], "main"),
    ],
)
def test_the_table_that_a_reference_means(to: str, parents: list[str], schema: str) -> None:
    (key,) = checks_of(reference(to, parents)).foreign_keys.values()
    assert key.to_table.schema == schema
    assert key.tested


def test_a_reference_to_one_version() -> None:
    relations = RELATIONS | {f"{CUSTOMERS}.v{n}": TableName("db", "main", f"customers_v{n}") for n in (1, 2)}
    parents = [f"{CUSTOMERS}.v1", f"{CUSTOMERS}.v2", ORDERS]
    tests = {"t": reference("ref('customers', v=2)", parents)}
    found = read_checks({"nodes": tests}, relations)[ORDERS]
    assert [key.to_table.name for key in found.foreign_keys.values()] == ["customers_v2"]


def test_a_reference_to_what_is_no_relation_is_none() -> None:
    assert not checks_of(reference("ref('gone')", ["model.shop.gone", ORDERS])).foreign_keys


@pytest.mark.parametrize("config", WEAKENINGS)
def test_a_weakened_reference_is_a_claim(config: dict[str, Any]) -> None:
    (key,) = checks_of(reference("ref('customers')", [CUSTOMERS, ORDERS], config)).foreign_keys.values()
    assert not key.tested


def test_the_tested_one_of_two_equal_references_stays() -> None:
    weak, strong = (reference("ref('customers')", [CUSTOMERS, ORDERS], c) for c in ({"severity": "warn"}, {}))
    strong["unique_id"] = "test.shop.strong"
    for order in ([weak, strong], [strong, weak]):
        (key,) = checks_of(*order).foreign_keys.values()
        assert key.tested


def test_a_domain() -> None:
    domain = checks_of(check("accepted_values", "status", values=["placed", 7, True])).domains["status"]
    assert (domain.values, domain.exact) == (("placed", "7", "true"), True)


@pytest.mark.parametrize("config", WEAKENINGS)
def test_a_weakened_domain_is_examples(config: dict[str, Any]) -> None:
    domain = checks_of(check("accepted_values", "status", config, values=["placed"])).domains["status"]
    assert (domain.values, domain.exact) == (("placed",), False)


def test_the_narrowest_of_exact_domains() -> None:
    wide = check("accepted_values", "status", values=["a", "b", "c"])
    narrow = check("expect_column_values_to_be_in_set", "status", value_set=["a", "b"])
    weak = check("accepted_values", "status", {"where": "x"}, values=["a"])
    weak["unique_id"] = "test.shop.weak"
    assert checks_of(weak, wide, narrow).domains["status"].values == ("a", "b")


def constrained(enforced: bool = True, **constraint: Any) -> dict[str, Any]:
    return {"config": {"contract": {"enforced": enforced}}, "constraints": [constraint]}


@pytest.mark.parametrize(
    "target",
    [
        {"to": "ref('shop', 'customers')", "to_columns": ["id"]},
        {"to": '"db"."main"."customers"', "to_columns": ["id"]},
        {"expression": "main.customers (id)"},
        {"expression": 'REFERENCES "db"."main"."customers"("id")'},
    ],
)
def test_a_constraint_refers(target: dict[str, Any]) -> None:
    node = constrained(type="foreign_key", columns=["customer_id"], **target)
    (key,) = checks_of(node=node).foreign_keys.values()
    expected = ForeignKey(("customer_id",), RELATIONS[CUSTOMERS], ("id",), tested=True, provenance="dbt:constraint")
    assert key == expected


@pytest.mark.parametrize(("enforced", "adapter"), [(False, "duckdb"), (True, "snowflake"), (True, "bigquery")])
def test_a_constraint_that_nobody_enforces_is_a_claim(enforced: bool, adapter: str) -> None:
    target = {"to": "ref('shop', 'customers')", "to_columns": ["id"]}
    node = constrained(enforced, type="foreign_key", columns=["customer_id"], **target)
    (key,) = checks_of(node=node, adapter=adapter).foreign_keys.values()
    assert not key.tested
    node = constrained(enforced, type="primary_key", columns=["order_id"])
    found = checks_of(node=node, adapter=adapter)
    assert (found.primary_key, found.primary_key_provenance) == (("order_id",), "dbt:manifest")


def test_a_column_constraint() -> None:
    column = {"name": "order_id", "constraints": [{"type": "primary_key"}, {"type": "not_null"}]}
    node = {"config": {"contract": {"enforced": True}}, "columns": {"order_id": column}}
    found = checks_of(node=node)
    assert found.primary_key == ("order_id",)
    assert found.not_null == {"order_id": "dbt:constraint"}


def test_manifests_that_do_not_say_to_what_a_test_belongs() -> None:
    """Before v10 there was no attached_node."""
    old = deepcopy(reference("ref('customers')", [CUSTOMERS, ORDERS]))
    del old["attached_node"]
    old["test_metadata"]["kwargs"]["model"] = "{{ get_where_subquery(ref('orders')) }}"
    (key,) = checks_of(old).foreign_keys.values()
    assert (key.columns, key.to_table) == (("customer_id",), RELATIONS[CUSTOMERS])
