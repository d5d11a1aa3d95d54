"""Small catalogues for tests of pure rules."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, QuestionView


def table(
    name: str,
    columns: str,
    *,
    key: str = "",
    refs: dict[str, str] | None = None,
    values: dict[str, tuple[str, ...]] | None = None,
    synonyms: dict[str, dict[str, tuple[str, ...]]] | None = None,
    hidden: tuple[str, ...] = (),
    ranges: dict[str, tuple[str, str]] | None = None,
    view: QuestionView | None = None,
    workspace: str = "",
) -> CatalogTable:
    """`columns`: "id bigint, name varchar"; `refs`: column -> "table.column"."""
    made = []
    for part in columns.split(","):
        column, kind = part.split()
        known = (values or {}).get(column, ())
        low, high = (ranges or {}).get(column, ("", ""))
        made.append(
            CatalogColumn(
                name=column,
                type=kind,
                values=known,
                values_exact=bool(known),
                value_synonyms=(synonyms or {}).get(column, {}),
                pii=column in hidden,
                nullable=False,
                min_value=low,
                max_value=high,
            )
        )
    keys = tuple(
        ForeignKey((column,), TableName(None, "main", target.split(".")[0]), (target.split(".")[1],), tested=True)
        for column, target in (refs or {}).items()
    )
    return CatalogTable(
        name=TableName(None, "main", name),
        kind="model",
        unique_id=f"model.test.{name}",
        columns=tuple(made),
        primary_key=(key,) if key else (),
        foreign_keys=keys,
        view=view,
        workspace=workspace,
    )


def shop() -> Catalog:
    """Orders of customers in stores, with regions two joins away, and one monthly view."""
    stores = table(
        "stores", "store_id int, store_name varchar, region_id int", key="store_id",
        refs={"region_id": "regions.region_id"},
        values={"store_name": ("Brooklyn", "Chicago")},
        synonyms={"store_name": {"Brooklyn": ("브루클린",)}},
    )  # fmt: skip
    regions = table(
        "regions", "region_id int, region_name varchar", key="region_id",
        values={"region_name": ("ASIA", "EUROPE")}, synonyms={"region_name": {"EUROPE": ("유럽",)}},
    )  # fmt: skip
    customers = table("customers", "customer_id int, customer_name varchar, segment varchar", key="customer_id",
        values={"segment": ("retail", "wholesale")}, hidden=("customer_name",))  # fmt: skip
    orders = table(
        "orders", "order_id int, customer_id int, store_id int, order_date date, amount decimal, status varchar",
        key="order_id", refs={"customer_id": "customers.customer_id", "store_id": "stores.store_id"},
        values={"status": ("open", "shipped")}, ranges={"order_date": ("2018-09-01", "2020-08-30")},
    )  # fmt: skip
    monthly = table(
        "monthly_sales", "order_month date, store_name varchar, revenue decimal, order_count bigint",
        values={"store_name": ("Brooklyn", "Chicago")}, ranges={"order_month": ("2018-09-01", "2020-08-01")},
        view=QuestionView(
            grain=("order_month", "store_name"), measures={"revenue": "sum", "order_count": "sum"},
            additive=("revenue", "order_count"), time_column="order_month",
        ),
    )  # fmt: skip
    return Catalog("shop", "duckdb", (stores, regions, customers, orders, monthly))


_ROWS = """
CREATE TABLE regions (region_id INTEGER, region_name TEXT);
INSERT INTO regions VALUES (1, 'ASIA'), (2, 'EUROPE');
CREATE TABLE stores (store_id INTEGER, store_name TEXT, region_id INTEGER);
INSERT INTO stores VALUES (1, 'Brooklyn', 1), (2, 'Chicago', 2);
CREATE TABLE customers (customer_id INTEGER, customer_name TEXT, segment TEXT);
INSERT INTO customers VALUES (1, 'Ann Secret', 'retail'), (2, 'Bob Hidden', 'wholesale');
CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, store_id INTEGER, order_date TEXT, amount REAL,
    status TEXT);
INSERT INTO orders VALUES (1, 1, 1, '2020-07-05', 10, 'open'), (2, 2, 1, '2020-07-06', 20, 'shipped'),
    (3, 2, 2, '2020-08-30', 40, 'shipped'), (4, 1, 2, '2018-09-01', 5, 'shipped');
CREATE TABLE monthly_sales (order_month TEXT, store_name TEXT, revenue REAL, order_count INTEGER);
INSERT INTO monthly_sales VALUES ('2018-09-01', 'Chicago', 5, 1), ('2020-07-01', 'Brooklyn', 30, 2),
    ('2020-08-01', 'Chicago', 40, 1);
"""


def shop_on_sqlite(folder: Path) -> tuple[Catalog, Path]:
    """The shop with four orders in a real database."""
    file = folder / "shop.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_ROWS)
    return replace(shop(), dialect="sqlite"), file
