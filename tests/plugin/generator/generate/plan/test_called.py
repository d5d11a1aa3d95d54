"""What several columns are called: the one whose own name has the word, and verbs that are no names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, QuestionView
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from tests.support.catalogs import shop, table


def _trade() -> CatalogTable:
    first = next(t for t in shop() if t.view is not None)
    return replace(
        first,
        columns=(
            CatalogColumn("customer_region", "VARCHAR", synonyms=("region",)),
            CatalogColumn("customer_nation", "VARCHAR", synonyms=("region", "country")),
            CatalogColumn("supplier_area", "VARCHAR", synonyms=("zone",)),
            CatalogColumn("customer_area", "VARCHAR", synonyms=("zone",)),
            CatalogColumn("revenue", "DECIMAL(18, 2)"),
            CatalogColumn("waiting_days", "BIGINT"),
            CatalogColumn("order_count", "BIGINT"),
        ),
        view=QuestionView(
            grain=("customer_region", "customer_nation"),
            measures={"revenue": "sum", "order_count": "sum", "waiting_days": "sum"},
        ),
    )


TRADE = _trade()


def planned(question: str) -> str:
    catalog = replace(shop(), tables=(TRADE,))
    return write(read(Ask(question, "en"), narrow(TRADE, catalog)), catalog, "duckdb").casefold()


@pytest.mark.parametrize(
    ("question", "select"),
    [
        ("revenue by region", "select customer_region, sum(revenue)"),
        ("In each region, which customer nation brought the most revenue?", "select customer_region, customer_nation"),
        ("How many orders did we take?", "select sum(order_count) as order_count from"),
        ("Which country has the longest waiting days?", "select customer_nation from"),
    ],
)
def test_called(question: str, select: str) -> None:
    assert planned(question).startswith(select)


def test_two_that_are_called_so_are_not_told_apart() -> None:
    with pytest.raises(Unread, match="may be"):
        planned("revenue by zone")


STOCK = table(
    "stock", "brand_region varchar, brand_nation varchar, stock_value decimal, tax_amount decimal, order_total decimal,"
    " order_id int, is_first_order boolean",
    view=QuestionView(
        grain=("brand_region", "brand_nation"),
        measures={"stock_value": "sum", "tax_amount": "sum", "order_total": "sum"},
    ),
)  # fmt: skip
CALLED = {"stock_value": ("재고 금액",), "tax_amount": ("세금",), "order_total": ("총액",)}
STOCK = replace(STOCK, columns=tuple(replace(c, synonyms=CALLED.get(c.name, ())) for c in STOCK.columns))
NATIONS = table("nations", "nation_id int, nation_name varchar, region_name varchar", key="nation_id")


@pytest.mark.parametrize(
    ("question", "select"),
    [
        ("재고 금액이 가장 큰 지역", "select brand_region from"),  # as nations are called too
        ("지역별 재고 금액", "select brand_region, sum(stock_value)"),
        ("국가별 재고 금액", "select brand_nation, sum(stock_value)"),
        ("세금 총액은 얼마야?", "select sum(tax_amount) as tax_amount from"),
        ("총액은 얼마야?", "select sum(order_total) as order_total from"),
    ],
)
def test_what_the_rows_of_keys_lend(question: str, select: str) -> None:
    catalog = Catalog("x", "duckdb", (STOCK, replace(NATIONS, synonyms=("국가", "지역"))))
    found = write(read(Ask(question, "ko"), narrow(STOCK, catalog)), catalog, "duckdb")
    assert found.casefold().startswith(select)


def test_orders_are_no_first_orders() -> None:
    orders = replace(table("orders", "order_id int", key="order_id"), synonyms=("주문",))
    wide = narrow(STOCK, Catalog("x", "duckdb", (STOCK, orders))).table
    lent = {c.name: c.synonyms for c in wide.columns}
    assert (lent["order_id"], lent["is_first_order"]) == (("주문",), ())
