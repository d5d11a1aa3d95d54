"""Korean names of what an answer shows."""

from __future__ import annotations

from dataclasses import replace

from backends.warehouse.base import Rows
from plugin.generator.deliver.labels import english, korean
from plugin.generator.deliver.sentence import describe
from tests.support.catalogs import table

ORDERS = replace(
    table(
        "orders",
        "order_id int, store_name varchar, amount decimal",
        key="order_id",
        synonyms={},
    ),
    synonyms=("orders", "주문"),
)
NAMED = replace(
    ORDERS,
    columns=tuple(
        replace(c, synonyms={"store_name": ("store", "매장"), "amount": ("결제 금액",)}.get(c.name, ()))
        for c in ORDERS.columns
    ),
)


def test_columns_figures_and_counts() -> None:
    columns = ("store_name", "average_amount", "amount_share", "order_count", "weekday", "something")
    assert korean(columns, [NAMED]) == {
        "store_name": "매장",
        "average_amount": "평균 결제 금액",
        "amount_share": "결제 금액 비율",
        "order_count": "주문 수",
        "weekday": "요일",
    }


def test_figures_of_each_and_moving_averages() -> None:
    columns = ("amount_per_order", "moving_average_amount", "amount_per_visit")
    assert korean(columns, [NAMED]) == {
        "amount_per_order": "주문당 결제 금액",
        "moving_average_amount": "이동 평균 결제 금액",
    }


def test_a_catalogue_without_korean_has_no_names() -> None:
    assert korean(("store_name", "amount"), [replace(ORDERS, synonyms=())]) == {}


def test_the_sentence_says_them() -> None:
    rows = Rows(
        columns=("store_name", "amount"), types=("VARCHAR", "INT"), rows=(("강남", 3),), truncated=False, seconds=0
    )
    assert describe(rows, "SELECT 1", "duckdb", "ko", {"store_name": "매장"}) == "매장 강남, amount 3입니다."


def test_what_rules_call_an_aggregate_is_said_in_words() -> None:
    assert [english(c) for c in ("avg_price", "sum_net_pay", "max_age", "summer_sales")] == [
        "average price", "total net pay", "highest age", "summer sales",
    ]  # fmt: skip
    assert korean(("avg_amount", "sum_amount"), [NAMED]) == {
        "avg_amount": "평균 결제 금액",
        "sum_amount": "총 결제 금액",
    }
