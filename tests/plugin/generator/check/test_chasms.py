"""Two tables under one parent, which multiply each other's rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import table

SITES = table("sites", "site_id int, site_name varchar, city varchar", key="site_id")
_VISITS = table("visits", "visit_id int, site_id int, scheduled_at timestamp, fee decimal", key="visit_id",
    refs={"site_id": "sites.site_id"})  # fmt: skip
VISITS = replace(_VISITS, columns=tuple(replace(c, gaps=False) for c in _VISITS.columns))
REPORTS = table("monthly_reports", "site_id int, site_name varchar, report_month date, visit_count int",
    refs={"site_id": "sites.site_id"})  # fmt: skip
NOTES = table("notes", "note_id int, visit_id int, written_at timestamp", key="note_id",
    refs={"visit_id": "visits.visit_id"})  # fmt: skip
SCHEMA = Schema((SITES, VISITS, REPORTS, NOTES))
JOINED = (
    "FROM main.monthly_reports AS r JOIN main.sites AS s ON r.site_id = s.site_id "
    "JOIN main.visits AS v ON s.site_id = v.site_id"
)


def mended(sql: str, question: str) -> str:
    return repair(sql, SCHEMA, "duckdb", question=question).sql


def test_what_the_parent_has_too_is_read_there() -> None:
    sql = f"SELECT r.site_name, SUM(v.fee) AS fee {JOINED} GROUP BY r.site_name"
    done = mended(sql, "total fee of visits by site")
    assert "monthly_reports" not in done
    assert "GROUP BY s.site_name" in done
    assert "SUM(v.fee)" in done


def test_the_month_is_that_of_the_rows() -> None:
    sql = f"SELECT r.report_month, COUNT(*) AS visits {JOINED} GROUP BY r.report_month"
    done = mended(sql, "visits by month")
    assert "monthly_reports" not in done
    assert "DATE_TRUNC('MONTH', v.scheduled_at)" in done


@pytest.mark.parametrize(
    ("sql", "question"),
    [
        (f"SELECT s.city, SUM(r.visit_count), SUM(v.fee) {JOINED} GROUP BY s.city", "visit count and fee by city"),
        (f"SELECT r.site_name, SUM(v.fee) {JOINED} GROUP BY r.site_name", "fees in the monthly reports by site"),
    ],
)
def test_a_table_with_figures_of_its_own_or_that_is_spoken_of_stays(sql: str, question: str) -> None:
    assert "monthly_reports" in mended(sql, question)


def test_a_child_that_is_joined_for_its_day_alone() -> None:
    sql = (
        "SELECT COUNT(*) FROM main.visits AS v JOIN main.notes AS n ON v.visit_id = n.visit_id "
        "WHERE n.written_at >= CAST('2024-05-01' AS DATE) AND n.written_at < CAST('2024-06-01' AS DATE)"
    )
    done = mended(sql, "How many visits were there in May 2024?")
    assert "notes" not in done
    assert "v.scheduled_at >= CAST('2024-05-01' AS DATE) AND v.scheduled_at < CAST('2024-06-01' AS DATE)" in done
    assert "notes" in mended(sql, "How many visits have notes of May 2024?")
