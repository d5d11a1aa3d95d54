from __future__ import annotations

import pytest

from feedback.in_words import in_words


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select count(*) from main.orders", "orders → count(*)"),
        (
            "select s.store_name, sum(o.amount) as revenue from orders o join stores s on o.store_id = s.store_id "
            "where o.status = 'shipped' and o.amount > 5 group by s.store_name order by revenue desc limit 3",
            "orders ⋈ stores, status = 'shipped', amount > 5 → sum(amount) per store_name, first 3 by sum(amount) desc",
        ),
        ("select store_id, count(*) from orders group by 1 order by 2", "orders → count(*) per store_id, by count(*)"),
        ("select distinct status from orders order by status", "orders → each different status, by status"),
        (
            "with a as (select * from orders where amount > 1) select avg(amount) from a",
            "orders, amount > 1 → avg(amount)",
        ),
        (
            "select store_id, sum(amount) from orders group by store_id having sum(amount) > 10",
            "orders → sum(amount) per store_id, where sum(amount) > 10",
        ),
        (
            "select count(*) from orders o where o.status = 'new' and (o.day >= cast('2019-01-01' as date) and "
            "o.day < date '2020-01-01') and (o.a = 1 or o.b = 2)",
            "orders, status = 'new', '2019-01-01' <= day < '2020-01-01', a = 1 OR b = 2 → count(*)",
        ),
        ("not sql (", ""),
    ],
)
def test_in_one_line(sql: str, says: str) -> None:
    assert in_words(sql, "duckdb") == says


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select count(*) from main.orders", "orders → count(*)"),
        (
            "select store_name, sum(amount) as revenue from stores where store_id > 5 group by 1 order by revenue desc "
            "limit 3",
            "stores, store_id > 5 → store_name별 sum(amount), sum(amount) 내림차 순, 처음 3건",
        ),
        ("select distinct status from orders limit 2", "orders → 서로 다른 status, 처음 2건"),
    ],
)
def test_in_korean(sql: str, says: str) -> None:
    assert in_words(sql, "duckdb", "ko") == says
