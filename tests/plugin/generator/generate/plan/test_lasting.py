"""The time from one day of a row to another."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.words.lasting import moment
from tests.support.parcels import parcels, planned

CATALOG = parcels()
(ORDERS,) = (t for t in CATALOG if t.name.name == "orders")
TO_DELIVERY, TO_SHIPPING = (f"DATE_DIFF('DAY', order_date, {day})" for day in ("delivered_on", "shipped_on"))
SHIPPED_TO_DELIVERY = "DATE_DIFF('DAY', shipped_on, delivered_on)"
HOURS = "DATE_DIFF('HOUR', opened_at, resolved_at)"


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("average number of days from order to delivery", TO_DELIVERY),
        ("average days between ordering and delivery", TO_DELIVERY),
        ("How many days pass on average between shipping and delivery?", SHIPPED_TO_DELIVERY),
        ("How many days does it take on average from order to shipment?", TO_SHIPPING),
        ("How many days on average from order to shipment?", TO_SHIPPING),
        ("How many days from order to delivery?", TO_DELIVERY),  # nobody wants their sum
        ("How long does it take from order date to ship date on average?", TO_SHIPPING),
        ("average lead time from order to delivery", TO_DELIVERY),
        ("average delay in days between shipping and delivery", SHIPPED_TO_DELIVERY),
        ("주문부터 배송완료까지 평균 며칠 걸려?", TO_DELIVERY),
        ("주문에서 출고까지 평균 시간", TO_SHIPPING),
        ("주문일부터 출고일까지 평균 소요일수", TO_SHIPPING),
    ],
)
def test_the_average(question: str, figure: str) -> None:
    assert planned(question, "orders", CATALOG) == f"SELECT AVG({figure}) AS average_days_taken FROM main.orders"


@pytest.mark.parametrize(
    ("question", "average", "behind"),
    [
        ("average days from order to delivery by channel", TO_DELIVERY, " GROUP BY channel"),
        ("average days from order to delivery for app orders", TO_DELIVERY, " WHERE channel = 'app'"),
        ("average days from order to delivery of gifts", TO_DELIVERY, " WHERE is_gift"),
        ("average days from order to delivery in 2024", TO_DELIVERY, " WHERE order_date >= CAST('2024-01-01' AS DATE) "
            "AND order_date < CAST('2025-01-01' AS DATE)"),
        ("average days from delivery to order", "DATE_DIFF('DAY', delivered_on, order_date)", ""),
        ("average days from order to promised delivery date", "DATE_DIFF('DAY', order_date, promised_delivery_date)",
            ""),
    ],
)  # fmt: skip
def test_with_what_else_is_said(question: str, average: str, behind: str) -> None:
    sql = planned(question, "orders", CATALOG)
    assert f"AVG({average}) AS average_days_taken FROM main.orders{behind}" in sql
    assert sql.endswith(behind or "main.orders")


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many hours does it take on average to resolve a ticket by priority?", f"SELECT priority, AVG({HOURS}) AS "
            "average_hours_taken FROM main.tickets GROUP BY priority"),
        ("How long does it take to resolve a ticket, in hours?", f"SELECT AVG({HOURS}) AS average_hours_taken FROM "
            "main.tickets"),
        ("How many hours does it take us to resolve the high tickets?", f"SELECT AVG({HOURS}) AS average_hours_taken "
            "FROM main.tickets WHERE priority = 'high'"),
        ("tickets resolved within 24 hours of opening", f"SELECT ticket_id FROM main.tickets WHERE {HOURS} "
            "<= 24"),
        ("접수부터 처리까지 평균 몇 시간 걸려?", f"SELECT AVG({HOURS}) AS average_hours_taken FROM main.tickets"),
    ],
)  # fmt: skip
def test_from_the_day_of_the_row(question: str, sql: str) -> None:
    assert planned(question, "tickets", CATALOG) == sql


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many orders were delivered more than 5 days after order?", f"{TO_DELIVERY} > 5"),
        ("How many orders were delivered more than 5 days after they were shipped?", f"{SHIPPED_TO_DELIVERY} > 5"),
        ("How many orders were delivered within 3 days of order?", f"{TO_DELIVERY} <= 3"),
        ("How many orders were delivered less than 3 days after the promised delivery date?",
            "DATE_DIFF('DAY', promised_delivery_date, delivered_on) < 3"),
        ("How many orders were delivered at least 2 weeks after shipping?", f"{SHIPPED_TO_DELIVERY} / 7.0 >= 2"),
        ("How many orders in 2024 were delivered within 3 days of order?", f"{TO_DELIVERY} <= 3 AND (order_date >= "
            "CAST('2024-01-01' AS DATE) AND order_date < CAST('2025-01-01' AS DATE))"),
    ],
)  # fmt: skip
def test_bounds(question: str, condition: str) -> None:
    counted = f"SELECT COUNT(*) AS order_count FROM main.orders WHERE {condition}"
    assert planned(question, "orders", CATALOG) == counted


def test_from_a_day_of_the_row_that_it_belongs_to() -> None:
    sql = planned("average days between signup and order by city", "orders", CATALOG)
    assert "AVG(DATE_DIFF('DAY', customers.signup_date, orders.order_date))" in sql
    assert sql.endswith("GROUP BY customers.city")


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("days between the first order and the last order", "orders"),  # of two rows
        ("average days between order and order", "orders"),
        ("average business days from order to delivery", "orders"),
        ("average days from order to delivery or shipping", "orders"),
        ("orders per day from order to delivery", "orders"),
        ("How many orders were not delivered within 3 days of order?", "orders"),
        ("How many orders were delivered within 3 days of May 2024?", "orders"),
        ("How long does it take to resolve a ticket?", "tickets"),  # in days or in hours?
        ("접수부터 처리까지 걸린 시간", "tickets"),
        ("주문일부터 3일까지 기간", "orders"),
    ],
)
def test_what_is_not_read(question: str, of: str) -> None:
    with pytest.raises(Unread):
        planned(question, of, CATALOG)


def test_a_range_of_months_is_no_time_taken() -> None:
    assert "DATE_DIFF" not in planned("average amount from January to March 2024", "orders", CATALOG)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("the order", "order_date"), ("placement", "order_date"), ("its delivery date", "delivered_on"),
        ("they were shipped", "shipped_on"), ("the promised delivery", "promised_delivery_date"), ("payment", ""),
        ("the", ""), ("last delivery", ""),
    ],
)  # fmt: skip
def test_the_one_day_that_is_spoken_of(said: str, day: str) -> None:
    assert moment(said.split(), ORDERS) == day
