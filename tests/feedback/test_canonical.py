"""Pairs of texts: the same query or another."""

from __future__ import annotations

import pytest

from backends.warehouse.guard import check
from catalog_sync.scope import scope
from feedback.canonical import fingerprint, question_key, template
from tests.support.catalogs import shop

SAME = [
    ("select count(*) from orders", "SELECT COUNT(*)\nFROM main.orders -- all of them"),
    ("select sum(o.amount) as revenue from orders o", "select sum(amount) from orders"),
    (
        "select status, count(*) as n from orders group by status order by n",
        "select o.status s, count(*) k from orders o group by o.status order by k",
    ),
    (
        "with a as (select store_id as k from orders) select k from a",
        "with b as (select store_id as k from orders) select b.k from b",
    ),
    (
        "select s.store_name from orders o join stores s on o.store_id = s.store_id",
        "select x.store_name from orders as y join stores as x on y.store_id = x.store_id",
    ),
]
OTHER = [
    ("select count(*) from orders", "select count(*) from stores"),
    ("select sum(amount) from orders", "select avg(amount) from orders"),
    ("select count(*) from orders where status = 'open'", "select count(*) from orders where status = 'shipped'"),
    ("select amount, order_id from orders", "select order_id, amount from orders"),
    ("select count(*) from orders limit 1", "select count(*) from orders limit 2"),
    (
        "select a.order_id from orders a join orders b on a.store_id = b.order_id",
        "select b.order_id from orders a join orders b on a.store_id = b.order_id",
    ),
]


def made(sql: str, dialect: str, what: str) -> str:
    tree = check(sql, dialect, scope(shop()))
    return {"fingerprint": fingerprint, "template": template}[what](tree, dialect)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_query(one: str, two: str, dialect: str) -> None:
    assert made(one, dialect, "fingerprint") == made(two, dialect, "fingerprint")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
@pytest.mark.parametrize(("one", "two"), OTHER)
def test_another_query(one: str, two: str, dialect: str) -> None:
    assert made(one, dialect, "fingerprint") != made(two, dialect, "fingerprint")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (
            "select count(*) from orders where status = 'open'",
            "select count(*) from orders o where o.status = 'x'",
            True,
        ),
        (
            "select count(*) from orders where status in ('a', 'b')",
            "select count(*) from orders where status in ('c')",
            True,
        ),
        (
            "select order_id from orders order by amount limit 5",
            "select order_id from orders order by amount limit 9",
            True,
        ),
        ("select count(*) from orders where amount > 5", "select count(*) from orders where amount < 5", False),
        ("select count(*) from orders where status = 'open'", "select count(*) from orders where store_id = 1", False),
    ],
)
def test_the_same_query_about_something_else(one: str, two: str, same: bool) -> None:
    assert (made(one, "duckdb", "template") == made(two, "duckdb", "template")) is same


def test_questions() -> None:
    assert question_key("  How many  ORDERS?") == question_key("how many orders")
    assert question_key("매장은 몇 개야？") == question_key("매장은 몇 개야")
    assert question_key("top 5 stores") != question_key("top 9 stores")
