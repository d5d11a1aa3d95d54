from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.ask import ValueHit
from plugin.generator.check.repair import extract, repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

FIXTURES = Path(__file__).parent / "fixtures" / "repair.sql"
SCHEMA = Schema(shop().tables)


def pairs() -> list[tuple[str, str]]:
    """Two statements a case: what the model wrote, what must become of it."""
    lines = [line for line in FIXTURES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("--")]
    return [(a.rstrip(";"), b.rstrip(";")) for a, b in zip(lines[::2], lines[1::2], strict=True)]


@pytest.mark.parametrize(("written", "expected"), pairs())
def test_repair(written: str, expected: str) -> None:
    assert repair(written, SCHEMA, "duckdb").sql == expected


@pytest.mark.parametrize("expected", [b for _, b in pairs()])
def test_what_was_repaired_needs_no_repair(expected: str) -> None:
    again = repair(expected, SCHEMA, "duckdb")
    assert (again.sql, again.notes, again.missing) == (expected, (), ())


def test_what_no_repair_can_mend_is_named() -> None:
    assert repair("SELECT salary FROM orders", SCHEMA, "duckdb").missing == (
        "no table of the query has the column salary",
    )
    assert repair("SELECT 1 FROM warehouses_of_the_moon", SCHEMA, "duckdb").missing == (
        "there is no table warehouses_of_the_moon",
    )


@pytest.mark.parametrize("text", ["", "I can't say.", "SELECT FROM WHERE", "DELETE FROM orders"])
def test_what_is_no_query_is_not_repaired(text: str) -> None:
    done = repair(text, SCHEMA, "duckdb")
    assert done.sql == ""
    assert done.missing


def test_a_value_of_the_question_decides() -> None:
    hits = [ValueHit("유럽", "main.regions", "region_name", "EUROPE", 1.0)]
    done = repair("SELECT COUNT(*) FROM regions WHERE region_name = '유럽 지역'", SCHEMA, "duckdb", hits)
    assert done.sql == "SELECT COUNT(*) FROM main.regions WHERE region_name = 'EUROPE'"


def test_a_join_that_nothing_uses_goes_unless_the_question_names_it() -> None:
    sql = "SELECT SUM(o.amount) FROM main.orders AS o JOIN main.stores AS s ON o.store_id = s.store_id"
    assert repair(sql, SCHEMA, "duckdb", question="total amount").sql == "SELECT SUM(o.amount) FROM main.orders AS o"
    assert repair(sql, SCHEMA, "duckdb", question="amount of orders in stores").sql == sql
    assert repair(sql, SCHEMA, "duckdb").sql == sql


@pytest.mark.parametrize(
    ("reply", "sql"),
    [
        ("```sql\nSELECT 1;\n```", "SELECT 1"),
        ("Here it is:\n```\nWITH a AS (SELECT 1) SELECT * FROM a\n```\nbye", "WITH a AS (SELECT 1) SELECT * FROM a"),
        ("SQLQuery: select 2; select 3", "select 2"),
        ("```sql\nSELECT 4", "SELECT 4"),
        ("no idea", ""),
    ],
)
def test_extract(reply: str, sql: str) -> None:
    assert extract(reply) == sql


def test_a_table_and_a_column_by_what_they_are_called() -> None:
    """A join to a table that is not there goes; `region_name` is what rgn_nm is also called, two keys away."""

    def column(one: CatalogColumn) -> CatalogColumn:
        return replace(one, name="rgn_nm", synonyms=("region name",)) if one.name == "region_name" else one

    tables = tuple(replace(t, columns=tuple(map(column, t.columns))) for t in shop())
    sql = (
        "SELECT a.region_name, SUM(o.amount) FROM main.orders AS o JOIN main.areas AS a ON o.area = a.id "
        "GROUP BY a.region_name"
    )
    done = repair(sql, Schema(tables), "duckdb")
    assert done.sql == (
        "SELECT regions.rgn_nm, SUM(o.amount) FROM main.orders AS o JOIN main.stores ON o.store_id = stores.store_id "
        "JOIN main.regions ON stores.region_id = regions.region_id GROUP BY regions.rgn_nm"
    )
    assert done.missing == ()
    assert "left out areas, which is not there" in done.notes
