"""English questions to a manufacturer, and readings that fit the grammar but are hardly meant."""

from __future__ import annotations

import pytest

from plugin.generator.generate.phrases.doubts.doubtful import is_doubtful
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
from tests.support.store import hits
from tests.support.works import works

CATALOG = works()
SCHEMA = schema_of(tuple(CATALOG))


def read(question: str) -> list[str]:
    found = tokens(question)
    asked = question_of(
        found, SCHEMA, tuple(hits(CATALOG, question)), times(dates.find(question), found, SCHEMA, CATALOG)
    )
    return written((r for r in readings(asked) if not is_doubtful(r, asked, question)), SCHEMA, "duckdb")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many gold members are there?", "SELECT COUNT(*) AS count FROM main.dim_employees WHERE "
            "dim_employees.tier = 'GOLD'"),
        ("Which machines are outside Daegu?", "SELECT dim_machines.machine_code FROM main.dim_machines WHERE NOT "
            "(dim_machines.plant_name = 'Daegu')"),
        ("Which plant had the highest revenue amount?", ""),
        ("Which machine had the most downtime this year?", ""),
        ("How many inspections were done by each inspector?", ""),
        ("What is the total stock value?", ""),
    ],
)  # fmt: skip
def test_what_is_read(question: str, sql: str) -> None:
    assert (read(question) or [""])[0] == sql


def test_a_name_that_other_tables_have_too_is_no_name_of_the_rows() -> None:
    labels = {t.name.name: SCHEMA.label(str(t.name)) for t in CATALOG}
    assert labels["dim_machines"] == "machine_code"
    assert labels["fct_inspections"] == ""
    assert labels["dim_sites"] == "site_name"
