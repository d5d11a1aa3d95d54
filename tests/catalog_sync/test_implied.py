from __future__ import annotations

import pytest

from catalog_sync.implied import owners, with_foreign_keys, with_own_keys
from catalog_sync.model import CatalogTable, ForeignKey
from tests.catalog_sync.build import catalog, column, name, table


def keys(*tables: CatalogTable) -> dict[str, list[tuple[str, str, str]]]:
    """Table -> its column, the table that it leads to, the column there."""
    found = with_own_keys(catalog(*tables))
    found = with_foreign_keys(found, owners(found))
    return {t.name.name: [(k.columns[0], k.to_table.name, k.to_columns[0]) for k in t.foreign_keys] for t in found}


CLINICS = table("dim_clinics", "clinic_id", "city")
VISITS = table("fct_visits", "visit_id", "clinic_id")


def test_a_column_that_is_called_as_the_key_of_another_table_leads_there() -> None:
    assert keys(CLINICS, VISITS) == {"dim_clinics": [], "fct_visits": [("clinic_id", "dim_clinics", "clinic_id")]}


def test_the_table_of_many_to_many_leads_to_both() -> None:
    found = keys(
        VISITS, table("drugs", "drug_code", primary_key=("drug_code",)), table("given", "visit_id", "drug_code")
    )
    assert found["given"] == [("visit_id", "fct_visits", "visit_id"), ("drug_code", "drugs", "drug_code")]


def test_a_key_that_is_called_id_has_the_word_for_its_rows() -> None:
    assert keys(table("companies", "id"), table("people", "id", "company_id"))["people"] == [
        ("company_id", "companies", "id")
    ]


def test_of_several_tables_that_is_meant_which_is_called_so() -> None:
    totals = table("clinic_totals", "clinic_id", primary_key=("clinic_id",))
    assert keys(CLINICS, totals, VISITS)["fct_visits"] == [("clinic_id", "dim_clinics", "clinic_id")]
    others = [table(t, "site_id", primary_key=("site_id",)) for t in ("wards", "beds")]
    assert keys(*others, table("visits", "site_id"))["visits"] == []


def test_a_declared_key_stays_as_it_is() -> None:
    told = ForeignKey(("clinic_id",), name("old_clinics"), ("id",))
    visits = table("fct_visits", "visit_id", "clinic_id", foreign_keys=(told,))
    assert keys(CLINICS, visits)["fct_visits"] == [("clinic_id", "old_clinics", "id")]


def test_columns_of_other_types_are_no_keys() -> None:
    assert keys(CLINICS, table("fct_visits", "visit_id", column("clinic_id", "INTEGER")))["fct_visits"] == []


@pytest.mark.parametrize(
    "told",
    [
        table("subscriptions", "subscription_id", description="One row per subscription and month."),
        table("dim_subscriptions", "subscription_id", "valid_from"),
        table("subscription_history", "subscription_history_id"),
        table("fct_payments", "subscription_id"),
    ],
)
def test_what_has_several_rows_for_each_has_no_key(told: CatalogTable) -> None:
    (found,) = with_own_keys(catalog(told))
    assert found.primary_key == ()


def test_nothing_of_it_is_tested() -> None:
    found = with_own_keys(catalog(CLINICS, VISITS))
    clinics, visits = with_foreign_keys(found, owners(found))
    assert clinics.provenance["primary_key"] == "name"
    assert [(k.tested, k.provenance) for k in visits.foreign_keys] == [(False, "name")]
