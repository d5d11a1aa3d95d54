"""Questions answered twice: by one SELECT from an ask view, and by hand from the raw tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

BY_VIEW_AND_BY_HAND = {
    "revenue by store and month": (
        "select order_month, store_name, revenue, order_count from shop.shop_monthly_store_sales",
        """
        select date_trunc('month', o.ordered_at)::date, s.name, sum(o.subtotal) * 0.01, count(*)
        from raw_shop.orders o join raw_shop.stores s on s.id = o.store_id
        where o.id in (select order_id from raw_shop.items)
        group by all
        """,
    ),
    "different customers in a month": (
        "select order_month, active_customer_count from shop.shop_monthly_customers",
        """
        select date_trunc('month', ordered_at)::date, count(distinct customer)
        from raw_shop.orders
        where id in (select order_id from raw_shop.items)
        group by all
        """,
    ),
    "customers who came back": (
        "select order_month, returning_customer_count from shop.shop_monthly_customers",
        """
        with sales as (select * from raw_shop.orders where id in (select order_id from raw_shop.items)),
        months as (select distinct customer, date_trunc('month', ordered_at)::date as month from sales)
        select month, count(*) filter (where exists (
            select 1 from months earlier where earlier.customer = months.customer and earlier.month < months.month
        ))
        from months
        group by all
        """,
    ),
    "units of a product": (
        "select product_name, sum(units_sold) from shop.shop_monthly_product_sales group by all",
        "select trim(p.name), count(*) from raw_shop.items i join raw_shop.products p using (sku) group by all",
    ),
    "orders at an hour of a weekday": (
        "select weekday, order_hour, sum(order_count) from shop.shop_hourly_sales group by all",
        """
        select dayname(ordered_at), hour(ordered_at), count(*)
        from raw_shop.orders
        where id in (select order_id from raw_shop.items)
        group by all
        """,
    ),
    "revenue of a region in a year": (
        "select customer_region, order_year, sum(gross_revenue), sum(order_count)"
        " from supply.supply_monthly_sales group by all",
        """
        select r_name, year(o_orderdate), sum(l_extendedprice), count(distinct o_orderkey)
        from raw_supply.lineitem
        join raw_supply.orders on o_orderkey = l_orderkey
        join raw_supply.customer on c_custkey = o_custkey
        join raw_supply.nation on n_nationkey = c_nationkey
        join raw_supply.region on r_regionkey = n_regionkey
        group by all
        """,
    ),
    "late lines by ship mode": (
        "select ship_mode, sum(late_line_count), sum(line_count) from supply.supply_monthly_shipping group by all",
        """
        select l_shipmode, count(*) filter (where l_receiptdate > l_commitdate), count(*)
        from raw_supply.lineitem
        group by all
        """,
    ),
    "trade from nation to nation": (
        "select supplier_nation, customer_nation, sum(quantity) from supply.supply_yearly_trade_flows group by all",
        """
        select sn.n_name, cn.n_name, sum(l_quantity)
        from raw_supply.lineitem
        join raw_supply.supplier on s_suppkey = l_suppkey
        join raw_supply.nation sn on sn.n_nationkey = s_nationkey
        join raw_supply.orders on o_orderkey = l_orderkey
        join raw_supply.customer on c_custkey = o_custkey
        join raw_supply.nation cn on cn.n_nationkey = c_nationkey
        group by all
        """,
    ),
    "invoice total of every order": (
        "select order_id, revenue + tax_amount from supply.supply_orders_wide",
        "select o_orderkey, o_totalprice from raw_supply.orders",
    ),
    "value of the stock of a nation": (
        "select supplier_nation, sum(stock_value) from supply.supply_stock_by_nation group by all",
        """
        select n_name, sum(ps_availqty * ps_supplycost)
        from raw_supply.partsupp
        join raw_supply.supplier on s_suppkey = ps_suppkey
        join raw_supply.nation on n_nationkey = s_nationkey
        group by all
        """,
    ),
}


@pytest.fixture(scope="module")
def warehouse(sample_project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("question", BY_VIEW_AND_BY_HAND)
def test_a_view_answers_as_the_raw_tables_do(warehouse: duckdb.DuckDBPyConnection, question: str) -> None:
    by_view, by_hand = (sorted(warehouse.execute(sql).fetchall()) for sql in BY_VIEW_AND_BY_HAND[question])
    assert by_view
    assert by_view == by_hand
