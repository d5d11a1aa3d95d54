"""Orders by a figure, and what was earned with things."""

from __future__ import annotations

import pytest

from tests.support.clinic import clinic, lab, read

OF_2024 = "visits.scheduled_at >= CAST('2024-01-01' AS DATE) AND visits.scheduled_at < CAST('2025-01-01' AS DATE)"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Rank the sites by number of visits in 2024", "SELECT sites.site_name, COUNT(*) AS count FROM main.visits "
            f"JOIN main.sites ON visits.site_id = sites.site_id WHERE {OF_2024} "
            "GROUP BY sites.site_name, sites.site_id ORDER BY COUNT(*) DESC"),
        ("Top 3 drugs by average late fee with at least 50 late fees", "SELECT prescriptions.drug_name, "
            "AVG(prescriptions.late_fee) AS avg_late_fee FROM main.prescriptions GROUP BY prescriptions.drug_name "
            "HAVING COUNT(prescriptions.late_fee) >= 50 ORDER BY AVG(prescriptions.late_fee) DESC LIMIT 3"),
        ("What was the total revenue from prescriptions?",
            "SELECT SUM(prescriptions.amount) AS sum_amount FROM main.prescriptions"),
    ],
)  # fmt: skip
def test_of_a_clinic(question: str, sql: str) -> None:
    assert read(question, clinic()) == [sql]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Top 2 rooms by number of check-ups with at least 5 check-ups", "SELECT rooms.room_name, COUNT(*) AS count "
            "FROM main.check_ups JOIN main.rooms ON check_ups.room_id = rooms.room_id "
            "GROUP BY rooms.room_name, rooms.room_id HAVING COUNT(*) >= 5 ORDER BY COUNT(*) DESC LIMIT 2"),
        ("Order the makers by the number of check-ups", "SELECT check_ups.maker, COUNT(*) AS count FROM main.check_ups "
            "GROUP BY check_ups.maker ORDER BY COUNT(*) DESC"),
    ],
)  # fmt: skip
def test_of_a_lab(question: str, sql: str) -> None:
    assert read(question, lab()) == [sql]


def test_what_is_not_sold_earns_nothing() -> None:
    assert read("How much revenue from check-ups?", lab()) == []
