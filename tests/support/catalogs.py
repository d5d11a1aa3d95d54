"""Small catalogues for tests of pure rules."""

from __future__ import annotations

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
