"""First days of months, quarters and years in the sentence of an answer, and numbers that are names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from backends.warehouse.base import Rows
from plugin.generator.ask import Language
from plugin.generator.deliver.sentence import describe


def said(sql: str, column: str, *values: Any, language: Language = "en") -> str:
    rows = tuple((value,) for value in values)
    made = Rows(columns=(column,), types=("DATE",), rows=rows, truncated=False, seconds=0)
    return describe(made, sql, "duckdb", language)


@pytest.mark.parametrize(
    ("column", "language", "text"),
    [
        ("month", "en", "Month: 2024-04; 2024-07."),
        ("order_month", "ko", "Order month: 2024년 4월; 2024년 7월입니다."),
        ("quarter", "en", "Quarter: 2024 Q2; 2024 Q3."),
        ("quarter", "ko", "Quarter: 2024년 2분기; 2024년 3분기입니다."),
    ],
)
def test_the_name_says_the_period(column: str, language: Language, text: str) -> None:
    assert said(f"SELECT {column} FROM t", column, date(2024, 4, 1), datetime(2024, 7, 1), language=language) == text


def test_the_expression_says_it() -> None:
    assert said("SELECT DATE_TRUNC('YEAR', ordered_at) AS y FROM t", "y", date(2024, 1, 1)) == "y: 2024."


@pytest.mark.parametrize(
    ("sql", "column", "value"),
    [
        pytest.param("SELECT month FROM t", "month", date(2024, 4, 2), id="no first day"),
        pytest.param("SELECT month FROM t", "month", datetime(2024, 4, 1, 8), id="a time of the first day"),
        pytest.param("SELECT quarter FROM t", "quarter", date(2024, 5, 1), id="a month that begins no quarter"),
        pytest.param("SELECT ordered_at FROM t", "ordered_at", date(2024, 4, 1), id="any day"),
    ],
)
def test_other_days_are_said_in_full(sql: str, column: str, value: date) -> None:
    assert value.isoformat()[:10] in said(sql, column, value)


def test_a_figure_with_a_korean_name_is_a_sentence() -> None:
    made = Rows(columns=("revenue",), types=("INT",), rows=((3,),), truncated=False, seconds=0)
    assert describe(made, "SELECT 1", "duckdb", "ko", {"revenue": "매출"}) == "매출은 3입니다."
    assert describe(made, "SELECT 1", "duckdb", "ko", {"revenue": "건수"}) == "건수는 3입니다."
    assert describe(made, "SELECT 1", "duckdb", "ko") == "revenue: 3입니다."


def test_a_number_that_is_a_name_has_no_thousands() -> None:
    assert said("SELECT customer_id FROM t", "customer_id", 1024) == "customer id: 1024."
    assert said("SELECT amount FROM t", "amount", 1024) == "amount: 1,024."


def test_parts_are_told_in_percent() -> None:
    assert said("SELECT COUNT(a) * 1.0 / NULLIF(COUNT(*), 0) AS share FROM t", "share", 0.2392) == "share: 23.9%."
    assert said("SELECT x * 100.0 / NULLIF(y, 0) AS order_share FROM t", "order_share", 8.5) == "order share: 8.5%."
    growth = "SELECT (SUM(a) - SUM(b)) * 1.0 / NULLIF(SUM(b), 0) AS revenue_growth FROM t"
    assert said(growth, "revenue_growth", -0.398, language="ko") == "revenue growth: -39.8%입니다."


def test_a_rate_as_it_stands_and_a_quotient_are_no_parts() -> None:
    assert said("SELECT interest_rate FROM t", "interest_rate", 0.25) == "interest rate: 0.25."
    assert said("SELECT SUM(a) * 1.0 / NULLIF(SUM(b), 0) AS a_per_b FROM t", "a_per_b", 0.25) == "a per b: 0.25."


def test_the_first_of_many_in_korean_is_said_without_its_name() -> None:
    days = [date(2024, month, 1) for month in range(1, 8)]
    assert said("SELECT month FROM t", "month", *days, language="ko") == "7건 중 첫 번째는 2024년 1월입니다."


def test_the_highest_day_is_the_last() -> None:
    sql = "SELECT MAX(ordered_at) AS max_ordered_at FROM t"
    assert said(sql, "max_ordered_at", date(2024, 4, 2)) == "last ordered at: 2024-04-02."
    assert said("SELECT MIN(price) AS min_price FROM t", "min_price", 3) == "lowest price: 3."
