"""What is asked of a haulier, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from tests.support.fleet import fleet
from tests.support.readers import Readers

FLEET = Readers(fleet(), {"취소": "cancelled", "휴직": "on_leave"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("Top 5 customers by freight charge", "shipments", "GROUP BY customers.company_name, customers.customer_id"),
        ("Freight revenue in 2023", "shipments", "SUM(freight_charge)"),
        ("Fuel cost by vehicle type", "fuel_purchases", "SUM(fuel_purchases.total_amount)"),
        ("Compare fuel cost at Shell and Aral", "fuel_purchases", "SUM(total_amount)"),
        ("Fuel cost at Shell and Aral", "fuel_purchases", "SUM(total_amount)"),
        ("Number of shipments with insured value", "shipments", "WHERE insured_value > 0"),
        ("Vehicles with more than 3 maintenance orders in 2023", "maintenance_orders", "HAVING COUNT(*) > 3"),
        ("Labor cost last year", "maintenance_orders", "opened_on"),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in FLEET.staged(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("Average fuel purchases per vehicle", "maintenance_orders", "another table is called so"),
        ("How many freight charges do we have?", "shipments", "count"),
        ("Number of comments", "shipments", "texts, or different ones"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        FLEET.staged(question, of, verbs=False)


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("When did the last trip happen?", "SELECT MAX(trips.departed_at) AS max_departed_at FROM main.trips"),
        (
            "When was the last shipment delivered?",
            "SELECT MAX(shipments.delivered_at) AS max_delivered_at FROM main.shipments",
        ),
        (
            "구입 가격이 가장 비싼 차량 3대",
            "SELECT vehicles.vehicle_id, vehicles.purchase_price FROM main.vehicles ORDER BY"
            " vehicles.purchase_price DESC LIMIT 3",
        ),
        (
            "차량 종류별 대수",
            "SELECT vehicles.vehicle_type, COUNT(*) AS count FROM main.vehicles GROUP BY vehicles.vehicle_type",
        ),
        (
            "최근 운행 5건 보여줘",
            "SELECT trips.trip_id, trips.departed_at FROM main.trips ORDER BY trips.departed_at DESC LIMIT 5",
        ),
        (
            "분기별 운임 매출",
            "SELECT DATE_TRUNC('QUARTER', shipments.booked_at) AS quarter, SUM(shipments.freight_charge) AS"
            " sum_freight_charge FROM main.shipments GROUP BY DATE_TRUNC('QUARTER', shipments.booked_at) ORDER BY"
            " DATE_TRUNC('QUARTER', shipments.booked_at)",
        ),
        (
            "정비가 5회 이상인 차량",
            "SELECT vehicles.vehicle_id FROM main.vehicles WHERE vehicles.vehicle_id IN (SELECT"
            " maintenance_orders.vehicle_id FROM main.maintenance_orders GROUP BY maintenance_orders.vehicle_id HAVING"
            " COUNT(*) >= 5)",
        ),
    ],
)
def test_read(question: str, sql: str) -> None:
    assert FLEET.phrased(question) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "Trips started in Berlin",  # where their routes begin, and not where the customers are
        "Vehicles with more than 3 maintenance orders in 2023",  # which are of no model year
        "가장 최근 운행은 언제야?",
    ],
)
def test_hardly_meant(question: str) -> None:
    found = FLEET.phrased(question)
    assert not any("model_year" in sql or "customers" in sql or "SELECT trips.trip_id" in sql for sql in found)


def test_brackets_tell_what_figures_are_called() -> None:
    columns = {c.name: c.synonyms for t in fleet() for c in t.columns}
    assert "fuel cost" in columns["total_amount"]
    assert "revenue" in columns["freight_charge"]
