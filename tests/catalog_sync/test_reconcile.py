from __future__ import annotations

from dataclasses import replace

import pytest

from backends.warehouse.base import TableName
from catalog_sync.errors import PrecedenceUnknown
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, Metric, QuestionView
from catalog_sync.reconcile import Reconciled, reconcile
from tests.catalog_sync.build import catalog, column, name, table

OM = {"name": "openmetadata", "description": "openmetadata", "tier": "openmetadata", "owner": "openmetadata"}
DBT = {"name": "dbt:manifest", "description": "dbt:manifest", "tier": "dbt:manifest"}


def upper(found: CatalogTable) -> CatalogTable:
    """As Snowflake would have it."""
    there = TableName("DB", (found.name.schema or "").upper(), found.name.name.upper())
    columns = tuple(replace(c, name=c.name.upper()) for c in found.columns)
    return replace(found, name=there, columns=columns, unique_id=f"sf.{there}")


def merged(dbt: CatalogTable, other: CatalogTable, **precedence: str) -> tuple[CatalogTable, Reconciled]:
    done = reconcile(catalog(dbt), catalog(other), precedence)
    assert len(done.catalog.tables) == 1
    return done.catalog.tables[0], done


def test_one_record_from_two() -> None:
    view = QuestionView(grain=("id",), measures={})
    key = ForeignKey(("c",), name("customers"), ("id",), True, "dbt:test:x")
    dbt = table(
        "orders", column("id", "", nullable=False), column("status", description="State."), tier=None,
        description="Orders.", view=view, foreign_keys=(key,), upstream=(name("raw.orders"),), provenance=DBT,
    )  # fmt: skip
    other = table(
        "orders", column("id", "bigint", description="Key."), column("status", synonyms=("state",)), column("extra"),
        tier="Tier.Tier1", owner="sales", certification="Gold", provenance=OM,
        foreign_keys=(replace(key, tested=False, provenance="openmetadata"),),
    )  # fmt: skip
    one, done = merged(dbt, upper(other))
    assert (one.name, one.unique_id, one.view) == (dbt.name, dbt.unique_id, view)
    assert (one.description, one.tier, one.owner, one.certification) == ("Orders.", "Tier.Tier1", "sales", "Gold")
    assert one.foreign_keys == (key,)
    assert [(c.name, c.type, c.description) for c in one.columns] == [
        ("id", "bigint", "Key."), ("status", "VARCHAR", "State."), ("EXTRA", "VARCHAR", ""),
    ]  # fmt: skip
    assert one.columns[1].synonyms == ("state",)
    assert (one.provenance["description"], one.provenance["tier"]) == ("dbt:manifest", "openmetadata")
    assert done.conflicts == ()


def test_conflicts_are_told_and_precedence_decides() -> None:
    dbt = table("orders", column("id", description="The key"), description="Ours.", tier="Tier.Tier2", provenance=DBT)
    other = table("orders", column("id", description="Theirs"), description="Theirs.", tier="Tier.Tier1", provenance=OM)
    one, done = merged(dbt, other)
    assert (one.description, one.tier, one.columns[0].description) == ("Ours.", "Tier.Tier1", "The key")
    assert [(c.field, c.column, c.taken, c.said["openmetadata"]) for c in done.conflicts] == [
        ("description", "", "dbt", "Theirs."),
        ("tier", "", "openmetadata", "Tier.Tier1"),
        ("description", "id", "dbt", "Theirs"),
    ]
    other_way, _ = merged(dbt, other, description="openmetadata", tier="dbt")
    assert (other_way.description, other_way.tier) == ("Theirs.", "Tier.Tier2")
    assert other_way.provenance["description"] == "openmetadata"


def test_blanks_and_case_are_no_conflict() -> None:
    dbt = table("orders", description="All  orders.\n", primary_key=("id",))
    _, done = merged(dbt, table("orders", description="all orders.", primary_key=("ID",)))
    assert done.conflicts == ()


@pytest.mark.parametrize(("ours", "theirs"), [(True, False), (False, True), (True, True)])
def test_what_one_calls_pii_is_pii(ours: bool, theirs: bool) -> None:
    said = {"pii": "x"}
    dbt = table("orders", column("mail", pii=ours, provenance=said))
    one, done = merged(dbt, table("orders", column("mail", pii=theirs, provenance=said)))
    assert one.columns[0].pii
    assert "pii" in one.columns[0].provenance
    assert [c.field for c in done.conflicts] == ([] if ours == theirs else ["pii"])


