"""A definition for tests: orders by month and segment of the customer."""

from __future__ import annotations

from backends.warehouse.base import TableName
from materialized_views.definition import Dimension, Join, Measure, Source, ViewDefinition


def monthly(database: str | None = "small", dialect: str = "duckdb") -> ViewDefinition:
    def table(name: str) -> TableName:
        return TableName(database, "main", name)

    return ViewDefinition(
        name="monthly_orders",
        kind="rollup",
        dialect=dialect,
        sources=(Source("orders", table("orders")), Source("customers", table("customers"))),
        joins=(Join("orders", "customers", (("customer_id", "customer_id"),)),),
        dimensions=(
            Dimension(
                "order_month", "cast(date_trunc('month', orders.order_date) as date)", ("orders", "order_date"),
                "month", "date",
            ),
            Dimension("segment", "customers.segment", ("customers", "segment"), "", "text"),
        ),
        measures=(
            Measure("order_count", "count", "", "bigint"),
            Measure("amount", "sum", "orders.amount", "numeric(38,2)"),
            Measure("max_amount", "max", "orders.amount", "numeric(12,2)"),
        ),
    )  # fmt: skip
