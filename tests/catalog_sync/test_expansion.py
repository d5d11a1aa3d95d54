from __future__ import annotations

import pytest

from catalog_sync.expansion import dictionary, expanded, general, learned, with_expansions
from catalog_sync.model import Catalog
from tests.catalog_sync.build import catalog, column, table


def called(found: Catalog) -> dict[str, tuple[str, ...]]:
    return {c.name: c.synonyms for t in found for c in t.columns}


def expand(found: Catalog) -> Catalog:
    return with_expansions(found, {t.name for t in found}, dictionary(found))


@pytest.mark.parametrize(
    ("name", "long"),
    [
        ("cust_acct_no", "customer account number"),
        ("CustAcctNo", "customer account number"),
        ("no_show", "no show"),
        ("no", "no"),
        ("customer_name", "customer name"),
        ("ytd_amt", "year to date amount"),
        ("금액", "금액"),
    ],
)
def test_the_general_list(name: str, long: str) -> None:
    assert expanded(name, general()) == long


def test_the_list_has_each_once_and_sorted() -> None:
    assert list(general()) == sorted(general())
    assert all(long and long != short for short, long in general().items())


def test_a_project_teaches_its_own() -> None:
    told = catalog(
        table("a", column("shmt_dt", description="When the shipment left.")),
        table("b", column("shmt_cost", description="What a shipment costs."), column("shmt_kind")),
    )
    assert learned(told) == {"shmt": "shipment"}
    assert called(expand(told))["shmt_kind"] == ("shipment kind",)


def test_what_is_not_learned() -> None:
    once = catalog(table("a", column("shmt_dt", description="When the shipment left.")))
    assert learned(once) == {}
    torn = catalog(table("a", *(column(f"prd_{w}", description=f"Of the {w}.") for w in ("product", "period"))))
    assert "prd" not in learned(torn)
    in_use = catalog(table("a", *(column(f"net_{i}", description="The net, of the network.") for i in range(3))))
    assert "net" not in learned(in_use)


def test_a_project_goes_before_the_list() -> None:
    told = catalog(table("a", *(column(f"amt_{i}", description="Share of the allotment.") for i in range(2))))
    assert called(expand(told)) == {"amt_0": ("allotment 0",), "amt_1": ("allotment 1",)}


def test_synonyms_of_people_stay_first() -> None:
    found = expand(
        catalog(table("cust", column("amt", synonyms=("money",)), column("cust_id", synonyms=("Customer id",))))
    )
    assert called(found) == {"amt": ("money", "amount"), "cust_id": ("Customer id",)}
    assert found.tables[0].synonyms == ("customer",)
    assert found.tables[0].provenance["synonyms"] == "name"
    assert "synonyms" not in found.tables[0].columns[0].provenance
    assert expand(found) == found


def test_only_the_wanted_tables() -> None:
    told = catalog(table("a", column("amt")), table("b", column("amt")))
    found = with_expansions(told, {told.tables[0].name}, dictionary(told))
    assert [t.columns[0].synonyms for t in found] == [("amount",), ()]


def test_a_name_that_is_short_for_the_rows_or_for_what_a_key_leads_to() -> None:
    found = catalog(table("invoices", column("inv_dt"), column("inventory_id"), column("pat_no")))
    assert called(expand(found)) == {"inv_dt": ("invoice date",), "inventory_id": (), "pat_no": ("pat number",)}
