"""A small clinic: visits that were or were not kept, bills that are or are not paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import ValueHit
from tests.support.catalogs import table

_GAPS = {"checked_in_at": True, "scheduled_at": False, "billed_on": False, "paid_on": True, "opened_on": False}


def clinic() -> Catalog:
    sites = table("sites", "site_id int, site_name varchar, opened_on date, is_open_all_night boolean", key="site_id",
        values={"site_name": ("North", "South")})  # fmt: skip
    clients = table("clients", "client_id int, client_name varchar, joined_on date, is_active boolean", key="client_id")
    visits = table(
        "visits", "visit_id int, client_id int, site_id int, scheduled_at timestamp, checked_in_at timestamp, "
        "status varchar, kind varchar", key="visit_id",
        refs={"client_id": "clients.client_id", "site_id": "sites.site_id"},
        values={"status": ("no_show", "cancelled", "kept"), "kind": ("checkup", "surgery")},
    )  # fmt: skip
    bills = table("bills", "bill_id int, visit_id int, billed_on date, paid_on date, charged_cents int, late_fee int",
        key="bill_id", refs={"visit_id": "visits.visit_id"})  # fmt: skip
    given = table("prescriptions", "visit_id int, drug_name varchar, late_fee int, amount int",
        refs={"visit_id": "visits.visit_id"})  # fmt: skip
    return Catalog("clinic", "duckdb", tuple(map(_seen, (sites, clients, visits, bills, given))))


def hits(catalog: Catalog, question: str, spoken: dict[str, str]) -> Iterator[ValueHit]:
    """Of the values that the question names; `spoken`: other words for them."""
    for one in catalog:
        for column in one.columns:
            for phrase, value in [(v.casefold(), v) for v in column.values] + list(spoken.items()):
                if value in column.values and phrase in question.casefold():
                    yield ValueHit(phrase, str(one.name), column.name, value, 1.0)


def _seen(found: CatalogTable) -> CatalogTable:
    return replace(found, columns=tuple(replace(c, gaps=_GAPS.get(c.name)) for c in found.columns))
