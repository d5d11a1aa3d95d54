"""The tolerant mapping: rows in, neutral tables out."""

from __future__ import annotations

from typing import Any

import pytest

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable, ForeignKey, Join, Term, Usage
from catalog_sync.openmetadata.columns import Glossary
from catalog_sync.openmetadata.details import masked
from catalog_sync.openmetadata.tables import Rules, dialect_of, table_of
from catalog_sync.openmetadata.testing.payloads import column, profile, table, tag, term_tag
from catalog_sync.texts import LONGEST

ORDERS = "pg.shop.main.orders"
NAME = TableName("shop", "main", "orders")


def made(*columns: Any, glossary: Glossary | None = None, rules: Rules | None = None, **fields: Any) -> CatalogTable:
    found = table_of(table(ORDERS, columns, **fields), glossary or Glossary(), rules or Rules())
    assert found is not None
    return found


def test_what_a_table_says() -> None:
    found = made(
        column("id", "BIGINT", constraint="PRIMARY_KEY"),
        column("amount", "DECIMAL(10,2)", description="Net."),
        description="Orders.",
        tags=[tag("Tier.Tier1"), tag("Source.erp"), term_tag("Sales.Order")],
        owners=[{"id": "x", "type": "team", "name": "sales"}],
        domains=[{"id": "x", "type": "domain", "fullyQualifiedName": "Commerce"}],
        dataProducts=[{"id": "x", "type": "dataProduct", "name": "Revenue"}],
        usageSummary={
            "dailyStats": {"count": 3},
            "monthlyStats": {"count": 80, "percentileRank": 45},
            "date": "2026-01-01",
        },
        certification={"tagLabel": tag("Certification.Gold"), "appliedDate": 1, "expiryDate": 2},
        lifeCycle={"updated": {"timestamp": 1_790_000_000_000}},
        tableType="MaterializedView",
    )
    assert (found.name, found.service, found.kind, found.unique_id) == (NAME, "pg", "materializedview", ORDERS)
    assert (found.tier, found.certification, found.owner, found.domain) == (
        "Tier.Tier1", "Certification.Gold", "sales", "Commerce",
    )  # fmt: skip
    assert (found.tags, found.terms, found.data_products) == (
        ("Tier.Tier1", "Source.erp"),
        ("Sales.Order",),
        ("Revenue",),
    )
    assert found.usage == Usage(80, 45.0, "2026-01-01")
    assert found.primary_key == ("id",)
    assert found.built_at == "2026-09-21T14:13:20+00:00"
    assert [(c.name, c.type, c.nullable) for c in found.columns] == [
        ("id", "bigint", False), ("amount", "decimal(10,2)", True),
    ]  # fmt: skip
    assert found.provenance["tier"] == found.columns[1].provenance["description"] == "openmetadata"


def test_keys() -> None:
    found = made(
        column("a"), column("b"),
        tableConstraints=[
            {"constraintType": "PRIMARY_KEY", "columns": ["a", "b"]},
            {"constraintType": "FOREIGN_KEY", "columns": ["b"], "referredColumns": ['pg.shop.main."dim.shop".shop_id']},
            {"constraintType": "FOREIGN_KEY", "columns": ["a"], "referredColumns": ["nonsense"]},
            {"constraintType": "SORT_KEY", "columns": ["a"]},
        ],
        joins={"columnJoins": [{"columnName": "a", "joinedWith": [
            {"fullyQualifiedName": "pg.shop.main.customers.id", "joinCount": 35}]}]},
    )  # fmt: skip
    assert found.primary_key == ("a", "b")
    shop = TableName("shop", "main", "dim.shop")
    assert found.foreign_keys == (ForeignKey(("b",), shop, ("shop_id",), False, "openmetadata"),)
    assert found.joins == (Join("a", TableName("shop", "main", "customers"), "id", 35),)


@pytest.mark.parametrize("state", ["Suggested", "Confirmed"])
@pytest.mark.parametrize("label", ["Manual", "Automated", "Derived", "Propagated", "Generated"])
def test_pii_counts_in_every_state(state: str, label: str) -> None:
    found = made(
        column("mail", tags=[tag("PII.Sensitive", state=state, label=label)], profile=profile(["a", "b"])), column("x")
    )
    assert [(c.pii, c.values) for c in found.columns] == [(True, ()), (False, ())]
    assert found.columns[0].provenance["pii"] == "openmetadata"


