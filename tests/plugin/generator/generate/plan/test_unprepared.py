"""Questions over single facts with their dimensions, where nothing says what may be added up."""

from __future__ import annotations

import pytest

from plugin.generator.ask import Ask, Route
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.writing import write
from plugin.generator.understand import dates
from tests.support.store import hits, store

CATALOG = store()
TABLES = {t.name.name: t for t in CATALOG}


def planned(question: str, table: str) -> str:
    routes = tuple(Route(t, 1.0) for t in CATALOG)
    ask = Ask(question, "en", routes=routes, periods=dates.find(question), groupings=dates.groupings(question))
    ask = ask.add(values=tuple(hits(CATALOG, question)))
    return write(read(ask, widened(TABLES[table], CATALOG, question)), CATALOG, "duckdb")


Q1 = "{0}order_date >= CAST('2025-01-01' AS DATE) AND {0}order_date < CAST('2025-04-01' AS DATE)"
OF_ITEMS = "main.fct_order_items JOIN main.dim_products ON fct_order_items.product_id = dim_products.product_id"


@pytest.mark.parametrize(
    ("table", "question", "sql"),
    [
        ("fct_order_items", "What was the revenue in Q1 2025?",
            "SELECT SUM(revenue) AS revenue FROM main.fct_order_items WHERE " + Q1.format("")),
        ("fct_order_items", "Revenue by brand", "SELECT dim_products.brand, SUM(fct_order_items.revenue) AS revenue "
            "FROM " + OF_ITEMS + " GROUP BY dim_products.brand"),
        ("fct_order_items", "Which 2 brands brought in the most revenue?", "SELECT dim_products.brand, "
            "SUM(fct_order_items.revenue) AS revenue FROM " + OF_ITEMS + " GROUP BY dim_products.brand "
            "ORDER BY SUM(fct_order_items.revenue) DESC LIMIT 2"),
        ("fct_order_items", "Revenue by brand, leaving cancelled orders out", "SELECT dim_products.brand, "
            "SUM(fct_order_items.revenue) AS revenue FROM " + OF_ITEMS
            + " WHERE fct_order_items.order_status <> 'cancelled' GROUP BY dim_products.brand"),
        ("fct_order_items", "Brands with revenue above 1000", "SELECT dim_products.brand FROM " + OF_ITEMS
            + " GROUP BY dim_products.brand HAVING SUM(fct_order_items.revenue) > 1000"),
        ("fct_orders", "How many orders came in during Q1 2025, cancelled ones included?",
            "SELECT COUNT(*) AS order_count FROM main.fct_orders WHERE " + Q1.format("")),
        ("fct_orders", "orders per quarter", "SELECT DATE_TRUNC('QUARTER', order_date) AS quarter, COUNT(*) AS "
            "order_count FROM main.fct_orders GROUP BY DATE_TRUNC('QUARTER', order_date) "
            "ORDER BY DATE_TRUNC('QUARTER', order_date)"),
        ("fct_orders", "orders by channel in Q1 2025", "SELECT order_channel, COUNT(*) AS order_count FROM "
            "main.fct_orders WHERE " + Q1.format("") + " GROUP BY order_channel"),
        ("fct_orders", "order count by channel", "SELECT order_channel, COUNT(*) AS order_count FROM main.fct_orders "
            "GROUP BY order_channel"),
        ("fct_deals", "won amount in Q1 2025", "SELECT SUM(amount) AS amount FROM main.fct_deals WHERE is_won AND "
            "(closed_on >= CAST('2025-01-01' AS DATE) AND closed_on < CAST('2025-04-01' AS DATE))"),
        ("dim_customers", "new signups per year", "SELECT EXTRACT(YEAR FROM signup_date) AS year, COUNT(*) AS "
            "customer_count FROM main.dim_customers GROUP BY EXTRACT(YEAR FROM signup_date) "
            "ORDER BY EXTRACT(YEAR FROM signup_date)"),
    ],
)  # fmt: skip
def test_what_is_read(table: str, question: str, sql: str) -> None:
    assert planned(question, table) == sql


@pytest.mark.parametrize(
    ("table", "question", "why"),
    [
        ("dim_products", "products with list price over revenue", "nothing here|against"),
        ("fct_deals", "calls per active user in 2024", "divided"),
        ("fct_order_items", "average revenue per product by brand", "average of one"),
        ("fct_orders", "total current order total by channel", "current"),
        ("dim_products", "list price in Q1 2025", "which date|of all"),
    ],
)
def test_what_is_left_to_the_model(table: str, question: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        planned(question, table)
