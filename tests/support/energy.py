"""A power company and a factory: what became of rows, stock that is counted in pieces, sums of months."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_SYNONYMS = {"result": ("검사 결과",), "tech_name": ("기술자",), "on_hand_qty": ("quantity",), "warehouse": ("창고",)}
_SYNONYMS |= {"amt": ("amount",), "cost_amt": ("cost",)}
_ROWS = {"fct_batches": ("배치",), "fct_inspections": ("검사",), "fct_work_orders": ("작업 지시",)}


def energy() -> Catalog:
    technicians = table(
        "dim_technicians", "tech_id int, tech_name varchar, team varchar, hired_on date, left_on date", key="tech_id",
        values={"team": ("Field", "Quality"), "tech_name": ("Eva Fry",)},
    )  # fmt: skip
    machines = table(
        "dim_machines", "machine_id int, machine_name varchar", key="machine_id", values={"machine_name": ("Robot 3",)}
    )
    batches = table(
        "fct_batches", "batch_id int, machine_id int, started_at timestamp, ended_at timestamp, status varchar",
        key="batch_id", refs={"machine_id": "dim_machines.machine_id"}, values={"status": ("completed", "aborted")},
    )  # fmt: skip
    inspections = table(
        "fct_inspections", "insp_id int, batch_id int, inspector_id int, insp_date date, result varchar",
        key="insp_id", values={"result": ("pass", "fail")},
        refs={"batch_id": "fct_batches.batch_id", "inspector_id": "dim_technicians.tech_id"},
    )  # fmt: skip
    orders = table(
        "fct_work_orders", "wo_id int, tech_id int, status varchar, opened_at timestamp, closed_at timestamp, "
        "cost_amt decimal", key="wo_id", refs={"tech_id": "dim_technicians.tech_id"},
        values={"status": ("done", "cancelled")},
    )  # fmt: skip
    customers = table("dim_customers", "customer_id int, customer_name varchar, region varchar", key="customer_id")
    bills = table(
        "fct_bills", "bill_id int, customer_id int, issued_on date, due_on date, amt decimal, bill_status varchar, "
        "paid_on date, pay_method varchar, is_late boolean", key="bill_id",
        refs={"customer_id": "dim_customers.customer_id"},
        values={"bill_status": ("paid", "open"), "pay_method": ("card", "cash")},
    )  # fmt: skip
    usage = table(
        "fct_daily_usage", "usage_key varchar, customer_id int, usage_date date, kwh double", key="usage_key",
        refs={"customer_id": "dim_customers.customer_id"},
    )  # fmt: skip
    monthly = table("agg_monthly_usage", "usage_month date, region varchar, total_kwh double")
    stock = table(
        "part_stock", "warehouse varchar, part_name varchar, on_hand_qty int, last_counted_on date",
        values={"warehouse": ("Busan", "Seoul")},
    )  # fmt: skip
    known = (technicians, machines, batches, inspections, orders, customers, bills, usage, monthly, stock)
    return Catalog("energy", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=_SYNONYMS.get(c.name, ())) for c in known.columns)
    rows = _ROWS.get(known.name.name, ())
    return replace(known, columns=tuple(columns), workspace="energy", synonyms=rows)
