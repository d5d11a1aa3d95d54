"""What the question says against what the statement does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog_sync.model import CatalogColumn
from plugin.generator.ask import ValueHit
from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from plugin.generator.understand.periods import Period
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
YEAR = Period(date(2019, 1, 1), date(2020, 1, 1))


def mended(sql: str, question: str, *, period: Period | None = None, hits: tuple[ValueHit, ...] = ()) -> str:
    return repair(sql, SCHEMA, "duckdb", hits, question, (period,) if period else ()).sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT SUM(amount) FROM main.orders WHERE order_date >= DATE '2019-01-01'",
            "SELECT SUM(amount) FROM main.orders WHERE order_date >= CAST('2019-01-01' AS DATE)"
            " AND order_date < CAST('2020-01-01' AS DATE)",
        ),
        (
            "SELECT SUM(amount) FROM main.orders",
            "SELECT SUM(amount) FROM main.orders WHERE order_date >= CAST('2019-01-01' AS DATE)"
            " AND order_date < CAST('2020-01-01' AS DATE)",
        ),
    ],
)
def test_the_period_of_the_question_holds_on_both_sides(sql: str, expected: str) -> None:
    assert mended(sql, "amount of orders in 2019", period=YEAR) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT SUM(amount) FROM main.orders WHERE YEAR(order_date) = 2019",
        "SELECT SUM(amount) FROM main.orders WHERE order_date BETWEEN '2019-01-01' AND '2019-12-31'",
        "SELECT SUM(CASE WHEN order_date < CAST('2020-01-01' AS DATE) THEN amount END) FROM main.orders",
    ],
)
def test_a_period_that_holds_in_other_words_is_left(sql: str) -> None:
    assert mended(sql, "amount of orders in 2019", period=YEAR) == sql


def test_a_value_is_of_the_column_that_holds_it() -> None:
    hits = (ValueHit("brooklyn", "main.stores", "store_name", "Brooklyn", 1.0),)
    assert mended("SELECT COUNT(*) FROM main.orders WHERE store_id = 'Brooklyn'", "orders in brooklyn", hits=hits) == (
        "SELECT COUNT(*) FROM main.orders JOIN main.stores ON orders.store_id = stores.store_id"
        " WHERE stores.store_name = 'Brooklyn'"
    )


def test_a_filter_of_which_the_question_says_nothing_goes() -> None:
    sql = "SELECT COUNT(*) FROM main.orders WHERE status = 'open' AND amount > 5"
    assert mended(sql, "how many orders above 5") == "SELECT COUNT(*) FROM main.orders WHERE amount > 5"
    assert mended(sql, "how many open orders above 5") == sql
    assert mended(sql, "how many orders above 5 with that status") == sql
    assert mended(sql, "how many orders above 5 opened") == sql


def test_an_output_that_is_the_same_in_every_row_goes() -> None:
    sql = "SELECT store_name, SUM(revenue) FROM main.monthly_sales WHERE store_name = 'Brooklyn' GROUP BY store_name"
    gone = "SELECT SUM(revenue) FROM main.monthly_sales WHERE store_name = 'Brooklyn' GROUP BY store_name"
    assert mended(sql, "revenue of brooklyn") == gone
    assert mended(sql, "revenue of brooklyn with the store name") == sql


def test_who_sold_most_does_not_ask_how_much() -> None:
    sql = "SELECT status, SUM(amount) AS total FROM main.orders GROUP BY status ORDER BY total DESC LIMIT 1"
    assert mended(sql, "which status sold most?") == (
        "SELECT status FROM main.orders GROUP BY status ORDER BY SUM(amount) DESC LIMIT 1"
    )
    assert mended(sql, "which status sold most and how much?") == sql


def test_a_join_of_a_table_with_itself_gets_the_keys() -> None:
    sql = "SELECT o.amount FROM main.orders AS o JOIN main.stores AS s ON s.store_id = s.store_id WHERE s.region_id = 1"
    assert mended(sql, "amount by region id 1 of stores") == (
        "SELECT o.amount FROM main.orders AS o JOIN main.stores AS s ON o.store_id = s.store_id WHERE s.region_id = 1"
    )


def test_a_flag_of_which_nothing_is_said_is_left_out() -> None:
    orders = next(t for t in shop() if t.name.name == "orders")
    flag = CatalogColumn("is_gift", "BOOLEAN", description="Whether it was wrapped as a present")
    schema = Schema((replace(orders, columns=(*orders.columns, flag)),))
    for sql in ("is_gift", "is_gift = TRUE", "NOT is_gift"):
        statement = f"SELECT COUNT(*) FROM main.orders WHERE {sql} AND amount > 5"
        assert repair(statement, schema, "duckdb", (), "How many orders of more than 5?").sql.endswith(
            "WHERE amount > 5"
        )
        assert sql in repair(statement, schema, "duckdb", (), "How many presents of more than 5?").sql


def test_a_short_code_is_said_by_what_it_means() -> None:
    orders = next(t for t in shop() if t.name.name == "orders")
    code = CatalogColumn("via", "VARCHAR", values=("W", "P"), values_exact=True, value_synonyms={"W": ("web",)})
    schema = Schema((replace(orders, columns=(*orders.columns, code)),))
    statement = "SELECT COUNT(*) FROM main.orders WHERE via = 'W'"
    assert repair(statement, schema, "duckdb", (), "How many orders by web?").sql == statement
    assert repair(statement, schema, "duckdb", (), "How many orders?").sql == "SELECT COUNT(*) FROM main.orders"


def test_a_key_that_nobody_named_goes() -> None:
    sql = "SELECT amount FROM main.orders WHERE store_id = {} AND amount > 5"
    assert repair(sql.format(7), SCHEMA, "duckdb", question="amounts over 5 of store 7").sql == sql.format(7)
    assert repair(sql.format(1), SCHEMA, "duckdb", question="amounts over 5 of each store").sql == (
        "SELECT amount FROM main.orders WHERE amount > 5"
    )


@pytest.mark.parametrize(
    ("question", "outputs"),
    [
        ("Show the orders over 500", "order_id"),
        ("Show the orders over 500 and their amount", "order_id, amount"),
        ("500을 넘는 주문을 보여줘", "order_id, amount"),
    ],
)
def test_what_only_a_condition_tells_is_not_put_out(question: str, outputs: str) -> None:
    sql = "SELECT order_id, amount FROM main.orders WHERE amount > 500"
    done = repair(sql, Schema(shop().tables), "duckdb", question=question)
    assert done.sql.startswith(f"SELECT {outputs} FROM")
