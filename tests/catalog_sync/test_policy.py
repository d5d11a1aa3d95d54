from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, QuestionView
from catalog_sync.policy import Policy, apply, hidden_unasked, narrowed
from tests.catalog_sync.build import catalog, column, name, table


def reasons(policy: Policy, *tables: CatalogTable) -> dict[str, str]:
    return {d.table.name: d.reason for d in apply(policy, catalog(*tables)).decisions}


def only(cleared: Catalog, column_name: str, table_index: int = 0) -> CatalogColumn:
    found = cleared.tables[table_index].column(column_name)
    assert found is not None
    return found


def test_only_the_wanted_tiers_stay() -> None:
    tables = (table("a"), table("b", tier="Tier.Tier2"), table("c", tier=None), table("d", tier="tier.tier1"))
    assert reasons(Policy(), *tables) == {"a": "kept", "b": "other_tier", "c": "no_tier", "d": "kept"}


def test_every_dropped_table_says_why_in_words() -> None:
    decisions = apply(Policy(), catalog(table("a"), table("b", tier="Tier.Tier2"), table("c", tier=None))).decisions
    assert [d.detail for d in decisions] == [
        "",
        "Tier.Tier2 is not among Tier.Tier1",
        "set meta.openmetadata.tier: Tier.Tier1 to let it in",
    ]


def test_a_project_without_tiers_keeps_its_models_and_says_so() -> None:
    tables = (table("a", tier=None), table("raw.s", tier=None, kind="source"), table("k", tier=None, kind="seed"))
    cleared = apply(Policy(), catalog(*tables))
    assert [t.name.name for t in cleared.catalog] == ["a"]
    assert "no table of the project has a tier: all 1 models are taken" in cleared.notes[0]


def test_without_tiers_staging_models_that_others_are_built_on_stay_out() -> None:
    staged = table("stg_orders", tier=None)
    mart = replace(table("orders", tier=None), upstream=(table("int_sums").name,))
    step = replace(table("int_sums", tier=None), upstream=(staged.name,))
    assert reasons(Policy(), staged, step, mart, table("stg_alone", tier=None)) == {
        "stg_orders": "staging",
        "int_sums": "staging",
        "orders": "kept",
        "stg_alone": "kept",
    }
    assert set(reasons(Policy(tiers=()), staged, step, mart).values()) == {"kept"}


@pytest.mark.parametrize("prefix", ["raw_", "src_", "RAW_"])
def test_raw_models_that_others_are_built_on_stay_out(prefix: str) -> None:
    raw, alone = table(f"{prefix}orders", tier=None), table(f"{prefix}stores", tier=None)
    mart = replace(table("orders", tier=None), upstream=(raw.name,))
    kept = reasons(Policy(), raw, alone, mart, table("rawhide", tier=None))
    assert kept == {raw.name.name: "staging", alone.name.name: "kept", "orders": "kept", "rawhide": "kept"}


def test_a_project_of_nothing_but_sources_keeps_those() -> None:
    assert reasons(Policy(), table("raw.s", tier=None, kind="source")) == {"s": "kept"}


def test_no_tiers_wanted_means_all() -> None:
    assert reasons(Policy(tiers=()), table("a", tier=None), table("b", tier="Tier.Tier5")) == {"a": "kept", "b": "kept"}


def test_domains_fail_closed() -> None:
    tables = (table("a", domain="Sales"), table("b", domain="HR"), table("c"))
    assert reasons(Policy(domains=("sales",)), *tables) == {"a": "kept", "b": "other_domain", "c": "other_domain"}


@pytest.mark.parametrize("pattern", ["stg_*", "main.stg_*", "*.STG_orders"])
def test_excluded_by_name(pattern: str) -> None:
    assert reasons(Policy(exclude=(pattern,)), table("stg_orders"), table("orders")) == {
        "stg_orders": "excluded",
        "orders": "kept",
    }


def test_a_pii_column_keeps_its_name_and_words_but_nothing_that_stands_in_it() -> None:
    pii = column(
        "email",
        pii=True,
        description="Where mail goes.",
        values=("a@b.example",),
        values_exact=True,
        value_synonyms={"a@b.example": ("boss",)},
        min_value="1",
        max_value="2",
        meta={"sample": "a@b.example"},
        provenance={"values": "dbt:test:accepted_values_email__a_b_example"},
    )
    cleared = only(apply(Policy(), catalog(table("a", pii))).catalog, "email")
    assert cleared == column("email", pii=True, description="Where mail goes.", withheld="PII")


