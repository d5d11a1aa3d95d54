"""Values of the question that a statement leaves out."""

from __future__ import annotations

import pytest

from plugin.generator.ask import ValueHit
from plugin.generator.check.repair import repair
from plugin.generator.check.schema import Schema
from tests.support.catalogs import shop

SCHEMA = Schema(shop().tables)
BROOKLYN = ValueHit("brooklyn", "main.stores", "store_name", "Brooklyn", 1.0)
EUROPE = ValueHit("유럽", "main.regions", "region_name", "EUROPE", 1.0)
RETAIL = ValueHit("retail", "main.customers", "segment", "retail", 1.0)


@pytest.mark.parametrize(
    ("question", "hit", "sql", "expected"),
    [
        (
            "How much did Brooklyn order?",
            BROOKLYN,
            "SELECT SUM(amount) FROM main.orders WHERE store_id = 7",
            "SELECT SUM(amount) FROM main.orders JOIN main.stores ON orders.store_id = stores.store_id "
            "WHERE stores.store_name = 'Brooklyn'",
        ),
        (
            "유럽의 주문 금액은?",
            EUROPE,
            "SELECT SUM(amount) FROM main.orders",
            "SELECT SUM(amount) FROM main.orders JOIN main.stores ON orders.store_id = stores.store_id "
            "JOIN main.regions ON stores.region_id = regions.region_id WHERE regions.region_name = 'EUROPE'",
        ),
        (  # said already
            "How much did Brooklyn order?",
            BROOKLYN,
            "SELECT SUM(CASE WHEN s.store_name = 'Brooklyn' THEN o.amount END) FROM main.orders AS o "
            "JOIN main.stores AS s ON o.store_id = s.store_id",
            "SELECT SUM(CASE WHEN s.store_name = 'Brooklyn' THEN o.amount END) FROM main.orders AS o "
            "JOIN main.stores AS s ON o.store_id = s.store_id",
        ),
        (  # a common word may be meant as such
            "the retail amount of orders",
            RETAIL,
            "SELECT SUM(amount) FROM main.orders",
            "SELECT SUM(amount) FROM main.orders",
        ),
    ],
)
def test_put_in(question: str, hit: ValueHit, sql: str, expected: str) -> None:
    assert repair(sql, SCHEMA, "duckdb", [hit], question).sql == expected


def test_a_value_that_two_columns_may_mean_is_left_to_the_model() -> None:
    other = ValueHit("brooklyn", "main.regions", "region_name", "Brooklyn", 1.0)
    sql = "SELECT SUM(amount) FROM main.orders"
    assert repair(sql, SCHEMA, "duckdb", [BROOKLYN, other], "How much did Brooklyn order?").sql == sql


def test_a_common_word_that_a_table_that_is_read_has_as_a_value() -> None:
    sql = "SELECT COUNT(*) FROM main.customers"
    asked = "How many retail customers are there?"
    assert repair(sql, SCHEMA, "duckdb", [RETAIL], asked).sql == sql + " WHERE customers.segment = 'retail'"


def test_several_values_of_one_column() -> None:
    chicago = ValueHit("chicago", "main.stores", "store_name", "Chicago", 1.0)
    sql, asked = "SELECT COUNT(*) FROM main.stores", "How many of Brooklyn and Chicago are stores?"
    assert repair(sql, SCHEMA, "duckdb", [BROOKLYN, chicago], asked).sql == (
        sql + " WHERE stores.store_name IN ('Brooklyn', 'Chicago')"
    )
    one = sql + " WHERE store_name = 'Chicago'"
    assert repair(one, SCHEMA, "duckdb", [BROOKLYN, chicago], asked).sql == one


def test_an_output_that_goes_takes_no_place_with_it() -> None:
    sql = "SELECT store_name, SUM(amount) FROM main.orders JOIN main.stores USING (store_id) GROUP BY 1 ORDER BY 1"
    assert repair(sql, SCHEMA, "duckdb", [BROOKLYN], "How much did Brooklyn order?").sql == (
        "SELECT SUM(amount) FROM main.orders JOIN main.stores USING (store_id) WHERE stores.store_name = 'Brooklyn' "
        "GROUP BY store_name ORDER BY store_name"
    )
