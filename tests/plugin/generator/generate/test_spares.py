"""What is asked of a seller of spare parts, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from tests.support.readers import Readers
from tests.support.spares import spares

SPARES = Readers(spares(), {"브루클린": "Brooklyn", "시카고": "Chicago", "황동": "BRASS"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("average unit cost of brass parts", "offers", "AVG(offers.unit_cost)"),
        ("how many pieces are in stock?", "offers", "SUM(stock_quantity)"),
        ("how many pieces do suppliers in Kenya have in stock?", "offers", "SUM(offers.stock_quantity)"),
        ("how many different steel parts do suppliers offer?", "offers", "COUNT(DISTINCT parts.part_id)"),
        ("which three suppliers have the highest balance?", "suppliers", "DESC LIMIT 3"),
        ("which three Canada suppliers have the highest balance?", "suppliers", "DESC LIMIT 3"),
        ("what percent of the posts from Chicago customers are negative?", "posts", "mood = 'negative' THEN 1 END"),
        ("권장 소매가가 가장 비싼 부품은?", "parts", "ORDER BY list_price DESC LIMIT 1"),
        ("손님들이 게시글을 총 몇 건 올렸어?", "posts", "COUNT(*)"),
        ("주문 연도별로 매출을 보여줘", "orders", "EXTRACT(YEAR FROM order_date)"),
        ("권장 소매가가 가장 비싼 부품의 이름과 가격은?", "parts", "SELECT part_name, list_price"),
        ("소매가가 100 넘는 부품 이름하고 가격을 보여줘", "parts", "SELECT part_name, list_price"),
        ("which parts have a list price over 100, with the price?", "parts", "SELECT part_name, list_price"),
        ("how many low priority orders were there?", "orders", "COUNT(*)"),
        ("how many customer orders were there?", "orders", "COUNT(*)"),
        ("고객 1인당 매출이 제일 높은 매장은?", "orders", "SUM(orders.revenue) * 1.0 / NULLIF(COUNT(DISTINCT"),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in SPARES.planned(question, of)


def test_what_ties_things_has_no_sums_to_average() -> None:
    with pytest.raises(Unread, match="sums already"):
        SPARES.planned("average stock of brass parts", "offers")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "브루클린 매장은 언제 개점했나요?",
            "SELECT sites.opened_on FROM main.sites WHERE sites.site_name = 'Brooklyn'",
        ),
        ("브루클린점은 언제 개점했어?", "SELECT sites.opened_on FROM main.sites WHERE sites.site_name = 'Brooklyn'"),
        ("브루클린과 시카고는 각각 언제 개점했지?", "SELECT sites.site_name, sites.opened_on"),
    ],
)
def test_korean_days(question: str, sql: str) -> None:
    assert any(found.startswith(sql) for found in SPARES.phrased(question))
