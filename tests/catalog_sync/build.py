"""Catalogues in one line, for rules that need no dbt."""

from __future__ import annotations

from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable


def name(text: str) -> TableName:
    """`orders` is db.main.orders, `raw.orders` is db.raw.orders."""
    schema, _, table = text.rpartition(".")
    return TableName("db", schema or "main", table)


def table(text: str, *columns: CatalogColumn | str, tier: str | None = "Tier.Tier1", **fields: Any) -> CatalogTable:
    made = tuple(CatalogColumn(c, type="VARCHAR") if isinstance(c, str) else c for c in columns)
    fields = {"kind": "table", "unique_id": f"model.shop.{text}", **fields}
    return CatalogTable(name=name(text), columns=made, tier=tier, **fields)


def column(text: str, kind: str = "VARCHAR", **fields: Any) -> CatalogColumn:
    return CatalogColumn(text, type=kind, **fields)


def catalog(*tables: CatalogTable) -> Catalog:
    return Catalog("shop", "duckdb", tables)
