"""A small online store as teams without question views have it: facts and dimensions, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import ValueHit
from tests.support.catalogs import table

TOLD = {
    "delivered_on": "Null while the parcel is under way",
    "owner": "Who cares for the customer. Empty = no owner assigned.",
    "coupon_code": "Coupon used, null if none",
    "repair_hours": "Hours from return to repair",
    "closed_on": "Day it was won or lost",
}


def store() -> Catalog:
    customers = table(
        "dim_customers", "customer_id int, tier varchar, owner varchar, signup_date date, birth_year int, "
        "current_order_total decimal, is_newsletter_subscriber boolean", key="customer_id",
        values={"tier": ("gold", "silver")},
    )  # fmt: skip
    products = table(
        "dim_products", "product_id int, product_name varchar, brand varchar, list_price decimal", key="product_id",
        values={"brand": ("Alva", "Pico")},
    )  # fmt: skip
    orders = table(
        "fct_orders", "order_id int, customer_id int, order_date date, order_status varchar, order_channel varchar, "
        "coupon_code varchar, order_total decimal", key="order_id", refs={"customer_id": "dim_customers.customer_id"},
        values={"order_status": ("placed", "shipped", "cancelled"), "order_channel": ("app", "web")},
    )  # fmt: skip
    items = table(
        "fct_order_items", "order_item_id int, order_id int, product_id int, order_date date, order_status varchar, "
        "quantity int, revenue decimal", key="order_item_id",
        refs={"order_id": "fct_orders.order_id", "product_id": "dim_products.product_id"},
        values={"order_status": ("placed", "shipped", "cancelled")},
    )  # fmt: skip
    parcels = table(
        "fct_shipments", "shipment_id int, order_id int, carrier varchar, shipped_on date, delivered_on date, "
        "repair_hours int", key="shipment_id", refs={"order_id": "fct_orders.order_id"}, values={"carrier": ("DHL",)},
    )  # fmt: skip
    deals = table(
        "fct_deals", "deal_id int, is_won boolean, created_on date, closed_on date, amount decimal, calls int, "
        "active_users int", key="deal_id",
    )  # fmt: skip
    return Catalog("store", "duckdb", tuple(map(_told, (customers, products, orders, items, parcels, deals))))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, description=TOLD.get(c.name, "")) for c in known.columns)
    return replace(known, columns=tuple(columns))


def hits(catalog: Catalog, question: str) -> Iterator[ValueHit]:
    for known in catalog:
        for column in known.columns:
            for value in column.values:
                if value.casefold() in question.casefold():
                    yield ValueHit(value.casefold(), str(known.name), column.name, value, 1.0)
