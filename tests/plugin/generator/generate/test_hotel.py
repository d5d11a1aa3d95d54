"""What is asked of a hotel chain and its gyms, by both readers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.stage import Plan
from tests.support.hotel import hotel
from tests.support.readers import Readers

HOTEL = Readers(hotel(), {"booking.com": "booking_com", "노쇼": "no_show"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        (
            "How many bookings came from booking.com or Expedia in 2025?",
            "fct_bookings",
            "IN ('booking_com', 'expedia')",
        ),
        ("What was the total booking amount last month?", "fct_bookings", "SUM(total_amount)"),
        ("How many days does it take to end a membership?", "memberships", "DATE_DIFF('DAY', started_on, ended_on)"),
        ("How long do memberships last on average?", "memberships", "DATE_DIFF('DAY', started_on, ended_on)"),
        ("회원권 평균 유지 기간은 며칠이야?", "memberships", "DATE_DIFF('DAY', started_on, ended_on)"),
        ("Reservations by channel", "fct_bookings", "COUNT(*) AS booking_count"),
        ("Rank the hotels by total amount", "fct_bookings", "GROUP BY dim_hotels.hotel_name"),
        ("Hotels with an average review rating above 4", "fct_reviews", "HAVING AVG(fct_reviews.rating) > 4"),
        ("자동 갱신을 꺼 둔 회원권은 몇 개야?", "memberships", "NOT auto_renew"),
        ("How many bookings came in on Christmas Day 2024?", "fct_bookings", "'2024-12-25'"),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in HOTEL.staged(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("What is the average visit duration minutes?", "classes", "visit"),
        ("자동 갱신을 끈 회원은 몇 명이야?", "members", "갱신"),
        ("지난달에 끝나는 회원권은 몇 개야?", "memberships", "ended"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        HOTEL.staged(question, of, verbs=False)


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("Bookings per month in 2024", ["fct_bookings"]),
        ("예약이 가장 많은 달은?", []),
        ("How many class bookings were made in 2024?", ["class_bookings"]),
        ("Average rating per hotel", ["fct_reviews"]),
        ("What is the average star rating?", ["dim_hotels"]),
    ],
)
def test_whose_rows_and_figures_are_spoken_of(question: str, of: list[str]) -> None:
    services = SimpleNamespace(catalog=HOTEL.catalog, dialect="duckdb")
    read = Plan()(HOTEL.asked(question), services)  # type: ignore[arg-type]
    assert [c.origin.rsplit("/", 1)[-1] for c in read.candidates] == of


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("Average duration minutes per club", "GROUP BY clubs.club_name"),
        ("Hotels without a pool", "WHERE NOT dim_hotels.has_pool"),
        ("What percentage of stays included breakfast?", "fct_stays.breakfast_included"),
        ("Which hotels opened after 2012?", "dim_hotels.opened_on >= CAST('2013-01-01' AS DATE)"),
        ("How many invoices were paid late?", "invoices.paid_on > invoices.due_on"),
        ("How many invoices were paid on time?", "invoices.paid_on <= invoices.due_on"),
        ("How many invoices were paid after the due date?", "invoices.paid_on > invoices.due_on"),
        ("수영장이 없는 호텔의 이름은?", "WHERE NOT dim_hotels.has_pool"),
        ("조식이 포함된 투숙은 몇 건이야?", "WHERE fct_stays.breakfast_included"),
        ("조식이 포함되지 않은 투숙은 몇 건이야?", "WHERE NOT fct_stays.breakfast_included"),
        ("예약은 몇 건이었어?", "FROM main.fct_bookings"),
        ("가장 오래된 호텔은?", "ORDER BY dim_hotels.opened_on ASC"),
    ],
)
def test_phrases(question: str, sql: str) -> None:
    read = HOTEL.phrased(question)
    assert read
    assert all(sql in one for one in read), read


@pytest.mark.parametrize(
    "question",
    [
        "How many members froze their membership?",
        "회원권을 양도한 회원은 몇 명이야?",
        "How many memberships are active?",
        "Members of a club other than their club",
        "카드로 결제한 비율은?",
    ],
)
def test_no_phrase_passes_over_what_was_done(question: str) -> None:
    assert not HOTEL.phrased(question)


def test_the_best_kind_is_no_kind_of_the_best_one() -> None:
    (sql,) = HOTEL.phrased("노쇼 수업 예약이 가장 많은 수업 종류는?")
    assert "GROUP BY classes.category ORDER BY" in sql
