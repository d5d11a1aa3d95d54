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