def test_names_that_look_personal_lose_values_unless_a_test_declares_them() -> None:
    seen = column("contact_email", values=("a",), provenance={"values": "warehouse"})
    declared = column("billing_email", values=("none",), provenance={"values": "dbt:test:t"})
    said = column("ship_address", values=("x",), provenance={"pii": "dbt:manifest"})
    flag = column("is_email_valid", "BOOLEAN")
    cleared = apply(Policy(), catalog(table("a", seen, declared, said, flag))).catalog.tables[0]
    assert [c.withheld for c in cleared.columns] == ["its name looks personal", "", "", ""]
    assert [c.values for c in cleared.columns] == [(), ("none",), ("x",), ()]
    assert [c.pii for c in cleared.columns] == [True, False, False, False]
    (note,) = hidden_unasked(Catalog("shop", "duckdb", (cleared,)))
    assert "a.contact_email" in note
    assert "ship_address" not in note


def test_names_of_people_are_shown_where_nobody_marks_them() -> None:
    plain = apply(Policy(), catalog(table("a", "customer_name", "full_name", "birth_dt"))).catalog.tables[0]
    assert [(c.withheld, c.pii) for c in plain.columns[:2]] == [("its name looks personal", False)] * 2
    assert not plain.columns[2].pii


def test_a_mark_upstream_withholds_the_values_of_a_column_of_that_name() -> None:
    raw = table("raw.people", column("handle", pii=True, provenance={"pii": "dbt:manifest"}), tier=None)
    staged = table("stg_people", "handle", tier=None, upstream=(raw.name,))
    mart = table("people", column("handle", values=("x",)), "city", upstream=(staged.name,))
    cleared = apply(Policy(), catalog(raw, staged, mart)).catalog
    assert only(cleared, "HANDLE").withheld == "a table upstream marks a column of this name as PII"
    assert only(cleared, "handle").values == ()
    assert only(cleared, "city").withheld == ""


def test_an_explicit_no_beats_a_mark_upstream() -> None:
    raw = table("raw.people", column("region", pii=True, provenance={"pii": "dbt:manifest"}), tier=None)
    mart = table("people", column("region", provenance={"pii": "dbt:manifest"}), upstream=(raw.name,))
    assert only(apply(Policy(), catalog(raw, mart)).catalog, "region").withheld == ""


def test_a_whole_table_mark_does_not_spread_downstream() -> None:
    raw = table("raw.people", column("city", pii=True), tier=None, pii_by_default=True)
    mart = table("people", "city", upstream=(raw.name,))
    assert only(apply(Policy(), catalog(raw, mart)).catalog, "city").withheld == ""


def test_unknown_tags_withhold_every_value() -> None:
    unknown = table("a", column("status", values=("x",)), tags_known=False)
    cleared = only(apply(Policy(), catalog(unknown)).catalog, "status")
    assert (cleared.values, cleared.withheld) == ((), "its tags could not be read")


def test_a_table_marked_as_a_whole_is_reported() -> None:
    whole = table("a", column("x", pii=True), pii_by_default=True)
    assert "db.main.a is marked as PII but none of its columns is" in apply(Policy(), catalog(whole)).notes[0]


def test_keys_to_dropped_tables_go() -> None:
    keys = tuple(ForeignKey((f"{t}_id",), name(t), ("id",)) for t in ("b", "c"))
    cleared = apply(Policy(), catalog(table("a", foreign_keys=keys), table("b"), table("c", tier=None))).catalog
    assert [key.to_table.name for key in cleared.tables[0].foreign_keys] == ["b"]


def test_base_tables_are_the_nearest_kept_tables_upstream() -> None:
    """Through what is dropped, and through other question views."""
    view = QuestionView(grain=("day",), measures={})
    tables = (
        table("raw.r", tier=None),
        table("a", upstream=(name("raw.r"),)),
        table("b", upstream=(name("a"),)),
        table("stg", tier=None, upstream=(name("b"),)),
        table("daily", view=view, upstream=(name("stg"), name("a"))),
        table("monthly", view=view, upstream=(name("daily"), name("gone"))),
    )
    cleared = apply(Policy(), catalog(*tables)).catalog
    bases = {t.name.name: t.view.base_tables for t in cleared if t.view}
    assert bases == {"daily": (name("a"), name("b")), "monthly": (name("a"), name("b"))}


def test_lineage_in_a_circle_ends() -> None:
    view = QuestionView(grain=("day",), measures={})
    circle = (table("a", view=view, upstream=(name("b"),)), table("b", view=view, upstream=(name("a"),)))
    assert [t.view.base_tables for t in apply(Policy(), catalog(*circle)).catalog if t.view] == [(), ()]


def test_narrowed_takes_away_and_never_adds() -> None:
    old = table("a", column("status", values=("x",)), column("email", values=("y",)), column("old"))
    new = table("a", column("status", values=("x", "z")), column("email", pii=True, withheld="PII"), column("new"))
    left = table("a", column("status", values=("x",)), column("email", pii=True, withheld="PII"))
    assert narrowed(old, new) == left
