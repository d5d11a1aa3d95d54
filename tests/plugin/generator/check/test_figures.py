"""Figures that nobody means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.works import works

SCHEMA = Schema(works().tables)
SHIPMENTS = "FROM main.fct_shipments"


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        ("share of dear shipments by plant", "SELECT plant_name, AVG(CASE WHEN price > 5 THEN 1 ELSE 0 END) * 100 / "
            f"COUNT(*) AS rate {SHIPMENTS} GROUP BY plant_name", "SELECT plant_name, AVG(CASE WHEN price > 5 THEN 1 "
            f"ELSE 0 END) * 100 AS rate {SHIPMENTS} GROUP BY plant_name"),
        ("shipments by plant", f"SELECT plant_name, SUM(shipment_id) AS n {SHIPMENTS} GROUP BY plant_name",
            f"SELECT plant_name, COUNT(shipment_id) AS n {SHIPMENTS} GROUP BY plant_name"),
        ("어제 출하 몇 건이야?", f"SELECT SUM(revenue_amount) AS n {SHIPMENTS}", f"SELECT COUNT(*) AS n {SHIPMENTS}"),
        ("어제 출하 금액", f"SELECT SUM(price) AS n {SHIPMENTS}", f"SELECT SUM(price) AS n {SHIPMENTS}"),
        ("revenue by plant", f"SELECT SUM(revenue_amount) AS total {SHIPMENTS} GROUP BY plant_name",
            f"SELECT plant_name, SUM(revenue_amount) AS total {SHIPMENTS} GROUP BY plant_name"),
        ("percentage of presses by plant", "SELECT plant_name, COUNT(CASE WHEN machine_type = 'PRESS' THEN 1 END) * "
            "100 / COUNT(*) AS pct FROM main.dim_machines WHERE machine_type = 'PRESS' GROUP BY plant_name",
            "SELECT plant_name, COUNT(CASE WHEN machine_type = 'PRESS' THEN 1 END) * 100 / COUNT(*) AS pct "
            "FROM main.dim_machines GROUP BY plant_name"),
    ],
)  # fmt: skip
def test_repair(question: str, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", question=question).sql == expected


def test_of_snapshots_the_latest_is_meant() -> None:
    sql = "SELECT plant_name, SUM(stock_value) AS total FROM main.snap_stock_weekly GROUP BY plant_name"
    latest = "snapshot_date = (SELECT MAX(snapshot_date) FROM main.snap_stock_weekly)"
    done = repair(sql, SCHEMA, "duckdb", question="stock value by plant")
    assert done.sql == sql.replace(" GROUP BY", f" WHERE {latest} GROUP BY")
    assert "took the latest snapshot_date" in done.notes
    (stock,) = (t for t in SCHEMA.tables if t.name.name == "snap_stock_weekly")
    changes = replace(stock, columns=(*stock.columns, CatalogColumn("dbt_valid_to", "TIMESTAMP")))
    assert repair(sql, Schema((changes,)), "duckdb", question="stock value by plant").sql == sql
    told = (
        "SELECT SUM(stock_value) AS total FROM main.snap_stock_weekly WHERE snapshot_date = CAST('2025-05-04' AS DATE)"
    )
    assert repair(told, SCHEMA, "duckdb", question="stock value on 4 May 2025").sql == told


def test_a_thing_is_shown_by_its_name_beside_a_code_of_it() -> None:
    sql = "SELECT material_code FROM main.snap_stock_weekly WHERE snapshot_date = CAST('2025-05-04' AS DATE)"
    named = sql.replace("material_code", "snap_stock_weekly.material_name")
    assert repair(sql, SCHEMA, "duckdb", question="materials on 4 May 2025").sql == named
    assert repair(sql, SCHEMA, "duckdb", question="material codes on 4 May 2025").sql == sql


def test_the_number_of_things_asks_for_no_number_that_they_have() -> None:
    sql = f"SELECT site_code, COUNT(*) AS n {SHIPMENTS} GROUP BY site_code"
    assert "site_name" in repair(sql, SCHEMA, "duckdb", question="number of shipments by plant site").sql
    assert "site_name" not in repair(sql, SCHEMA, "duckdb", question="shipments by site number").sql


def test_a_period_is_of_the_days_that_make_the_months() -> None:
    month, since = "DATE_TRUNC('MONTH', delivered_date)", "ship_date >= CAST('2025-01-01' AS DATE)"
    sql = f"SELECT {month} AS month, COUNT(*) AS n {SHIPMENTS} WHERE {since} GROUP BY {month}"
    done = repair(sql, SCHEMA, "duckdb", question="shipments by month").sql
    assert done == sql.replace(since, since.replace("ship_date", "delivered_date"))


def test_a_period_is_of_what_happened_and_not_of_the_things_that_it_happened_to() -> None:
    sql = (
        "SELECT m.machine_type, SUM(d.downtime_min) AS total FROM main.dim_machines AS m JOIN main.fct_downtime AS d "
        "ON m.machine_id = d.machine_id WHERE m.commissioned_date >= CAST('2025-05-01' AS DATE) GROUP BY m.machine_type"
    )
    done = repair(sql, SCHEMA, "duckdb", question="total downtime by machine type since May 2025")
    assert done.sql == sql.replace("m.commissioned_date", "d.started_at")
    kept = repair(sql, SCHEMA, "duckdb", question="total downtime of machines commissioned since May 2025, by type")
    assert "m.commissioned_date" in kept.sql
