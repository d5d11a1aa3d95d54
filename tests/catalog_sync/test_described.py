from __future__ import annotations

import pytest

from catalog_sync.described import of_column, of_tables, with_described
from catalog_sync.model import ForeignKey
from tests.catalog_sync.build import catalog, column, name, table


@pytest.mark.parametrize(
    ("description", "spoken"),
    [
        ("One row per animal clinic of the chain.", ("animal clinic",)),
        ("Veterinarians who work for us.", ("veterinarian",)),
        ("Pet owners, i.e. our clients.", ("pet owner", "client")),
        ("Animals (patients).", ("animal", "patient")),
        ("Each row is a support ticket raised by a user.", ("support ticket",)),
        ("Daily revenue by store.", ()),
        ("What we can do, with its price.", ()),
        ("One parcel per order that left a warehouse.", ("parcel",)),
        ("Product catalogue, one row per article.", ("article",)),
        ("One row per account and month.", ()),
        ("Balances, one row per account and month.", ("balance",)),
        ("Customer accounts (companies)", ("customer account", "customer", "company")),
        ("동물 병원", ()),
        ("", ()),
    ],
)
def test_what_rows_are_called(description: str, spoken: tuple[str, ...]) -> None:
    assert of_tables(catalog(table("t_x", description=description))).get(name("t_x"), ()) == spoken


def test_with_fewer_words_before_the_noun_of_the_table() -> None:
    found = of_tables(catalog(table("policies", description="Pet insurance policies.")))
    assert set(found[name("policies")]) == {"pet insurance policy", "insurance policy"}


def test_what_another_table_is_called_is_left_to_it() -> None:
    sums = table("customer_sums", description="One row per customer.")
    assert of_tables(catalog(sums, table("customer"))) == {}
    assert of_tables(catalog(sums, table("clients", description="One row per customer."))) == {}


@pytest.mark.parametrize(
    ("kind", "description", "spoken"),
    [
        ("VARCHAR", "diagnosis", ["diagnosis"]),
        ("VARCHAR", "home city", ["home city"]),
        ("VARCHAR", "channel of the booking", ["booking channel"]),
        ("VARCHAR", "Sales region: N = North", ["sales region"]),
        ("INTEGER", "hourly pay in US cents", ["hourly pay"]),
        ("INTEGER", "number of examination rooms", ["examination room count"]),
        ("INTEGER", "before tax and discount", []),
        ("INTEGER", "1 to 5, empty if not answered", []),
        ("VARCHAR", "how they heard of us", []),
        ("VARCHAR", "primary key", []),
        ("DATE", "first day of cover", []),
        ("BOOLEAN", "True if the clinic is open around the clock.", ["open around the clock"]),
        ("BOOLEAN", "Whether the order has been paid late", ["paid late"]),
        ("BOOLEAN", "false once the vet has left", []),
        ("BOOLEAN", "The club has a swimming pool", ["swimming pool"]),
        ("BOOLEAN", "owner agreed to newsletters", []),
        ("BOOLEAN", "Late delivery.", ["late delivery"]),
        ("BOOLEAN", "Gift order", ["gift order"]),
        ("BOOLEAN", "Deprecated, do not use.", []),
        ("BOOLEAN", "Cancelled or refunded", []),
        ("BOOLEAN", "flag", []),
        ("VARCHAR", "city on the invoice", ["city"]),
        ("VARCHAR", "Channel where they came from", ["channel"]),
        ("INTEGER", "score from 1 to 5", ["score"]),
        ("INTEGER", "Amount that the customer paid", []),
        ("INTEGER", "Billed amount in won (청구 금액), all included", ["billed amount"]),
        ("VARCHAR", "general, private or icu (intensive care)", []),
        ("VARCHAR", "ER emergency, PLANNED planned", []),
    ],
)
def test_what_columns_are_called(kind: str, description: str, spoken: list[str]) -> None:
    assert of_column(column("x", kind, description=description)) == spoken


def test_two_columns_are_not_called_the_same() -> None:
    two = [column(c, "DOUBLE", description="reimbursed amount in USD") for c in ("a", "b")]
    own = [column("c", description="home city"), column("home_city")]
    (found,) = with_described(catalog(table("t", *two, *own)), lambda _: ())
    assert [c.synonyms for c in found.columns] == [(), (), (), ()]
    (found,) = with_described(catalog(table("t", two[0])), lambda _: ())
    assert [c.synonyms for c in found.columns] == [("reimbursed amount",)]


def test_what_a_column_is_called_is_no_name_of_rows() -> None:
    given = table("prescriptions", "drug_name", description="Drugs prescribed at a visit.")
    assert of_tables(catalog(given)) == {}


def test_units_and_codes_at_the_end_are_not_said() -> None:
    columns = [
        column("weight_kg", "DOUBLE"),
        column("floor_area_m2", "INTEGER"),
        column("status_cd"),
        column("total_cents", "INTEGER"),
        column("taste_score", "INTEGER"),
    ]
    (found,) = with_described(catalog(table("t", *columns, column("city_kg"))), lambda _: ())
    assert [c.synonyms for c in found.columns] == [("weight",), ("floor area",), ("status",), (), ("taste",), ()]
    both = [column("price_usd", "DOUBLE"), column("price_eur", "DOUBLE")]
    (found,) = with_described(catalog(table("t", *both)), lambda _: ())
    assert [c.synonyms for c in found.columns] == [(), ()]


def test_what_a_key_leads_to_is_no_amount() -> None:
    key = ForeignKey(("patient_id",), name("patients"), ("patient_id",))
    bills = table("bills", "patient_id", column("patient_amt", "INTEGER"), foreign_keys=(key,))
    (found,) = with_described(catalog(bills), lambda _: ())
    assert [c.synonyms for c in found.columns] == [(), ()]
