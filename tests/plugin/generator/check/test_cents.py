"""What is kept in cents is shown, and compared, in whole units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlglot

from catalog_sync.model import CatalogColumn
from plugin.generator import units
from plugin.generator.ask import Ask, Candidate
from plugin.generator.check.repairs import cents
from plugin.generator.check.schema import Schema
from plugin.generator.check.stages import WholeUnits
from plugin.generator.stage import Services
from tests.support.clinic import clinic

SCHEMA = Schema(tuple(clinic()))


def put(sql: str, question: str = "how much was charged") -> str:
    tree = sqlglot.parse_one(sql, read="duckdb")
    cents.repair(tree, SCHEMA, question)
    return tree.sql(dialect="duckdb")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT SUM(charged_cents) AS charged_cents FROM bills", "SELECT SUM(charged_cents) / 100.0 AS charged FROM "
            "bills"),
        ("SELECT charged_cents FROM bills", "SELECT charged_cents / 100.0 AS charged FROM bills"),
        ("SELECT bill_id, charged_cents AS c FROM bills", "SELECT bill_id, charged_cents / 100.0 AS c FROM bills"),
        ("SELECT SUM(COALESCE(charged_cents, 0)) AS c FROM bills", "SELECT SUM(COALESCE(charged_cents, 0)) / 100.0 AS "
            "c FROM bills"),
        ("SELECT MAX(charged_cents) - MIN(charged_cents) AS c FROM bills", "SELECT (MAX(charged_cents) / 100.0) - "
            "(MIN(charged_cents) / 100.0) AS c FROM bills"),
        ("SELECT SUM(charged_cents) / SUM(charged_cents) AS c FROM bills", "SELECT (SUM(charged_cents) / 100.0) / "
            "(SUM(charged_cents) / 100.0) AS c FROM bills"),
        ("SELECT SUM(charged_cents) FILTER(WHERE late_fee > 0) AS c FROM bills", "SELECT SUM(charged_cents) "
            "FILTER(WHERE late_fee > 0) / 100.0 AS c FROM bills"),
        ("SELECT SUM(charged_cents) OVER (ORDER BY billed_on) AS c FROM bills", "SELECT SUM(charged_cents) OVER (ORDER "
            "BY billed_on) / 100.0 AS c FROM bills"),
        ("SELECT SUM(charged_cents) AS a FROM bills UNION ALL SELECT SUM(charged_cents) AS a FROM bills", "SELECT "
            "SUM(charged_cents) / 100.0 AS a FROM bills UNION ALL SELECT SUM(charged_cents) / 100.0 AS a FROM bills"),
    ],
)  # fmt: skip
def test_what_is_shown(sql: str, expected: str) -> None:
    assert put(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("charged_cents > 50", "charged_cents > 5000"),
        ("50 < charged_cents", "5000 < charged_cents"),
        ("charged_cents >= 12.5", "charged_cents >= 1250"),
        ("charged_cents > -5", "charged_cents > -500"),
        ("charged_cents BETWEEN 10 AND 20", "charged_cents BETWEEN 1000 AND 2000"),
        ("charged_cents IN (5, 10)", "charged_cents IN (500, 1000)"),
        ("late_fee > 50", "late_fee > 50"),
        ("charged_cents > (SELECT AVG(charged_cents) FROM bills)",
            "charged_cents > (SELECT AVG(charged_cents) FROM bills)"),
        ("charged_cents > late_fee", "charged_cents > late_fee"),
        ("charged_cents IS NULL", "charged_cents IS NULL"),
    ],
)  # fmt: skip
def test_what_it_is_compared_with(sql: str, expected: str) -> None:
    assert put(f"SELECT bill_id FROM bills WHERE {sql}") == f"SELECT bill_id FROM bills WHERE {expected}"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT COUNT(CASE WHEN charged_cents > 50 THEN 1 END) * 1.0 / COUNT(*) AS s FROM bills",
            "SELECT COUNT(CASE WHEN charged_cents > 5000 THEN 1 END) * 1.0 / COUNT(*) AS s FROM bills"),
        ("SELECT COUNT(*) FROM visits WHERE visit_id IN (SELECT visit_id FROM bills WHERE charged_cents > 50)",
            "SELECT COUNT(*) FROM visits WHERE visit_id IN (SELECT visit_id FROM bills WHERE charged_cents > 5000)"),
        ("SELECT visit_id, SUM(charged_cents) AS c FROM bills GROUP BY visit_id HAVING SUM(charged_cents) > 500",
            "SELECT visit_id, SUM(charged_cents) / 100.0 AS c FROM bills GROUP BY visit_id HAVING SUM(charged_cents) > "
            "50000"),
        ("SELECT CASE WHEN SUM(charged_cents) > 5 THEN 'a' END AS size FROM bills",
            "SELECT CASE WHEN SUM(charged_cents) > 500 THEN 'a' END AS size FROM bills"),
    ],
)  # fmt: skip
def test_bounds_elsewhere(sql: str, expected: str) -> None:
    assert put(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT SUM(charged_cents) / 100.0 AS c FROM bills",
        "SELECT SUM(charged_cents) * 0.01 AS c FROM bills",
        "SELECT SUM(charged_cents) * 1.0 / 100 AS c FROM bills WHERE charged_cents > 5000",
        "SELECT (SUM(charged_cents) + SUM(charged_cents)) / 100 AS c FROM bills",
        "SELECT ROUND(SUM(charged_cents)) / 100 AS c FROM bills",
        "SELECT charged_cents / 100.0 AS c FROM bills WHERE charged_cents > 5000",
        "SELECT COUNT(charged_cents) FROM bills",
        "SELECT SUM(late_fee) AS late_fee FROM bills",
        "SELECT SUM(charged_cents * late_fee) AS worth_cents FROM bills",
        "SELECT visit_id FROM bills GROUP BY visit_id ORDER BY SUM(charged_cents) DESC LIMIT 1",
        "SELECT visit_id FROM bills GROUP BY visit_id HAVING SUM(charged_cents) > (SELECT AVG(c) FROM (SELECT "
            "SUM(charged_cents) AS c FROM bills GROUP BY visit_id) AS x)",
        "WITH s AS (SELECT AVG(charged_cents) AS a FROM bills) SELECT bill_id FROM bills WHERE charged_cents > (SELECT "
            "a FROM s)",
    ],
)  # fmt: skip
def test_what_stays(sql: str) -> None:
    assert put(sql) == sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a.charged_cents FROM (SELECT SUM(charged_cents) AS charged_cents FROM bills) AS a",
            "SELECT a.charged_cents FROM (SELECT SUM(charged_cents) / 100.0 AS charged_cents FROM bills) AS a"),
        ("WITH bill AS (SELECT charged_cents FROM bills) SELECT SUM(charged_cents) AS c FROM bill",
            "WITH bill AS (SELECT charged_cents / 100.0 AS charged_cents FROM bills) SELECT SUM(charged_cents) AS c "
            "FROM bill"),
        ("SELECT AVG(c) AS c FROM (SELECT SUM(charged_cents) AS c FROM bills GROUP BY visit_id) AS x",
            "SELECT AVG(c) AS c FROM (SELECT SUM(charged_cents) / 100.0 AS c FROM bills GROUP BY visit_id) AS x"),
    ],
)  # fmt: skip
def test_once_and_under_the_name_by_which_it_is_read(sql: str, expected: str) -> None:
    assert put(sql) == expected


@pytest.mark.parametrize("start", ["visit_id, SUM(charged_cents)", "DISTINCT charged_cents"])
def test_what_is_ordered_by_the_new_name(start: str) -> None:
    sql = put(f"SELECT {start} AS charged_cents FROM bills ORDER BY charged_cents DESC")
    assert sql.endswith("/ 100.0 AS charged FROM bills ORDER BY charged DESC")


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("total charged in cents", False), ("how many cents", False), ("몇 센트야?", False),
        ("센트럴 지점의 청구 금액", True), ("what per cent was charged", True), ("the recent bills", True),
    ],
)  # fmt: skip
def test_who_asks_for_cents_gets_them(question: str, whole: bool) -> None:
    sql = "SELECT SUM(charged_cents) AS charged_cents FROM bills"
    assert (put(sql, question) != sql) == whole


@pytest.mark.parametrize(
    ("name", "kind", "description", "kept"),
    [
        ("total_cents", "INTEGER", "", True),
        ("price", "INTEGER", "Price in US cents", True),
        ("price", "INTEGER", "Price (cents)", True),
        ("price", "DECIMAL", "Rounded to the nearest cent", False),
        ("price", "DECIMAL", "In dollars, not in cents", False),
        ("part", "DOUBLE", "Share in per cent", False),
        ("price", "VARCHAR", "in cents", False),
        ("innocents", "INTEGER", "", False),
        ("percent", "DOUBLE", "", False),
    ],
)
def test_which_columns_are_kept_in_cents(name: str, kind: str, description: str, kept: bool) -> None:
    assert units.in_cents(CatalogColumn(name, kind, description=description)) == kept
    assert not units.in_cents(CatalogColumn(name, kind, description=description, pii=True))


def test_what_was_put_in_whole_units_says_so() -> None:
    notes = cents.repair(sqlglot.parse_one("SELECT SUM(charged_cents) AS c FROM bills"), SCHEMA, "")
    assert notes == ["charged_cents is kept in cents, shown in whole units"]
    assert cents.is_done(notes)
    assert not cents.is_done(["took the latest snapshot"])


def test_statements_of_rules_are_put_so_once(services: Callable[..., Services]) -> None:
    made = replace(services(), catalog=clinic())
    sql = "SELECT COUNT(*) FROM main.bills WHERE charged_cents > 50"
    ask = Ask("bills over $50").add(candidates=(Candidate(sql, "rules"), Candidate(sql, "rules", error="no")))
    for _ in range(2):
        ask = WholeUnits()(ask, made)
        assert [c.sql for c in ask.candidates] == [sql.replace("50", "5000"), sql]
