from __future__ import annotations

import pytest

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from materialized_views.cards import card


def view(**fields: object) -> CatalogTable:
    promise: dict[str, object] = {
        "grain": ("country", "month"),
        "measures": {"revenue": "sum(orders.amount)", "customers": "count(distinct customer_id)"},
        "additive": ("revenue",),
        "time_column": "month",
        "freshness": "with every dbt build",
        "base_tables": (TableName("db", "main", "orders"), TableName("db", "main", "customers")),
        **fields,
    }
    return CatalogTable(
        name=TableName("db", "main", "sales_by_month"),
        kind="view",
        unique_id="model.shop.sales_by_month",
        description="Revenue by country\nand month.",
        columns=(
            CatalogColumn("month", "DATE", min_value="2024-01-01", max_value="2024-12-01"),
            CatalogColumn("country", "VARCHAR", values=("DE", "KR"), values_exact=True),
            CatalogColumn("email", "VARCHAR", pii=True, withheld="PII"),
            CatalogColumn("revenue", "DECIMAL(18,2)"),
            CatalogColumn("customers", "BIGINT"),
        ),
        view=QuestionView(**promise),  # type: ignore[arg-type]
    )


def test_a_card() -> None:
    assert card(view()) == (
        "sales_by_month: Revenue by country and month.\n"
        "one row for each country, month\n"
        "time: month DATE, from 2024-01-01 to 2024-12-01\n"
        "dimensions: country VARCHAR (DE, KR); email VARCHAR\n"
        "measure revenue DECIMAL(18,2) = sum(orders.amount); over several rows: sum(revenue)\n"
        "measure customers BIGINT = count(distinct customer_id); "
        "not additive: only as it stands, for exactly one country, month\n"
        "made from orders, customers\n"
        "freshness: with every dbt build"
    )


def test_what_is_not_known_is_left_out() -> None:
    bare = CatalogTable(
        name=TableName(None, None, "v"),
        kind="view",
        unique_id="model.shop.v",
        view=QuestionView(grain=("day",), measures={"n": ""}, time_column="day"),
    )
    assert card(bare) == (
        "v\none row for each day\ntime: day\nmeasure n; not additive: only as it stands, for exactly one day"
    )


def test_a_long_list_of_values_is_cut_and_says_so() -> None:
    made = view()
    many = CatalogColumn("country", "VARCHAR", values=tuple(f"C{i:02}" for i in range(12)), values_exact=True)
    text = card(CatalogTable(made.name, made.kind, made.unique_id, columns=(many,), view=made.view))
    assert "country VARCHAR (C00, C01, C02, C03, C04, C05, C06, C07, C08, C09, ...)" in text


def test_examples_are_no_list() -> None:
    made = view()
    some = CatalogColumn("country", "VARCHAR", values=("DE",))
    assert "(DE, ...)" in card(CatalogTable(made.name, made.kind, made.unique_id, columns=(some,), view=made.view))


def test_a_table_is_no_view() -> None:
    with pytest.raises(ValueError, match=r"db\.main\.orders is no question view"):
        card(CatalogTable(TableName("db", "main", "orders"), "table", "model.shop.orders"))
