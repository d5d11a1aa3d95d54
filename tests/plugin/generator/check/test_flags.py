"""Flags that a question names and a statement leaves out."""

from __future__ import annotations

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import table

SPOKEN = table(
    "spoken", "country_id int, language varchar, IsOfficial varchar, is_written boolean, is_old int",
    values={"IsOfficial": ("F", "T")}, refs={"country_id": "countries.country_id"},
)  # fmt: skip
COUNTRIES = table("countries", "country_id int, country_name varchar, population int", key="country_id")
SCHEMA = Schema((SPOKEN, COUNTRIES))


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many official languages are there?", " WHERE IsOfficial = 'T'"),
        ("How many written languages are there?", " WHERE is_written = TRUE"),
        ("How many languages are there?", ""),
        ("How many unofficial languages are there?", ""),
        ("How many languages are not official?", ""),
        ("What share of the languages is official?", ""),
        ("How many old languages are there?", ""),  # what is true of it is not known
    ],
)
def test_put_in(question: str, condition: str) -> None:
    sql = "SELECT COUNT(*) FROM main.spoken"
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == sql + condition


def test_what_is_told_already_stays_as_it_is() -> None:
    sql = "SELECT COUNT(*) FROM main.spoken WHERE IsOfficial = 'F'"
    assert repair(sql, SCHEMA, "duckdb", question="How many official languages are there?").sql == sql


def test_within_what_is_denied() -> None:
    sql = (
        "SELECT country_name FROM main.countries WHERE NOT country_id IN "
        "(SELECT country_id FROM main.spoken WHERE language = 'English')"
    )
    question = "Which countries are there where English is not the official language?"
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == sql[:-1] + " AND IsOfficial = 'T')"
