"""A small clinic: visits that were or were not kept, bills that are or are not paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import ValueHit
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
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


def read(question: str, catalog: Catalog) -> list[str]:
    """The statements of the readings that take the least to be so."""
    schema, found = schema_of(tuple(catalog)), tokens(question)
    when = times(dates.find(question), found, schema, catalog)
    return written(readings(question_of(found, schema, hits(catalog, question, {}), when)), schema, "duckdb")


def lab() -> Catalog:
    """Check-ups in rooms, by nurses who are paid: names of two words, flags of what is there, values with "in"."""
    check_ups = table(
        "check_ups", "check_up_id int, room_id int, nurse_id int, done_on date, status varchar, maker varchar, "
        "is_paid boolean", key="check_up_id",
        refs={"room_id": "rooms.room_id", "nurse_id": "nurses.nurse_id"},
        values={"status": ("in use", "retired"), "maker": ("Hooli",)},
    )  # fmt: skip
    rooms = table("rooms", "room_id int, room_name varchar, rent decimal, has_sink boolean, has_lamp boolean",
        key="room_id")  # fmt: skip
    nurses = table("nurses", "nurse_id int, nurse_name varchar, salary decimal, room_id int", key="nurse_id",
        refs={"room_id": "rooms.room_id"})  # fmt: skip
    return Catalog("lab", "duckdb", (check_ups, rooms, nurses))
