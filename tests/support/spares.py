"""A seller of spare parts: offers that tie parts to suppliers, sites that opened one day, what customers post."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_SYNONYMS = {
    "stock_quantity": ("stock", "pieces", "재고"),
    "unit_cost": ("단가",),
    "list_price": ("소매가", "권장 가격"),
    "material": ("재질",),
    "opened_on": ("opening date", "개점일"),
    "order_date": ("주문일",),
    "site_name": ("site", "매장"),
    "part_name": ("part", "부품"),
    "supplier_name": ("supplier", "공급업체"),
    "revenue": ("매출",),
}
_ROWS = {"posts": ("게시글",), "orders": ("주문",), "customers": ("고객", "손님"), "sites": ("매장",)}


def spares() -> Catalog:
    parts = table(
        "parts", "part_id int, part_name varchar, material varchar, list_price decimal", key="part_id",
        values={"material": ("STEEL", "BRASS")},
    )  # fmt: skip
    suppliers = table(
        "suppliers", "supplier_id int, supplier_name varchar, country varchar, balance decimal", key="supplier_id",
        values={"country": ("KENYA", "CANADA")},
    )  # fmt: skip
    offers = replace(
        table(
            "offers", "part_id int, supplier_id int, unit_cost decimal, stock_quantity int",
            refs={"part_id": "parts.part_id", "supplier_id": "suppliers.supplier_id"},
        ),
        primary_key=("part_id", "supplier_id"),
    )  # fmt: skip
    sites = table(
        "sites", "site_id int, site_name varchar, opened_on date", key="site_id",
        values={"site_name": ("Brooklyn", "Chicago")},
    )  # fmt: skip
    customers = table(
        "customers", "customer_id int, home_site_id int, first_order_date date", key="customer_id",
        refs={"home_site_id": "sites.site_id"},
    )  # fmt: skip
    orders = table(
        "orders", "order_id int, customer_id int, site_id int, order_date date, shipped_date date, revenue decimal, "
        "is_returned boolean, priority varchar", key="order_id", values={"priority": ("low", "high")},
        refs={"customer_id": "customers.customer_id", "site_id": "sites.site_id"},
    )  # fmt: skip
    posts = table(
        "posts", "post_id int, customer_id int, posted_on date, mood varchar", key="post_id",
        values={"mood": ("negative", "positive")}, refs={"customer_id": "customers.customer_id"},
    )  # fmt: skip
    known = (parts, suppliers, offers, sites, customers, orders, posts)
    return Catalog("spares", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=_SYNONYMS.get(c.name, ())) for c in known.columns)
    rows = _ROWS.get(known.name.name, ())
    return replace(known, columns=tuple(columns), workspace="spares", synonyms=rows)
