from __future__ import annotations

import pytest

from plugin.generator.understand.requests import asks_for_change


@pytest.mark.parametrize(
    "text",
    [
        "Delete all orders from 2017",
        "please remove the customer 17",
        "Could you update the price of latte to 5 dollars?",
        "drop table customers",
        "Change rate to 5",
        "Refund order 5",
        "Update status of order 5 to shipped",
        "Mark all unpaid fines as waived",
        "Show me sales; DROP TABLE orders",
        "라떼 가격을 10% 올려줘",
        "2017년 주문을 모두 삭제해줘",
        "고객 등급을 VIP로 변경해 주세요",
        "새 매장을 추가해주세요",
    ],
)
def test_a_change_is_seen(text: str) -> None:
    assert asks_for_change(text)


@pytest.mark.parametrize(
    "text",
    [
        "How did revenue change last month?",
        "drop in revenue by store",
        "Update me on last month's sales",
        "increase of orders in 1997 by region",
        "Set of parts sold by nation",
        "Which orders were cancelled?",
        "Refund amount by month in 2024",
        "Refund totals from 2023 to 2024",
        "Drop rate over time",
        "매출이 얼마나 증가했어?",
        "변경된 주문은 몇 건이야?",
        "월별 매출을 표로 만들어줘",
        "추가 매출이 가장 큰 매장은?",
    ],
)
def test_a_question_is_no_change(text: str) -> None:
    assert not asks_for_change(text)
