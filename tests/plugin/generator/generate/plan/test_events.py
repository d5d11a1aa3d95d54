"""What rules read over tables of what happened: rates, the most common, changes of counts, days of what rows are of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.catalogs import table
from tests.support.clinic import clinic, hits

CATALOG = clinic()
TABLES = {t.name.name: t for t in CATALOG}
SPOKEN = {"no-show": "no_show", "cancellation": "cancelled"}


def planned(question: str, table: str, *, verbs: bool = True) -> str:
    ask = Ask(question, "en", periods=dates.find(question), groupings=dates.groupings(question))
    ask = ask.add(values=tuple(hits(CATALOG, question, SPOKEN)), routes=tuple(Route(t, 1.0) for t in TABLES.values()))
    try:
        return write(read(ask, narrow(TABLES[table], CATALOG), verbs=verbs), CATALOG, "duckdb")
    except Unread:
        return write(read(ask, widened(TABLES[table], CATALOG, question), verbs=verbs), CATALOG, "duckdb")


@pytest.mark.parametrize(
    ("table", "question", "parts"),
    [
        ("visits", "no-show rate by kind", ("SELECT kind, COUNT(CASE WHEN status = 'no_show'", "GROUP BY kind")),
        ("visits", "What is the cancellation rate?", ("COUNT(CASE WHEN status = 'cancelled' THEN 1 END) * 1.0",)),
        ("visits", "share of cancelled visits among all visits", ("CASE WHEN status = 'cancelled'",)),
        ("visits", "What is the most common kind?", ("SELECT kind", "ORDER BY COUNT(*) DESC LIMIT 1")),
        ("visits", "What's the most common kind of each status?", ("RANK() OVER (PARTITION BY status",)),
        ("visits", "month over month change of visits in 2024", ("DATE_TRUNC('MONTH', scheduled_at)", "LAG(")),
        ("clients", "How many new clients per month in 2024?", ("DATE_TRUNC('MONTH', joined_on)", "COUNT(*)")),
        ("bills", "How much did we charge in 2024?", ("SUM(charged_cents)", "billed_on >= CAST('2024-01-01'")),
        ("prescriptions", "total late fee", ("SELECT SUM(late_fee) AS late_fee FROM main.prescriptions",)),
        ("prescriptions", "How many different drugs were prescribed in 2024?", ("DISTINCT prescriptions.drug_name",
            "visits.scheduled_at >= CAST('2024-01-01'")),
        ("bills", "How many bills were billed in the year 2024?", ("COUNT(*)", "billed_on >=")),
    ],
)  # fmt: skip
def test_what_is_read(table: str, question: str, parts: tuple[str, ...]) -> None:
    sql = planned(question, table)
    assert all(part in sql for part in parts), sql


@pytest.mark.parametrize(
    ("table", "question", "why"),
    [
        ("bills", "no-show rate by month", "of whole|rat"),  # of visits, not of bills
        ("bills", "What is the most common kind?", "what of what is common"),  # of visits too
        ("visits", "interest rate by kind", "interest"),
        ("sites", "How many new sites are there?", "new"),  # new since when?
        ("prescriptions", "share of the drugs among all visits", "a share|among|visit"),
        ("bills", "How much did we spend in 2024?", "neither a measure|spend"),
    ],
)
def test_what_is_not_read(table: str, question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, table)


def test_the_amount_of_something_else_is_not_that_of_these_rows() -> None:
    assert "SUM(amount)" in planned("total prescribed amount", "prescriptions", verbs=False)
    with pytest.raises(Unread, match="another table is called bil"):
        planned("total billed amount", "prescriptions", verbs=False)


def test_a_verb_that_a_column_is_called_after_is_not_passed_over() -> None:
    assert planned("How many clients came?", "clients", verbs=False).startswith("SELECT COUNT(*)")
    with pytest.raises(Unread, match="a column is called charg"):
        planned("How many bills were we charging?", "bills", verbs=False)
    with pytest.raises(Unread, match="nothing here is called dog"):
        planned("How many visits did dogs have?", "visits", verbs=False)


def test_what_things_are_called_groups_them_where_the_key_is_called_so_too() -> None:
    districts = table("dim_district", "dist_id int, dist_nm varchar, popn int", key="dist_id")
    columns = tuple(replace(c, synonyms=("district name",) if c.name == "dist_nm" else ()) for c in districts.columns)
    ask = Ask("the two largest districts by popn, largest first", "en")
    reading = read(ask, narrow(replace(districts, columns=columns), CATALOG))
    assert (reading.groups, reading.order and reading.order.limit) == (("dist_nm",), 2)
