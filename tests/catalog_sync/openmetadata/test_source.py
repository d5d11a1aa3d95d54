"""A whole reading: the real client against the fake server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backends.warehouse.base import TableName
from catalog_sync.documents import document_of
from catalog_sync.errors import SourceIncomplete
from catalog_sync.model import Catalog
from catalog_sync.openmetadata.testing import FakeOpenMetadata, payloads
from catalog_sync.openmetadata.testing.payloads import column, profile, table, tag, term_tag
from catalog_sync.policy import Policy

Read = Callable[..., Catalog]
TIER1 = [tag("Tier.Tier1")]


@pytest.fixture
def shop(openmetadata: FakeOpenMetadata) -> dict[str, Any]:
    """Three tables, one of them without a tier; details of all."""
    orders = table(
        "pg.shop.main.orders", [column("id"), column("status"), column("mail", tags=[tag("PII.Sensitive")])], tags=TIER1
    )
    customers = table("pg.shop.main.customers", [column("id"), column("country")], tags=TIER1)
    raw = table("pg.shop.raw.orders", [column("id")])
    openmetadata.add(orders, customers, raw)
    openmetadata.profile(orders, {"status": profile(["open", "shut"]), "mail": profile(["a", "b"])})
    openmetadata.sample(customers, ["id", "country"], [["1", "KR"], ["2", "DE"], ["3", "KR"]])
    openmetadata.lead(raw, orders)
    openmetadata.add_queries(
        payloads.query("select * from orders where status = 'open'", orders, users=["ann", "bob"]),
        payloads.query("select 1 from orders", orders, votes={"upVotes": 3, "downVotes": 1}),
    )
    return {"orders": orders, "customers": customers, "raw": raw}


def of(catalog: Catalog, name: str) -> Any:
    return next(t for t in catalog if str(t.name).endswith(name))


def test_tables_with_their_details(shop: dict[str, Any], read: Read) -> None:
    catalog = read(details=("profiles", "samples", "lineage", "queries"))
    assert (catalog.project, catalog.dialect, catalog.notes) == ("shop", "postgres", ())
    orders, customers = of(catalog, "main.orders"), of(catalog, "customers")
    assert {c.name: c.values for c in orders.columns} == {"id": (), "status": ("open", "shut"), "mail": ()}
    assert orders.column("status").values_exact
    assert (customers.column("country").values, customers.column("country").values_exact) == (("KR", "DE"), False)
    assert orders.upstream == (TableName("shop", "raw", "orders"),)
    assert [(q.people, q.votes) for q in orders.queries] == [(0, 2), (2, 0)]
    assert "'open'" not in orders.queries[1].sql


def _distribution(values: list[str]) -> dict[str, Any]:
    return {"cardinalityDistribution": profile(values)["cardinalityDistribution"]}


def test_an_ai_context_stands_for_profile_and_lineage(
    shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata
) -> None:
    from metadata.generated.schema.type.aiContext import AIContext

    profiles = [
        {"name": name, "distinctCount": float(len(values)), **_distribution(values)}
        for name, values in {"status": ["open", "shut"], "mail": ["a"]}.items()
    ]
    seen = {"columnProfiles": profiles}
    for name in ("orders", "customers"):
        openmetadata.describe(
            shop[name],
            upstream=["pg.shop.raw.orders", "pg.shop.raw.late"],
            observability=seen if name == "orders" else {**seen, "profileSample": 10.0},
            metrics=[{"type": "metric", "name": "Net", "content": "SUM(amount), ask ann@example.com"}],
            articles=[{"type": "page", "name": "Old", "content": "Not true any more.", "stale": True}],
            glossaryTerms=[{"type": "glossaryTerm", "name": "order", "displayName": "Order"}],
        )
    for context in openmetadata.store.contexts.values():
        AIContext.model_validate(context)
    catalog = read(details=("profiles", "lineage", "queries", "context"))
    orders = of(catalog, "main.orders")
    assert {c.name: c.values for c in orders.columns} == {"id": (), "status": ("open", "shut"), "mail": ()}
    assert orders.column("status").values_exact
    assert [name.name for name in orders.upstream] == ["orders", "late"]
    assert [says.partition("ann@")[0] for says in orders.knowledge] == ["Net: SUM(amount), ask ***", "Order"]
    assert "about it Net: SUM(amount)" in document_of("shop", orders).text
    assert not [r for r in openmetadata.requests if "tableProfile" in r or "lineage" in r]
    assert len(orders.queries) == 2


def test_a_server_without_ai_context_is_asked_for_one_once(
    shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata
) -> None:
    catalog = read(details=("context", "profiles"))
    assert of(catalog, "main.orders").column("status").values == ("open", "shut")
    assert len([r for r in openmetadata.requests if "context" in r]) == 1
    assert catalog.notes == ()


def test_details_are_asked_only_of_tables_that_count(
    shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata
) -> None:
    read(details=("profiles",))
    asked = [request for request in openmetadata.requests if "tableProfile" in request]
    assert len(asked) == 2
    assert not [request for request in asked if "raw" in request]


def test_what_the_bot_may_not_read_is_noted_once(
    shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata
) -> None:
    openmetadata.quirks.forbidden = ("/queries", "/metrics", "/glossaryTerms")
    catalog = read()
    assert len(catalog.tables) == 3
    assert [note.split(":")[0] for note in catalog.notes] == [
        "the bot may not read /glossaryTerms of OpenMetadata",
        "metrics of OpenMetadata are left out",
        "queries of OpenMetadata are left out",
    ]
    assert len([request for request in openmetadata.requests if request.startswith("GET /queries")]) == 1


@pytest.mark.parametrize(
    ("quirk", "value"),
    [("extra_field", True), ("unknown_type", True), ("unknown_fields", ("certification", "lifeCycle")),
     ("version", "1.9.0"), ("repeat_rows", True), ("missing", ("/glossaryTerms", "/metrics"))],
)  # fmt: skip
def test_what_is_new_or_old_costs_nothing(
    shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata, quirk: str, value: object
) -> None:
    setattr(openmetadata.quirks, quirk, value)
    catalog = read()
    assert {str(t.name) for t in catalog} == {"shop.main.orders", "shop.main.customers", "shop.raw.orders"}
    assert of(catalog, "main.orders").tier == "Tier.Tier1"
    assert of(catalog, "main.orders").column("mail").pii


def test_an_old_server(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add({**shop["raw"], "owners": [{"id": "1", "type": "user", "name": "ann"}]})
    openmetadata.quirks.unknown_fields = ("owners", "domains", "dataProducts", "certification", "lifeCycle")
    openmetadata.quirks.singular = True
    assert of(read(), "raw.orders").owner == "ann"


def test_one_broken_row_costs_that_row(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add({**shop["raw"], "columns": [], "tableConstraints": 5, "joins": "?"})
    catalog = read()
    assert len(catalog.tables) == 2
    assert "1 tables of OpenMetadata can't be read (pg.shop.raw.orders" in catalog.notes[0]


def test_a_failing_page_fails_all(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.quirks.fail_page = 2
    with pytest.raises(SourceIncomplete):
        read()


def test_deleted_tables_are_not_there(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.remove(shop["customers"])
    openmetadata.remove(shop["raw"], hard=True)
    assert [str(t.name) for t in read()] == ["shop.main.orders"]


def test_the_same_table_in_two_services(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.add(table("old_pg.shop.main.orders", [column("id")], tags=TIER1))
    catalog = read()
    assert not [t for t in catalog if str(t.name) == "shop.main.orders"]
    assert "several services of OpenMetadata (old_pg, pg)" in catalog.notes[0]
    chosen = read(services=("pg",))
    assert len(of(chosen, "main.orders").columns) == 3
    assert chosen.notes == ()


def test_glossary_and_metrics(openmetadata: FakeOpenMetadata, read: Read) -> None:
    """Terms may refer to each other in a circle."""
    openmetadata.add_terms(
        payloads.term("Sales.Revenue", synonyms=["매출"], related=["Sales.Turnover"]),
        payloads.term("Sales.Turnover", related=["Sales.Revenue"]),
        payloads.term("Sales.Idea", entityStatus="Draft"),
        payloads.term("HR.Pay", tags=[tag("PII.Sensitive")]),
    )
    openmetadata.add_metrics(payloads.metric("Revenue", "SUM(amount)", unitOfMeasurement="DOLLARS"))
    marked = [column("amount", tags=[term_tag("Sales.Revenue")]), column("pay", tags=[term_tag("HR.Pay")])]
    openmetadata.add(table("pg.shop.main.sales", marked, tags=TIER1))
    catalog = read()
    assert [term.name for term in catalog.terms] == ["HR.Pay", "Sales.Revenue", "Sales.Turnover"]
    assert [(m.name, m.expression, m.unit) for m in catalog.metrics] == [("Revenue", "SUM(amount)", "DOLLARS")]
    amount, pay = catalog.tables[0].columns
    assert (amount.synonyms, amount.pii, pay.pii) == (("Revenue", "매출"), False, True)


def test_tags_that_do_not_come_mean_no_values(shop: dict[str, Any], read: Read, openmetadata: FakeOpenMetadata) -> None:
    openmetadata.quirks.no_tags = True
    catalog = read(policy=Policy(tiers=()))
    assert not any(t.tags_known for t in catalog)


def test_strange_names_come_as_the_warehouse_has_them(openmetadata: FakeOpenMetadata, read: Read) -> None:
    strange = ['pg.d.s."dim.api/client"', "pg.d.s.a__reserved__quote__b", 'pg.d.s."주문 😀.v2"']
    openmetadata.add(*(table(fqn, [column("id")], tags=TIER1) for fqn in strange))
    catalog = read()
    assert [t.name.name for t in catalog] == ['a"b', "dim.api/client", "주문 😀.v2"]
