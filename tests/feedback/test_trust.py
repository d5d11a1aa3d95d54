from __future__ import annotations

import pytest

from catalog_sync.scope import scope
from feedback.desk import Decision
from feedback.trust import Trust, trust
from tests.feedback.conftest import PUBLISHER, Shop

OF_STORE = "select sum(o.amount) from orders o join stores s on o.store_id = s.store_id where s.store_name = '{}'"
BROOKLYN = "What are the sales of Brooklyn?"


def look(shop: Shop, question: str, sql: str, shown: tuple[str, ...] = ()) -> Trust:
    return trust(question, sql, "sqlite", scope(shop.catalog), shop.loop.examples.of("shop"), shown)


@pytest.mark.parametrize(
    ("question", "value", "level"),
    [
        ("what are the sales of  brooklyn", "Brooklyn", "verified"),
        ("What are the sales of Chicago?", "Chicago", "verified"),
        ("What are the sales of Chicago?", "Brooklyn", "based"),  # the query does not do what the question says
        ("What are the sales of Brooklyn?", "Chicago", "based"),
        ("What did Brooklyn sell?", "Brooklyn", "based"),
        ("What are the sales of Brooklyn and Chicago?", "Chicago", "based"),
    ],
)
def test_the_same_question_with_the_same_query_is_verified(shop: Shop, question: str, value: str, level: str) -> None:
    made = shop.published(BROOKLYN, OF_STORE.format("Brooklyn"))
    layout = OF_STORE.format(value).replace("o.", "x.").replace("orders o", "orders AS x").replace(" from", "\n FROM")
    found = look(shop, question, layout)
    assert (found.level, [e.id for e in found.examples]) == (level, [made.id])


def test_another_query_is_not_verified_and_examples_that_were_shown_are_named(shop: Shop) -> None:
    shop.published(BROOKLYN, OF_STORE.format("Brooklyn"))
    other = "select max(amount) from orders"
    assert look(shop, BROOKLYN, other).level == "unverified"
    assert look(shop, BROOKLYN, other, (BROOKLYN,)).level == "based"
    assert look(shop, BROOKLYN, "select * from nothing").level == "unverified"


def test_dates_that_stand_in_the_sql_do_not_verify_what_counts_from_today(shop: Shop) -> None:
    for question in ("How many orders were there last month?", "지난달 주문은 몇 건인가요?"):
        sql = "select count(*) from orders where order_date >= '2020-08-01'"
        shop.published(question, sql)
        assert look(shop, question, sql).level == "based"


def test_a_year_that_only_the_sql_names_may_follow_from_the_one_that_is_asked(shop: Shop) -> None:
    grown = "select sum(case when amount = {} then 1 when amount = 2018 then -1 end) from orders"
    shop.published("Growth in 2019?", grown.format(2019))
    assert look(shop, "Growth in 2019?", grown.format(2019)).level == "verified"
    assert look(shop, "Growth in 2020?", grown.format(2020)).level == "based"


def test_what_is_retired_verifies_nothing_any_more(shop: Shop) -> None:
    made = shop.published(BROOKLYN, OF_STORE.format("Brooklyn"))
    shop.loop.desk.move("retire", made.id, PUBLISHER, Decision("no longer asked"))
    assert look(shop, BROOKLYN, OF_STORE.format("Brooklyn")).level == "unverified"
