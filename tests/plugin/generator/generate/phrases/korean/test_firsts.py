"""Korean questions of the first of what things have, of the part of things, of what lies in one row together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from tests.plugin.generator.generate.phrases.korean.test_korean import read
from tests.support.catalogs import table


def _called(one: CatalogTable, *names: str, **columns: str) -> CatalogTable:
    named = (replace(c, synonyms=(columns[c.name],)) if c.name in columns else c for c in one.columns)
    return replace(one, synonyms=names, columns=tuple(named))


def bakery() -> Catalog:
    guests = _called(
        table("guests", "guest_id int, guest_name varchar, town varchar", key="guest_id"), "손님", town="동네"
    )
    orders = _called(
        table("orders", "order_id int, guest_id int, ordered_on date", key="order_id",
            refs={"guest_id": "guests.guest_id"}),
        "주문",
    )  # fmt: skip
    items = table("items", "item_id int, order_id int, bread_id int", key="item_id",
        refs={"order_id": "orders.order_id", "bread_id": "breads.bread_id"})  # fmt: skip
    breads = _called(table("breads", "bread_id int, bread_name varchar, price int", key="bread_id",
        values={"bread_name": ("식빵", "단팥빵")}), "빵", price="가격")  # fmt: skip
    stock = _called(
        table("stock", "stock_id int, bread_id int, pieces int, is_fresh boolean", key="stock_id",
            refs={"bread_id": "breads.bread_id"}),
        "재고", pieces="재고", is_fresh="신선 재고",
    )  # fmt: skip
    return Catalog("bakery", "duckdb", (guests, orders, items, breads, stock))


COUNT = "SELECT COUNT(*) AS count FROM main.guests WHERE guests.guest_id IN "
FIRST = (
    "(SELECT orders.guest_id FROM main.orders GROUP BY orders.guest_id HAVING MIN(orders.ordered_on) >= "
    "CAST('2019-01-01' AS DATE) AND MIN(orders.ordered_on) < CAST('2020-01-01' AS DATE))"
)
AT = "MAX(CASE WHEN place = {} THEN ordered_on END)"
AGAIN = (
    f"(SELECT guest_id FROM (SELECT guest_id, DATE_DIFF('DAY', {AT.format(1)}, {AT.format(2)}) AS days FROM (SELECT "
    "guest_id, ordered_on, ROW_NUMBER() OVER (PARTITION BY guest_id ORDER BY ordered_on) AS place FROM main.orders) AS "
    f"numbered GROUP BY guest_id HAVING NOT {AT.format(2)} IS NULL) AS gaps WHERE days <= 7)"
)
WITH = (
    "orders.order_id IN (SELECT items.order_id FROM main.items WHERE items.bread_id IN "
    "(SELECT breads.bread_id FROM main.breads WHERE breads.bread_name = '{}'))"
)
NONE = "NOT guests.guest_id IN (SELECT orders.guest_id FROM main.orders WHERE NOT orders.guest_id IS NULL)"
PART = f"COUNT(CASE WHEN {NONE} THEN 1 END) * {{}} / NULLIF(COUNT(*), 0) AS {{}} FROM main.guests"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("2019년에 처음 주문한 손님은 몇 명이야?", f"{COUNT}{FIRST}"),
        ("2019년에 첫 주문을 한 손님은 몇 명이야?", f"{COUNT}{FIRST}"),
        ("첫 주문이 2019년인 손님은 몇 명이야?", f"{COUNT}{FIRST}"),
        ("첫 주문 후 7일 안에 다시 주문한 손님은 몇 명이야?", f"{COUNT}{AGAIN}"),
        (
            "식빵과 단팥빵을 한 주문에서 같이 산 손님은 몇 명이야?",
            f"{COUNT}(SELECT orders.guest_id FROM main.orders WHERE {WITH.format('식빵')} AND {WITH.format('단팥빵')})",
        ),
        (
            "재고가 50개 미만인 빵은 몇 개야?",  # the pieces, not the rows that hold them
            "SELECT COUNT(*) AS count FROM main.breads WHERE breads.bread_id IN (SELECT stock.bread_id FROM main.stock "
            "GROUP BY stock.bread_id HAVING SUM(stock.pieces) < 50)",
        ),
        (
            "신선 재고가 있는 빵은?",
            "SELECT breads.bread_name FROM main.breads WHERE breads.bread_id IN "
            "(SELECT stock.bread_id FROM main.stock WHERE stock.is_fresh)",
        ),
        ("주문이 없는 손님의 비율은?", f"SELECT {PART.format('1.0', 'share')}"),
        ("주문이 없는 손님은 전체 손님의 몇 퍼센트야?", f"SELECT {PART.format('100.0', 'percentage')}"),
        (
            "동네별로 주문이 한 번도 없는 손님의 비율을 알려줘",
            f"SELECT guests.town, {PART.format('1.0', 'share')} GROUP BY guests.town",
        ),
        (
            "가격이 평균의 두 배 이상인 빵은?",
            "SELECT breads.bread_name FROM main.breads WHERE breads.price >= 2 * "
            "(SELECT AVG(breads.price) FROM main.breads)",
        ),
    ],
)
def test_firsts(question: str, sql: str) -> None:
    assert read(question, bakery()) == [sql]


def test_not_read() -> None:
    assert not read("마지막 주문 후 7일 안에 다시 주문한 손님은 몇 명이야?", bakery())
