"""Which values a question names, where its words have other meanings too."""

from __future__ import annotations

import pytest

from backends.vectors import Hit
from catalog_sync.model import Catalog
from plugin.generator.ask import ValueHit
from plugin.generator.retrieve.values import _acted, _begun, _phrases, is_said_to_do, of_rates, of_rows
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


@pytest.mark.parametrize(
    ("phrase", "question", "so"),
    [
        ("total", "Total liters bought in May", True),
        ("total", "What was the total of May?", True),
        ("total", "Liters bought at Total in May", False),
        ("ship", "Which supplier ships the most lines?", True),
        ("ship", "How many lines went by ship?", False),
    ],
)
def test_what_says_what_to_do_is_no_value(phrase: str, question: str, *, so: bool) -> None:
    assert is_said_to_do(ValueHit(phrase, "lines", "brand", phrase.upper(), 1.0), question) is so


def test_a_value_of_the_table_itself_stays_one() -> None:
    hit = ValueHit("site", str(SITES.name), "site_name", "site", 1.0)
    assert not of_rows(hit, "How many bookings does each site have?", CATALOG)


def test_rates_are_of_what_was_done() -> None:
    assert of_rates("the Cancellation rate by month") == {"cancellation": ("cancelled", "canceled")}
    assert of_rates("the cancellation of rates") == {}


def found(value: str, table: str = "sites") -> Hit:
    return Hit(value, 1.0, {"norm": [value.casefold()], "table": table, "column": "site_name", "value": value})


CLINICS = [found("Queen West Clinic"), found("King East Clinic"), found("King East Annex")]


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("How many visits at Queen West?", ["Queen West Clinic"]),
        ("How many visits at queen west?", []),  # not written as a name is
        ("How many visits at Queen?", []),
        ("How many visits at King East?", []),  # which of two
        ("How many visits at West Clinic?", []),
    ],
)
def test_the_one_name_that_begins_so(question: str, values: list[str]) -> None:
    phrases = ("queen west", "queen", "king east", "west clinic")
    said = [phrase for phrase in phrases if phrase in question.casefold()]
    assert [hit.value for hit in _begun(question, said, CLINICS)] == values


def test_one_name_in_two_tables_is_one() -> None:
    both = [*CLINICS, found("Queen West Clinic", "branches")]
    assert [hit.table for hit in _begun("at Queen West", ["queen west"], both)] == ["sites", "branches"]


def test_results_are_known_by_their_participles() -> None:
    assert _acted("How many inspections failed in May?") == {"failed": ("fail", "faile")}
    assert not _acted("red inspections")


def test_a_hyphen_before_a_kind_is_a_blank() -> None:
    assert "low" in list(_phrases("low-priority orders"))
    assert "low" not in list(_phrases("low-cost orders"))


def test_plurals_behind_a_sibilant() -> None:
    assert "live class" in set(_phrases("How many live classes are there?"))
