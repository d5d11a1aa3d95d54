"""A manufacturer whose machines have codes and no names, with stops, shipments, inspections and stock by the week."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

SPOKEN = {"revenue_amount": ("revenue",), "downtime_min": ("downtime",), "defect_cnt": ("defect count",)}
PLANTS = ("Daegu", "Ostrava")


def works() -> Catalog:
    plants = table(
        "dim_sites", "site_code varchar, site_name varchar, brand varchar", key="site_code", values={"brand": ("Alva",)}
    )
    machines = table(
        "dim_machines", "machine_id int, machine_code varchar, machine_type varchar, plant_name varchar, "
        "commissioned_date date", key="machine_id", values={"machine_type": ("LATHE", "PRESS"), "plant_name": PLANTS},
    )  # fmt: skip
    employees = table(
        "dim_employees", "employee_id int, full_name varchar, role varchar, plant_name varchar, tier varchar",
        key="employee_id", values={"role": ("INSPECTOR", "OPERATOR"), "plant_name": PLANTS, "tier": ("GOLD", "MEMBER")},
    )  # fmt: skip
    stops = table(
        "fct_downtime", "downtime_id int, machine_id int, plant_name varchar, reason_code varchar, started_at "
        "timestamp, downtime_min int", key="downtime_id", refs={"machine_id": "dim_machines.machine_id"},
        values={"reason_code": ("BREAKDOWN", "SETUP"), "plant_name": PLANTS},
    )  # fmt: skip
    shipments = table(
        "fct_shipments", "shipment_id int, site_code varchar, plant_name varchar, customer_name varchar, ship_date "
        "date, delivered_date date, revenue_amount decimal, rooms_sold int, price decimal", key="shipment_id",
        refs={"site_code": "dim_sites.site_code"}, values={"plant_name": PLANTS},
    )  # fmt: skip
    lines = table(
        "fct_po_lines", "po_line_id int, plant_name varchar, dept_code varchar, dept_name varchar, order_date date, "
        "line_amount decimal, net_amt decimal", key="po_line_id",
        values={"plant_name": PLANTS, "dept_code": ("SPA",), "dept_name": ("Spa",)},
    )  # fmt: skip
    inspections = table(
        "fct_inspections", "inspection_id int, inspector_id int, plant_name varchar, inspected_at timestamp, "
        "defect_cnt int", key="inspection_id", refs={"inspector_id": "dim_employees.employee_id"},
        values={"plant_name": PLANTS},
    )  # fmt: skip
    stock = table(
        "snap_stock_weekly", "snapshot_date date, plant_name varchar, material_code varchar, material_name varchar, "
        "stock_value decimal", values={"plant_name": PLANTS},
    )  # fmt: skip
    named = replace(plants, synonyms=("plant site",))
    found = (named, machines, employees, stops, shipments, lines, inspections, stock)
    return Catalog("works", "duckdb", tuple(map(_spoken, found)))


def _spoken(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=SPOKEN.get(c.name, ())) for c in known.columns)
    return replace(known, columns=tuple(columns))
