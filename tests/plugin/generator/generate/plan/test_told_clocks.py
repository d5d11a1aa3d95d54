"""The day that a question says it goes by."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from tests.support.parcels import parcels, planned

CATALOG = parcels()


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("orders per month (by ship date)", "shipped_on"),
        ("orders per month by ship date", "shipped_on"),
        ("orders per month on ship date", "shipped_on"),
        ("orders per month, going by delivery date", "delivered_on"),
        ("orders per month according to the date of delivery", "delivered_on"),
        ("orders per month (promised delivery date)", "promised_delivery_date"),
        ("orders per month (by order date)", "order_date"),
        ("배송완료일 기준으로 월별 주문 수", "delivered_on"),
        ("월별 주문 수(출고일 기준)", "shipped_on"),
        ("orders per month", "order_date"),
    ],
)
def test_months_of_that_day(question: str, day: str) -> None:
    month = f"DATE_TRUNC('MONTH', {day})"
    counted = f"SELECT {month} AS month, COUNT(*) AS order_count FROM main.orders GROUP BY {month} ORDER BY {month}"
    assert planned(question, "orders", CATALOG) == counted


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("total amount in May 2024 (by delivery date)", "delivered_on"),
        ("total amount in May 2024 based on the ship date", "shipped_on"),
        ("2024년 5월 출고일 기준 주문 금액", "shipped_on"),
        ("total amount in May 2024", "order_date"),
    ],
)
def test_a_period_of_that_day(question: str, day: str) -> None:
    month = f"{day} >= CAST('2024-05-01' AS DATE) AND {day} < CAST('2024-06-01' AS DATE)"
    assert planned(question, "orders", CATALOG) == f"SELECT SUM(amount) AS amount FROM main.orders WHERE {month}"


def test_where_no_unit_of_time_is_named_by_groups() -> None:
    days = "SELECT shipped_on, COUNT(*) AS order_count FROM main.orders GROUP BY shipped_on"
    assert planned("orders by ship date", "orders", CATALOG) == days


def test_brackets_that_tell_no_day_group_as_ever() -> None:
    assert "GROUP BY DATE_TRUNC('MONTH', order_date), channel" in planned("orders per month (by channel)", "orders",
        CATALOG)  # fmt: skip


@pytest.mark.parametrize("question", ["orders per month (by return date)", "orders by channel, going by delivery date"])
def test_a_day_that_is_not_there_or_not_needed(question: str) -> None:
    with pytest.raises(Unread):
        planned(question, "orders", CATALOG)
