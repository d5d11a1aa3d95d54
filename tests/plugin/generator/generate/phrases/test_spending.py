"""What people spent, in English questions."""

from __future__ import annotations

import pytest

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
from tests.support.catalogs import table
from tests.support.clinic import hits

GUESTS = table(
    "guests", "guest_id int, guest_name varchar, city varchar", key="guest_id", values={"city": ("Oslo", "Bergen")}
)
STAYS = table(
    "stays",
    "stay_id int, guest_id int, arrived_on date, nights int, total_amount double",
    key="stay_id",
    refs={"guest_id": "guests.guest_id"},
)
EXTRAS = table(
    "extras", "extra_id int, guest_id int, price double", key="extra_id", refs={"guest_id": "guests.guest_id"}
)


def read(question: str, *known: CatalogTable) -> list[str]:
    catalog = Catalog("hotel", "duckdb", known)
    schema = schema_of(known)
    found = tokens(question)
    when = times(dates.find(question), found, schema, catalog)
    return written(readings(question_of(found, schema, hits(catalog, question, {}), when)), schema, "duckdb")


SUM = "SELECT SUM(stays.total_amount) AS sum_total_amount FROM main.stays"
OF_OSLO = "stays.guest_id IN (SELECT guests.guest_id FROM main.guests WHERE guests.city = 'Oslo')"
YEAR = "stays.arrived_on >= CAST('2024-01-01' AS DATE) AND stays.arrived_on < CAST('2025-01-01' AS DATE)"
NAMES = "SELECT guests.guest_name FROM main.stays JOIN main.guests ON stays.guest_id = guests.guest_id"
EACH = "GROUP BY guests.guest_name, guests.guest_id HAVING SUM(stays.total_amount) > 500"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How much did guests spend?", SUM),
        ("How much have guests from Oslo spent in total?", f"{SUM} WHERE {OF_OSLO}"),
        ("How much did guests from Oslo spend on stays in 2024?", f"{SUM} WHERE {OF_OSLO} AND ({YEAR})"),
        ("Which guests spent more than 500 euros?", f"{NAMES} {EACH}"),
        ("Which guests from Oslo spent more than 500?", f"{NAMES} WHERE {OF_OSLO} {EACH}"),
    ],
)
def test_what_was_spent(question: str, sql: str) -> None:
    assert read(question, GUESTS, STAYS) == [sql]


@pytest.mark.parametrize("question", ["How much did we spend?", "How much did guests from Rome spend?"])
def test_what_is_not_read(question: str) -> None:
    assert read(question, GUESTS, STAYS) == []


def test_on_which_of_two_is_not_clear() -> None:
    assert read("How much did guests spend?", GUESTS, STAYS, EXTRAS) == []
