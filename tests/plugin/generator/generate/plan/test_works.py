"""Questions about a manufacturer: what repeats in its facts, what it counts, and what it holds each week."""

from __future__ import annotations

import pytest

from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.store import hits
from tests.support.works import works

CATALOG = works()
TABLES = {t.name.name: t for t in CATALOG}
LATEST = " WHERE snapshot_date = (SELECT MAX(snapshot_date) FROM main.snap_stock_weekly)"


def planned(question: str, table: str) -> str:
    routes = tuple(Route(t, 1.0) for t in CATALOG)
    ask = Ask(question, "en", routes=routes, periods=dates.find(question), groupings=dates.groupings(question))
    ask = ask.add(values=tuple(hits(CATALOG, question)))
    return write(read(ask, widened(TABLES[table], CATALOG, question)), CATALOG, "duckdb")


@pytest.mark.parametrize(
    ("table", "question", "sql"),
    [
        ("fct_shipments", "Which plant had the most revenue?", "SELECT plant_name FROM main.fct_shipments GROUP BY "
            "plant_name ORDER BY SUM(revenue_amount) DESC LIMIT 1"),
        ("fct_shipments", "revenue per shipment by plant", "SELECT plant_name, SUM(revenue_amount) * 1.0 / "
            "NULLIF(COUNT(*), 0) AS revenue_amount_per_shipment FROM main.fct_shipments GROUP BY plant_name"),
        ("fct_shipments", "revenue per room sold by plant", "SELECT plant_name, SUM(revenue_amount) * 1.0 / "
            "NULLIF(SUM(rooms_sold), 0) AS revenue_amount_per_rooms_sold FROM main.fct_shipments GROUP BY plant_name"),
        ("fct_shipments", "total revenue by plant site", "SELECT dim_sites.site_name, SUM(fct_shipments.revenue_amount)"
            " AS revenue_amount FROM main.fct_shipments JOIN main.dim_sites ON fct_shipments.site_code = "
            "dim_sites.site_code GROUP BY dim_sites.site_name, dim_sites.site_code"),
        ("fct_shipments", "total revenue by brand and month", "SELECT DATE_TRUNC('MONTH', fct_shipments.ship_date) AS "
            "month, dim_sites.brand, SUM(fct_shipments.revenue_amount) AS revenue_amount FROM main.fct_shipments JOIN "
            "main.dim_sites ON fct_shipments.site_code = dim_sites.site_code GROUP BY DATE_TRUNC('MONTH', "
            "fct_shipments.ship_date), dim_sites.brand ORDER BY DATE_TRUNC('MONTH', fct_shipments.ship_date)"),
        ("fct_shipments", "shipments per month", "SELECT DATE_TRUNC('MONTH', ship_date) AS month, COUNT(*) AS "
            "shipment_count FROM main.fct_shipments GROUP BY DATE_TRUNC('MONTH', ship_date) ORDER BY "
            "DATE_TRUNC('MONTH', ship_date)"),
        ("fct_po_lines", "total PO amount by plant", "SELECT plant_name, SUM(line_amount) AS line_amount FROM "
            "main.fct_po_lines GROUP BY plant_name"),
        ("fct_po_lines", "total net revenue of the spa", "SELECT SUM(net_amt) AS net_amt FROM main.fct_po_lines WHERE "
            "dept_name = 'Spa'"),
        ("fct_downtime", "Which machine had the most downtime?", "SELECT dim_machines.machine_code FROM "
            "main.fct_downtime JOIN main.dim_machines ON fct_downtime.machine_id = dim_machines.machine_id GROUP BY "
            "dim_machines.machine_code ORDER BY SUM(fct_downtime.downtime_min) DESC LIMIT 1"),
        ("fct_downtime", "number of breakdowns by machine type", "SELECT dim_machines.machine_type, COUNT(*) AS "
            "downtime_count FROM main.fct_downtime JOIN main.dim_machines ON fct_downtime.machine_id = "
            "dim_machines.machine_id WHERE fct_downtime.reason_code = 'BREAKDOWN' GROUP BY dim_machines.machine_type"),
        ("fct_inspections", "defects per inspection by plant", "SELECT plant_name, SUM(defect_cnt) * 1.0 / "
            "NULLIF(COUNT(*), 0) AS defect_cnt_per_inspection FROM main.fct_inspections GROUP BY plant_name"),
        ("snap_stock_weekly", "stock value by plant in the latest snapshot", "SELECT plant_name, SUM(stock_value) AS "
            "stock_value FROM main.snap_stock_weekly" + LATEST + " GROUP BY plant_name"),
        ("dim_employees", "How many gold members are there by plant?", "SELECT plant_name, COUNT(*) AS employee_count "
            "FROM main.dim_employees WHERE tier = 'GOLD' GROUP BY plant_name"),
        ("snap_stock_weekly", "stock value by plant", "SELECT plant_name, SUM(stock_value) AS stock_value FROM "
            "main.snap_stock_weekly" + LATEST + " GROUP BY plant_name"),
    ],
)  # fmt: skip
def test_what_is_read(table: str, question: str, sql: str) -> None:
    assert planned(question, table) == sql


@pytest.mark.parametrize(
    ("table", "question", "why"),
    [
        ("snap_stock_weekly", "stock value by plant in May 2025", "several snapshots"),
        ("fct_shipments", "average daily rate by plant", "dail|rat"),
    ],
)
def test_what_is_left_to_the_model(table: str, question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, table)