def test_a_mark_on_the_whole_table_reaches_columns_of_which_nothing_is_said() -> None:
    dbt = table("orders", "a", column("b", provenance={"pii": "dbt:manifest"}))
    one, _ = merged(dbt, table("orders", column("a", pii=True), pii_by_default=True))
    assert [c.pii for c in one.columns] == [True, False]


def test_tags_that_one_source_does_not_know_are_not_known() -> None:
    one, _ = merged(table("orders"), table("orders", tags_known=False))
    assert not one.tags_known


def test_a_whole_domain_goes_before_examples() -> None:
    examples = column("status", values=("open",), provenance={"values": "openmetadata:sample"})
    whole = column("status", values=("open", "shut"), values_exact=True, provenance={"values": "dbt:test:x"})
    for pair in ((examples, whole), (whole, examples)):
        one, _ = merged(table("orders", pair[0]), table("orders", pair[1]))
        assert (one.columns[0].values, one.columns[0].values_exact) == (("open", "shut"), True)
        assert one.columns[0].provenance["values"] == "dbt:test:x"


def test_names_are_dbts_everywhere() -> None:
    dbt = catalog(table("orders"), table("customers"))
    key = ForeignKey(("C",), TableName("DB", "MAIN", "CUSTOMERS"), ("ID",))
    there = catalog(upper(replace(table("orders"), foreign_keys=())), upper(table("customers")))
    there = there.with_tables(
        (replace(there.tables[0], foreign_keys=(key,), upstream=(key.to_table,)), there.tables[1])
    )
    one = reconcile(dbt, there).catalog.tables[0]
    assert (one.foreign_keys[0].to_table, one.upstream) == (name("customers"), (name("customers"),))


def test_the_exact_name_wins_over_one_in_another_case() -> None:
    done = reconcile(catalog(table("orders")), catalog(table("orders", owner="a"), upper(table("orders", owner="b"))))
    assert [t.owner for t in done.catalog] == ["a", "b"]
    assert done.catalog.notes == ()


def marked(found: CatalogTable) -> CatalogTable:
    return replace(found, columns=(CatalogColumn("mail", pii=True),))


def test_several_candidates_are_told_and_none_is_taken() -> None:
    """But what any of them marks as PII is hidden."""
    mixed = replace(table("x"), name=TableName("DB", "Main", "Orders"), unique_id="sf.mixed", owner="b")
    dbt = catalog(table("orders", "mail"))
    done = reconcile(dbt, catalog(upper(table("orders", owner="a")), marked(mixed)))
    assert (done.catalog.tables[0].owner, done.catalog.tables[0].columns[0].pii) == ("", True)
    assert "can't be told apart" in done.catalog.notes[0]
    other_way = reconcile(catalog(table("orders", "mail"), upper(table("orders", "mail"))), catalog(marked(mixed)))
    assert [c.pii for t in other_way.catalog.tables[:2] for c in t.columns] == [True, True]
    assert len(other_way.catalog.notes) == 2


def test_what_only_one_of_them_knows_is_there() -> None:
    both = reconcile(
        catalog(table("orders")),
        replace(catalog(table("refunds")), metrics=(Metric("Revenue"),), notes=("note",)),
    ).catalog
    assert [t.name.name for t in both] == ["orders", "refunds"]
    assert (both.metrics, both.notes) == ((Metric("Revenue"),), ("note",))


@pytest.mark.parametrize(
    ("precedence", "says"), [({"descripton": "dbt"}, "no field"), ({"tier": "datahub"}, "can't be 'datahub'")]
)
def test_a_precedence_that_makes_no_sense(precedence: dict[str, str], says: str) -> None:
    with pytest.raises(PrecedenceUnknown, match=says):
        reconcile(Catalog("", "", ()), Catalog("", "", ()), precedence)


def test_another_catalogue_goes_by_its_own_name() -> None:
    dbt, other = catalog(table("orders", owner="a", description="One.")), catalog(table("orders", owner="b"))
    done = reconcile(dbt, other, {"owner": "datahub"}, "datahub")
    assert done.catalog.tables[0].owner == "b"
    assert [(c.field, dict(c.said), c.taken) for c in done.conflicts] == [
        ("owner", {"dbt": "a", "datahub": "b"}, "datahub")
    ]
    with pytest.raises(PrecedenceUnknown, match="openmetadata"):
        reconcile(dbt, other, {"owner": "openmetadata"}, "datahub")
