"""What was done, by a verb that rows are called after; and rows that tell their time twice."""

from __future__ import annotations

import pytest

from catalog_sync.model import Catalog
from catalog_sync.times import event_time
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.understand import dates
from tests.support.catalogs import table
from tests.support.clinic import hits

ORDERS = table("orders", "order_id int, buyer_id int, ordered_at timestamp, order_date date", key="order_id",
    refs={"buyer_id": "buyers.buyer_id"}, ranges={"order_date": ("1996-01-01", "1998-12-31")})  # fmt: skip
CATALOG = Catalog(
    "shop",
    "duckdb",
    (
        table("buyers", "buyer_id int, buyer_name varchar, balance decimal, home_store_id int", key="buyer_id",
            refs={"home_store_id": "stores.store_id"}),
        table("stores", "store_id int, city varchar", key="store_id", values={"city": ("Oslo",)}),
        ORDERS,
        table("makers", "maker_id int, maker_name varchar", key="maker_id"),
        table("parts", "part_id int, part_name varchar, metal varchar", key="part_id", values={"metal": ("steel",)}),
        table("offers", "maker_id int, part_id int, unit_cost decimal",
            refs={"maker_id": "makers.maker_id", "part_id": "parts.part_id"}),
    ),
)  # fmt: skip
SCHEMA = schema_of(tuple(CATALOG))
IN_1997 = "orders.order_date >= CAST('1997-01-01' AS DATE) AND orders.order_date < CAST('1998-01-01' AS DATE)"
BUYERS = "SELECT COUNT(*) AS count FROM main.buyers WHERE "
ORDERED = "buyers.buyer_id IN (SELECT orders.buyer_id FROM main.orders WHERE "
MAKERS = "SELECT COUNT(*) AS count FROM main.makers WHERE makers.maker_id IN (SELECT offers.maker_id FROM main.offers "
STEEL = "offers.part_id IN (SELECT parts.part_id FROM main.parts WHERE parts.metal = 'steel')"


def read(question: str) -> list[str]:
    found = tokens(question)
    when = times(dates.find(question), found, SCHEMA, CATALOG)
    return written(readings(question_of(found, SCHEMA, hits(CATALOG, question, {}), when)), SCHEMA, "duckdb")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many buyers ordered in 1997?", f"{BUYERS}{ORDERED}{IN_1997})"),
        ("How many orders were there in 1997?", f"SELECT COUNT(*) AS count FROM main.orders WHERE {IN_1997}"),
        ("What is the average balance of the buyers who ordered nothing in 1997?",
            f"SELECT AVG(buyers.balance) AS avg_balance FROM main.buyers WHERE NOT {ORDERED}({IN_1997}) "
            "AND NOT orders.buyer_id IS NULL)"),
        ("How many buyers have not ordered anything in 1997?",
            f"{BUYERS}NOT {ORDERED}({IN_1997}) AND NOT orders.buyer_id IS NULL)"),
        ("How many buyers ordered more than 5 times in 1997?",
            f"{BUYERS}{ORDERED}{IN_1997} GROUP BY orders.buyer_id HAVING COUNT(*) > 5)"),
        ("How many makers offer a steel part?", f"{MAKERS}WHERE {STEEL})"),
        ("How many makers offer a steel part at a unit cost below 2 dollars?",
            f"{MAKERS}WHERE {STEEL} AND offers.unit_cost < 2)"),
    ],
)  # fmt: skip
def test_what_was_done(question: str, sql: str) -> None:
    assert read(question) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "How many buyers did not order nothing?",
        "How many buyers returned in 1997?",  # no rows are called so
        "How many makers ordered in 1997?",  # nothing ties them to orders
    ],
)
def test_what_is_not_read(question: str) -> None:
    assert read(question) == []


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many buyers whose home store is Oslo are there?", "stores.city = 'Oslo'"),
        ("How many buyers whose store is not Oslo are there?", "NOT (stores.city = 'Oslo')"),
    ],
)
def test_things_by_what_their_parent_is(question: str, condition: str) -> None:
    inner = f"(SELECT stores.store_id FROM main.stores WHERE {condition})"
    assert read(question) == [f"{BUYERS}buyers.home_store_id IN {inner}"]


def test_a_day_beside_its_time_tells_no_more_of_when() -> None:
    assert event_time(ORDERS) == ORDERS.column("order_date")
    other = table("stays", "stay_id int, checked_at timestamp, visit_date date", key="stay_id")
    assert event_time(other) is None
