"""The fake server is faithful: what it answers passes the official models, and the official client drives it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog_sync.openmetadata.client import official
from catalog_sync.openmetadata.connection import connect
from catalog_sync.openmetadata.source import _FIELDS
from catalog_sync.openmetadata.testing import FakeOpenMetadata, payloads
from catalog_sync.openmetadata.testing.payloads import column, table, tag
from tests.catalog_sync.build import catalog as build_catalog
from tests.catalog_sync.build import column as our_column
from tests.catalog_sync.build import table as our_table

FQN = 'pg.shop.main."fct.orders"'


@pytest.fixture
def client(openmetadata: FakeOpenMetadata) -> Any:
    found = official()
    return found.openmetadata(found.connection.model_validate(openmetadata.block))


@pytest.fixture
def orders(openmetadata: FakeOpenMetadata) -> Any:
    row = table(
        FQN,
        [
            column("id", "BIGINT", constraint="PRIMARY_KEY"),
            column("mail", tags=[tag("PII.Sensitive", state="Suggested")]),
            column("address", "STRUCT", children=[column("city")]),
        ],
        tags=[tag("Tier.Tier1")],
        description="Orders.",
    )
    openmetadata.add(row)
    openmetadata.profile(row, {"mail": payloads.profile(["a", "b"])}, profileSample=50.0)
    openmetadata.sample(row, ["id"], [[1]])
    return row


def models() -> dict[str, Any]:
    from metadata.generated.schema.entity.data.glossaryTerm import GlossaryTerm
    from metadata.generated.schema.entity.data.metric import Metric
    from metadata.generated.schema.entity.data.query import Query
    from metadata.generated.schema.entity.data.table import Table

    return {"tables": Table, "glossaryTerms": GlossaryTerm, "metrics": Metric, "queries": Query}


def test_every_payload_passes_the_official_models(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    openmetadata.add_terms(payloads.term("Sales.Revenue", synonyms=["x"], related=["Sales.Turnover"]))
    openmetadata.add_metrics(payloads.metric("Revenue", "SUM(amount)"))
    openmetadata.add_queries(payloads.query("select 1", orders, users=["ann"]))
    shop = build_catalog(
        our_table("orders", our_column("id", "INTEGER"), our_column("mail", pii=True), description="d", domain="Sales",
                  owner="ann", primary_key=("id",), upstream=(our_table("raw.orders").name,)),
        our_table("raw.orders", our_column("price", "DECIMAL(18,2)", nullable=False)),
    )  # fmt: skip
    openmetadata.add(*(payloads.from_catalog(t, "pg") for t in shop))
    rest = connect(openmetadata.block).rest
    for kind, model in models().items():
        fields = _FIELDS[0] if kind == "tables" else ""
        rows = rest.get(f"/{kind}", {"limit": 100, "fields": fields})["data"]
        assert rows, kind
        for row in rows:
            model(**row)
    profiled = rest.get(f"/tables/{FQN}/tableProfile/latest")
    assert models()["tables"](**profiled).columns[1].profile.cardinalityDistribution.categories == ["a", "b"]


def test_the_official_client_lists_and_gets(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    from metadata.generated.schema.entity.data.table import Table

    openmetadata.add(*(table(f"pg.shop.main.t{i:02}", [column("id")]) for i in range(25)))
    listed = list(client.list_all_entities(Table, fields=["tags", "columns"], limit=10))
    assert len(listed) == 26
    one = client.get_by_name(Table, FQN, fields=["tags"])
    assert one.columns[1].tags[0].tagFQN.root == "PII.Sensitive"
    assert client.get_by_name(Table, "pg.shop.main.nothing") is None


def test_the_official_client_patches(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    from metadata.generated.schema.entity.data.table import Table

    one = client.get_by_name(Table, FQN, fields=["tags"])
    client.patch_description(Table, one, "All orders.", force=True)
    again = client.get_by_name(Table, FQN)
    assert (again.description.root, again.version.root) == ("All orders.", 0.2)


def patch(client: Any, entity: str, steps: list[dict[str, Any]], **headers: str) -> Any:
    return client.client.patch(f"/tables/{entity}", data=json.dumps(steps), headers=headers or None)


def test_the_lock_and_how_columns_get_lost(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    from metadata.ingestion.ometa.client import APIError

    steps = [{"op": "add", "path": "/columns/0/description", "value": "The key."}]
    with pytest.raises(APIError) as caught:
        patch(client, orders["id"], steps, **{"If-Match": 'W/"9.9"'})
    assert caught.value.status_code == 412
    openmetadata.quirks.drop_columns = True
    done = patch(client, orders["id"], steps, **{"If-Match": 'W/"0.1"'})
    assert "description" not in done["columns"][0]
    assert patch(client, orders["id"], steps)["columns"][0]["description"] == "The key."
    with pytest.raises(APIError):
        patch(client, orders["id"], [{"op": "test", "path": "/description", "value": "not this"}])


def test_edits_of_one_user_keep_the_version(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    versions = [
        patch(client, orders["id"], [{"op": "replace", "path": "/description", "value": text}])["version"]
        for text in ("one", "two", "three")
    ]
    assert versions == [0.2, 0.2, 0.2]


def test_events_and_a_search_index_that_lags(client: Any, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    rest = client.client
    openmetadata.remove(orders)
    kinds = [event["eventType"] for event in rest.get("/events", {"timestamp": 0})["data"]]
    assert kinds == ["entityCreated", "entitySoftDeleted"]
    openmetadata.quirks.events_limit = 1
    assert rest.get_raw("/events", {"timestamp": 0}).status_code == 500
    assert rest.get("/search/query", {"q": "*"})["hits"]["total"]["value"] == 1
    openmetadata.quirks.search_lag = 1
    assert rest.get("/search/query", {"q": "*"})["hits"]["total"]["value"] == 0
    assert rest.get("/tags/name/Tier.Tier1/assets")["data"][0]["fullyQualifiedName"] == FQN


def test_what_is_not_asked_for_does_not_come(openmetadata: FakeOpenMetadata, orders: Any) -> None:
    rest = connect(openmetadata.block).rest
    bare = rest.get("/tables", {})["data"][0]
    assert "tags" not in bare
    assert "tags" not in bare["columns"][1]
    assert rest.get_raw("/tables", {"fields": "nothing"}).status_code == 400
