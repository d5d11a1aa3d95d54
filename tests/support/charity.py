"""A charity: rows that are money, parties that name no event, days that things begin on."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_ROWS = {"expenses": ("지출",), "donations": ("기부",), "donors": ("후원자",)}
_CALLED = {"first_registered_on": ("가입일",), "spent_on": ("지출일",)}


def charity() -> Catalog:
    donors = table(
        "donors", "donor_id int, donor_name varchar, first_registered_on date, last_login_at timestamp", key="donor_id"
    )
    donations = table(
        "donations", "donation_id int, donor_id int, donated_at timestamp, amount decimal, coupon_code varchar",
        key="donation_id", refs={"donor_id": "donors.donor_id"}, values={"coupon_code": ("A", "B")},
    )  # fmt: skip
    expenses = table(
        "expenses", "expense_id int, spent_on date, category varchar, amount decimal, vendor_name varchar",
        key="expense_id", values={"category": ("rent", "travel")},
    )  # fmt: skip
    return Catalog("charity", "duckdb", tuple(map(_told, (donors, donations, expenses))))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (
        replace(c, synonyms=_CALLED.get(c.name, ()), nullable=c.name in ("coupon_code", "vendor_name"))
        for c in known.columns
    )
    return replace(known, columns=tuple(columns), workspace="charity", synonyms=_ROWS[known.name.name])
