"""Which values a question names, where its words have other meanings too."""

from __future__ import annotations

import pytest

from catalog_sync.model import Catalog
from plugin.generator.ask import ValueHit
from plugin.generator.retrieve.values import of_rates, of_rows
from tests.support.catalogs import table

SITES = table("sites", "site_id int, site_name varchar", key="site_id")
BOOKINGS = table("bookings", "booking_id int, sales_channel varchar", key="booking_id")
CATALOG = Catalog("clinic", "duckdb", (SITES, BOOKINGS))


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many bookings does each site have?", True),
        ("How many bookings came through the site channel?", False),
        ('How many bookings came by "site"?', False),
    ],
)
def test_what_rows_are_called_is_no_value_of_another_table(question: str, rows: bool) -> None:
    hit = ValueHit("site", str(BOOKINGS.name), "sales_channel", "site", 1.0)
    assert of_rows(hit, question, CATALOG) == rows


def test_a_value_of_the_table_itself_stays_one() -> None:
    hit = ValueHit("site", str(SITES.name), "site_name", "site", 1.0)
    assert not of_rows(hit, "How many bookings does each site have?", CATALOG)


def test_rates_are_of_what_was_done() -> None:
    assert of_rates("the Cancellation rate by month") == {"cancellation": ("cancelled", "canceled")}
    assert of_rates("the cancellation of rates") == {}