def test_a_suggested_tier_lets_nothing_in() -> None:
    assert made(tags=[tag("Tier.Tier1", state="Suggested")]).tier is None
    assert made(tags=[tag("Gold.A")]).tier is None
    assert made(tags=[tag("Gold.A")], rules=Rules(tiers=("gold.a",))).tier == "Gold.A"


def test_pii_of_a_whole_table_of_a_field_and_of_a_term() -> None:
    whole = made(column("a"), column("b", tags=[tag("PII.None")]), tags=[tag("PersonalData.Personal")])
    assert whole.pii_by_default
    assert [c.pii for c in whole.columns] == [True, False]
    nested = made(column("address", "STRUCT", children=[column("city"), column("line", tags=[tag("PII.Sensitive")])]))
    assert [(c.pii, [child.pii for child in c.children]) for c in nested.columns] == [(True, [False, True])]
    glossary = Glossary({"HR.Salary": Term("HR.Salary")}, frozenset({"HR.Salary"}))
    assert made(column("pay", tags=[term_tag("HR.Salary")]), glossary=glossary).columns[0].pii


def test_tags_that_did_not_come_are_not_known() -> None:
    row = table(ORDERS, [column("a")])
    del row["tags"]
    found = table_of(row, Glossary(), Rules())
    assert found is not None
    assert not found.tags_known
    unread = Glossary(readable=False)
    assert made(column("a"), glossary=unread).tags_known
    assert not made(column("a", tags=[term_tag("HR.Salary")]), glossary=unread).tags_known


def test_words_of_the_glossary_are_synonyms() -> None:
    glossary = Glossary({"Sales.Net revenue": Term("Sales.Net revenue", synonyms=("turnover", "매출"))})
    found = made(column("amt", tags=[term_tag("Sales.Net revenue")], displayName="Amount"), glossary=glossary)
    assert found.columns[0].synonyms == ("Amount", "Net revenue", "turnover", "매출")


@pytest.mark.parametrize(
    ("seen", "whole", "values", "exact"),
    [
        (profile(["a", "b"]), {}, ("a", "b"), True),
        (profile(["a", "b"]), {"profileSample": 100}, ("a", "b"), True),
        (profile(["a", "b"]), {"profileSample": 30}, ("a", "b"), False),
        (profile(["a", "b"]), {"profileSample": 100, "profileSampleType": "ROWS"}, ("a", "b"), False),
        (profile(["a", "b"], distinct=9), {}, ("a", "b"), False),
        (profile(["a", "Others"], distinct=9), {}, ("a",), False),
        (profile(["a", "b"], unique=True), {}, (), False),
        (profile(["a@b.kr", "c@d.kr"]), {}, (), False),
        (profile([]), {}, (), False),
    ],
)
def test_values_of_a_profile(seen: Any, whole: Any, values: tuple[str, ...], exact: bool) -> None:
    found = made(column("status", profile=seen), profile={"timestamp": 1, **whole}).columns[0]
    assert (found.values, found.values_exact) == (values, exact)


def test_texts_that_nobody_can_use() -> None:
    found = made(column('a"b\n', description="x\0y" + "z" * 1_000_000), description="\x07 bell")
    assert found.description == "bell"
    assert found.columns[0].name == 'a"b\n'
    assert len(found.columns[0].description) < LONGEST + 5
    assert "\0" not in found.columns[0].description


def test_a_table_of_five_thousand_columns() -> None:
    assert len(made(*(column(f"c{i}") for i in range(5000))).columns) == 5000


def test_what_older_servers_write() -> None:
    found = made(column("a"), owner={"name": "ann"}, domain={"name": "Sales"})
    assert (found.owner, found.domain, found.domains) == ("ann", "Sales", ("Sales",))


def test_a_dbt_model_names_its_parents() -> None:
    upstream = ["pg.shop.main.raw_orders", "nonsense", "pg.shop.main.raw_orders"]
    found = made(column("a"), dataModel={"modelType": "DBT", "upstream": upstream})
    assert found.upstream == (TableName("shop", "main", "raw_orders"),)


def test_no_table_and_dialects() -> None:
    assert table_of({"fullyQualifiedName": "a.b"}, Glossary(), Rules()) is None
    assert dialect_of({"serviceType": "BigQuery"}) == "bigquery"
    assert dialect_of({"serviceType": "Mssql"}) == "tsql"


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from t where mail = 'kim@x.kr' and n > 5 -- kim", "SELECT * FROM t WHERE mail = '?' AND n > 0"),
        ("this is ( no sql", ""),
    ],
)
def test_literals_of_logged_queries_are_masked(sql: str, says: str) -> None:
    assert masked(sql, "postgres") == says
