"""A reading of DataHub: what is taken, and what goes wrong with what to do about it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.warehouse.base import TableName
from catalog_sync.datahub.testing import FakeDataHub, payloads
from catalog_sync.datahub.testing.payloads import dataset, field, tags, terms
from catalog_sync.errors import (
    CatalogError,
    SourceIncomplete,
    SourceRefused,
    SourceUnavailable,
    SourceUnreadable,
)
from catalog_sync.model import Catalog

Read = Callable[..., Catalog]


def name(table: str, schema: str = "main", database: str = "shop") -> TableName:
    return TableName(database, schema, table)


@pytest.fixture
def five(datahub: FakeDataHub) -> FakeDataHub:
    datahub.add(*(dataset(name(f"t{i}"), [field("id", "int")]) for i in range(5)))
    return datahub


def test_all_pages(read: Read, five: FakeDataHub) -> None:
    assert [table.name.name for table in read()] == ["t0", "t1", "t2", "t3", "t4"]
    assert [asked.get("scrollId") for asked in five.requests] == [None, "2", "4"]


@pytest.mark.parametrize(
    ("quirk", "value", "says"),
    [
        ("fail_page", 2, "a page failed"),
        ("wrong_total", 3, "8 datasets, 5 came"),
        ("same_page", True, "the same page again"),
        ("broken_json", True, "broken JSON"),
    ],
)
def test_a_list_that_is_not_whole_is_an_error(read: Read, five: FakeDataHub, quirk: str, value: int, says: str) -> None:
    setattr(five.quirks, quirk, value)
    with pytest.raises(SourceIncomplete, match=says) as caught:
        read()
    assert caught.value.transient
    assert "nothing was changed" in caught.value.message


@pytest.mark.parametrize(
    ("quirk", "value", "kind", "says"),
    [
        ("html", True, SourceUnreadable, "not DataHub's API"),
        ("half", True, SourceUnreadable, "refuses the query"),
        ("forbidden", True, SourceRefused, "may not read"),
        ("unknown", ("statsSummary",), SourceUnreadable, "statsSummary"),
        ("fail_once", 404, SourceUnreadable, "not DataHub's API"),
    ],
)
def test_what_does_not_pass_is_not_tried_again(
    read: Read, five: FakeDataHub, waits: list[float], quirk: str, value: object, kind: type[CatalogError], says: str
) -> None:
    setattr(five.quirks, quirk, value)
    with pytest.raises(kind, match=says) as caught:
        read()
    assert caught.value.hint
    assert waits == []


@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_what_passes_is_tried_again(read: Read, five: FakeDataHub, waits: list[float], status: int) -> None:
    five.quirks.fail_once, five.quirks.retry_after = status, 7
    assert len(read().tables) == 5
    assert waits == [7.0 if status == 429 else 1.0]


def test_a_wrong_token_is_not_repeated(read: Read, five: FakeDataHub) -> None:
    with pytest.raises(SourceRefused, match="does not accept the token") as caught:
        read(token="s3cret")
    assert "s3cret" not in str(caught.value)


def test_wrong_addresses(read: Read, five: FakeDataHub) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceIncomplete, match="does not answer"):
        read(server=f"http://127.0.0.1:{port}")
    with pytest.raises(SourceUnreadable, match="not DataHub's API"):
        read(server=f"{five.address}/ui")
    with pytest.raises(CatalogError):
        read(server="no address")


def test_tls(read: Read, certificate: Path, expired_certificate: Path) -> None:
    with FakeDataHub(certificate=certificate) as server:
        with pytest.raises(SourceUnreadable, match="can't be trusted") as caught:
            read(server=server.address)
        assert "datahub.ca" in caught.value.hint
        assert read(server=server.address, ca=str(certificate)).tables == ()
        with pytest.raises(SourceUnreadable, match="holds no certificates"):
            read(server=server.address, ca="nowhere.pem")
    with FakeDataHub(certificate=expired_certificate) as server, pytest.raises(SourceUnreadable, match="expired"):
        read(server=server.address, ca=str(expired_certificate))


def test_what_people_wrote_goes_before_what_was_ingested(read: Read, datahub: FakeDataHub) -> None:
    edited = [{"fieldPath": "amount", "description": "Net of tax.", "tags": tags("money")}]
    datahub.add(
        dataset(
            name("orders"),
            [field("amount", "decimal(10,2)", description="amt", tags=tags("raw"), label="Amount paid")],
            properties={"description": "from the warehouse"},
            editableProperties={"description": "All orders."},
            editableSchemaMetadata={"editableSchemaFieldInfo": edited},
            tags=tags("Tier.Tier1"),
            statsSummary={"queryCountLast30Days": 7},
        )
    )
    (table,) = read()
    (amount,) = table.columns
    assert (table.description, table.tier, table.usage and table.usage.count) == ("All orders.", "Tier.Tier1", 7)
    assert (amount.description, amount.tags, amount.synonyms) == ("Net of tax.", ("money", "raw"), ("Amount paid",))
    assert amount.provenance["description"] == "datahub"


def test_personal_data_by_tag_term_or_whole_table(read: Read, datahub: FakeDataHub) -> None:
    profile = {"timestampMillis": 1, "fieldProfiles": [
        {"fieldPath": p, "sampleValues": ["x", "y"]} for p in ("mail", "city", "note", "whole")
    ]}  # fmt: skip
    datahub.add(
        dataset(name("people"), [
            field("mail", tags=tags("PII.Sensitive")), field("note", glossaryTerms=terms("PII")), field("city"),
        ], datasetProfiles=[profile]),
        dataset(name("secret"), [field("whole")], tags=tags("PII"), datasetProfiles=[profile]),
    )  # fmt: skip
    people, secret = read()
    assert [(c.name, c.pii, c.values) for c in people.columns] == [
        ("mail", True, ()), ("note", True, ()), ("city", False, ("x", "y")),
    ]  # fmt: skip
    assert (secret.pii_by_default, secret.columns[0].pii, secret.columns[0].values) == (True, True, ())
    assert people.columns[2].provenance["values"] == "datahub:profile"
    assert not people.columns[2].values_exact


def test_nested_fields_and_names_with_everything_in_them(read: Read, datahub: FakeDataHub) -> None:
    odd = 'dim.api/client "주문😀"'
    head = "[version=2.0].[type=struct]"
    datahub.add(
        dataset(name(odd), [
            field(f"{head}.[type=struct].address", "struct"),
            field(f"{head}.[type=struct].address.[type=string].city", tags=tags("PII")),
            field("a.b", "int"),
        ])
    )  # fmt: skip
    (table,) = read()
    assert table.name == name(odd)
    address, dotted = table.columns
    assert (address.name, address.pii, [c.name for c in address.children]) == ("address", True, ["city"])
    assert (dotted.name, dotted.children) == ("a.b", ())


def test_keys_and_lineage(read: Read, datahub: FakeDataHub) -> None:
    def fields(*paths: str) -> list[dict[str, object]]:
        return [{"urn": f"urn:li:schemaField:{p}", "type": "SCHEMA_FIELD", "fieldPath": p} for p in paths]

    stores = dataset(name("stores"), [field("id", "int")], schema={"primaryKeys": ["id"]})
    key = {"sourceFields": fields("store_id"), "foreignFields": fields("id"), "foreignDataset": stores}
    made_from = [
        {"type": "DownstreamOf", "degree": 1, "entity": dataset(name("raw_orders"))},
        {"type": "DownstreamOf", "degree": 1, "entity": dataset(name("raw_orders"), platform="dbt")},
    ]
    datahub.add(stores, dataset(
        name("orders"), [field("store_id", "int", nullable=False)],
        schema={"foreignKeys": [key, None]}, lineage={"relationships": made_from},
    ))  # fmt: skip
    orders, found = read()
    assert found.primary_key == ("id",)
    (foreign,) = orders.foreign_keys
    assert (foreign.columns, foreign.to_table, foreign.to_columns) == (("store_id",), name("stores"), ("id",))
    assert orders.upstream == (name("raw_orders"),)
    assert not orders.columns[0].nullable


def test_the_same_table_twice_is_not_taken(read: Read, datahub: FakeDataHub) -> None:
    datahub.add(dataset(name("t"), [field("id")]), dataset(name("t"), [field("id")], platform="snowflake"))
    datahub.add(dataset(name("t"), [field("id")], platform="dbt"))
    found = read()
    assert found.tables == ()
    assert "datahub.platforms" in found.notes[0]
    (table,) = read(platforms=("snowflake",))
    assert table.service == "snowflake"
    assert read(platforms=("snowflake",)).dialect == "snowflake"
    assert read(environment="DEV").tables == ()


def test_databases_and_removed_tables(read: Read, datahub: FakeDataHub) -> None:
    gone = dataset(name("gone"), [field("id")])
    gone["status"] = {"removed": True}
    datahub.add(gone, dataset(name("t"), [field("id")]))
    (table,) = read(databases={"shop": ""})
    assert table.name == TableName(None, "main", "t")


def test_a_row_of_another_shape_costs_that_row(read: Read, datahub: FakeDataHub) -> None:
    odd = dataset(name("odd"), [field("id")])
    odd["urn"] = "urn:li:dataset:odd"
    datahub.add(odd, dataset(name("t"), [field("id")]))
    found = read(environment="")
    assert [table.name.name for table in found] == ["t"]
    assert "1 datasets of DataHub can't be read (urn:li:dataset:odd" in found.notes[0]


def test_texts_are_plain_and_not_endless(read: Read, datahub: FakeDataHub) -> None:
    datahub.add(dataset(name("t"), [field("id", description="a\x00b\ud800".encode("utf-8", "replace").decode())],
                        properties={"description": "x" * 1_000_000}))  # fmt: skip
    (table,) = read()
    assert table.columns[0].description == "a b?"
    assert len(table.description) < 9000


def test_a_payload_of_our_own_catalogue(read: Read, datahub: FakeDataHub) -> None:
    from tests.support.catalogs import shop

    datahub.add(*(payloads.from_catalog(table) for table in shop()))
    found = {table.name.name: table for table in read()}
    assert set(found) == {table.name.name for table in shop()}
    assert found["orders"].foreign_keys[0].to_table.name == "customers"


def test_unavailable_is_told_apart(read: Read, five: FakeDataHub, waits: list[float]) -> None:
    from catalog_sync.datahub.client import Client

    five.quirks.fail_page = 1
    with pytest.raises(SourceUnavailable, match="answers 500"):
        Client(five.address, five.token, sleep=waits.append).ask("{ x }", {"input": {}})
    assert waits == [1.0, 2.0, 4.0]
