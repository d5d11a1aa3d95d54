"""English questions to facts and dimensions that nobody prepared."""

from __future__ import annotations

import pytest

from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
from plugin.generator.understand.fillers import without_fillers
from tests.support.catalogs import table
from tests.support.store import hits, store

CATALOG = store()
SCHEMA = schema_of(tuple(CATALOG))
COUNT = "SELECT COUNT(*) AS count FROM main."


def read(question: str) -> list[str]:
    found = tokens(without_fillers(question))
    when = times(dates.find(question), found, SCHEMA, CATALOG)
    return written(readings(question_of(found, SCHEMA, tuple(hits(CATALOG, question)), when)), SCHEMA, "duckdb")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many parcels are still under way?", ""),
        ("How many shipments are still under way?", COUNT + "fct_shipments WHERE fct_shipments.delivered_on IS NULL"),
        ("How many customers have no owner assigned?", COUNT + "dim_customers WHERE dim_customers.owner IS NULL"),
        ("Which customers are without an owner?", "SELECT dim_customers.customer_id FROM main.dim_customers WHERE "
            "dim_customers.owner IS NULL"),
        ("How many orders used a coupon?", COUNT + "fct_orders WHERE NOT fct_orders.coupon_code IS NULL"),
        ("How many orders without a coupon do we have?", COUNT + "fct_orders WHERE fct_orders.coupon_code IS NULL"),
        ("How many customers subscribe to the newsletter?", COUNT + "dim_customers WHERE "
            "dim_customers.is_newsletter_subscriber"),
        ("How many orders were placed through the app?", COUNT + "fct_orders WHERE fct_orders.order_channel = 'app'"),
        ("How many placed orders are there?", COUNT + "fct_orders WHERE fct_orders.order_status = 'placed'"),
        ("How many people work on orders with a coupon?", ""),
        ("How many deals were won in 2024?", COUNT + "fct_deals WHERE fct_deals.is_won AND (fct_deals.closed_on >= "
            "CAST('2024-01-01' AS DATE) AND fct_deals.closed_on < CAST('2025-01-01' AS DATE))"),
        ("How many lost deals are there?", ""),
        ("Which owner has the most customers?", "SELECT dim_customers.owner FROM main.dim_customers WHERE NOT "
            "dim_customers.owner IS NULL GROUP BY dim_customers.owner ORDER BY COUNT(*) DESC LIMIT 1"),
        ("orders by channel", "SELECT fct_orders.order_channel, COUNT(*) AS count FROM main.fct_orders "
            "GROUP BY fct_orders.order_channel"),
        ("Orders by channel and status, please", "SELECT fct_orders.order_channel, fct_orders.order_status, "
            "COUNT(*) AS count FROM main.fct_orders GROUP BY fct_orders.order_channel, fct_orders.order_status"),
        ("Which products have never been ordered?", "SELECT dim_products.product_name FROM main.dim_products WHERE NOT "
            "dim_products.product_id IN (SELECT fct_order_items.product_id FROM main.fct_order_items WHERE NOT "
            "fct_order_items.product_id IS NULL)"),
        ("Are there products nobody has ever ordered?", "SELECT dim_products.product_name FROM main.dim_products WHERE "
            "NOT dim_products.product_id IN (SELECT fct_order_items.product_id FROM main.fct_order_items WHERE NOT "
            "fct_order_items.product_id IS NULL)"),
        ("average repair hours by carrier", "SELECT fct_shipments.carrier, AVG(fct_shipments.repair_hours) AS "
            "avg_repair_hours FROM main.fct_shipments GROUP BY fct_shipments.carrier"),
        ("the average repair hours in hours by carrier", "SELECT fct_shipments.carrier, "
            "AVG(fct_shipments.repair_hours) AS avg_repair_hours FROM main.fct_shipments "
            "GROUP BY fct_shipments.carrier"),
    ],
)  # fmt: skip
def test_what_is_read(question: str, sql: str) -> None:
    assert read(question) == ([sql] if sql else [])


@pytest.mark.parametrize(("column", "is_read"), [("year", True), ("birth_year", False)])
def test_who_is_of_a_year_was_not_born_then(column: str, *, is_read: bool) -> None:
    schema = schema_of((table("members", f"member_id int, {column} int", key="member_id"),))
    found = written(readings(question_of(tokens("How many members in 2024?"), schema, ())), schema, "duckdb")
    assert found == ([COUNT + "members WHERE members.year = 2024"] if is_read else [])
