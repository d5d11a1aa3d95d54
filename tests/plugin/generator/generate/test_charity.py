"""What is asked of a charity, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.tables import deeds
from plugin.generator.understand.requests import asks_for_change
from tests.support.charity import charity
from tests.support.readers import Readers

CHARITY = Readers(charity())


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("Top 10 donors by donation amount", "donations", "ORDER BY SUM(donations.amount) DESC LIMIT 10"),
        ("Compare expenses in 2022 and 2023", "expenses", "SUM(amount)"),
        ("Expenses by category", "expenses", "SUM(amount)"),
        ("2023년 월별 지출", "expenses", "SUM(amount)"),
        ("How many expenses were there by category?", "expenses", "COUNT(*)"),
        ("Donations by month in 2023", "donations", "COUNT(*)"),
    ],
)
def test_money_that_rows_are(question: str, of: str, sql: str) -> None:
    found = CHARITY.staged(question, of)
    assert sql in found
    assert "ROW_NUMBER" not in found


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "가장 최근 지출 10건",
            "SELECT expenses.expense_id, expenses.spent_on FROM main.expenses ORDER BY expenses.spent_on DESC LIMIT 10",
        ),
        (
            "Which expenses are of travel?",
            "SELECT expenses.expense_id FROM main.expenses WHERE expenses.category = 'travel'",
        ),
        (
            "What is the most common coupon code?",
            "SELECT donations.coupon_code FROM main.donations WHERE NOT donations.coupon_code IS NULL GROUP BY"
            " donations.coupon_code ORDER BY COUNT(*) DESC LIMIT 1",
        ),
    ],
)
def test_read(question: str, sql: str) -> None:
    assert CHARITY.phrased(question) == [sql]


def test_expenses_are_not_counted_unasked() -> None:
    assert CHARITY.phrased("Expenses by category this year") == []


def test_last_year_is_no_last_login() -> None:
    column = CHARITY.tables["donors"].column("last_login_at")
    assert column is not None
    assert "last" not in deeds(column, "How many donors this year vs last year?")


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("Grant success rate", False),
        ("Grant applications in 2023", False),
        ("Grant amount by funder", False),
        ("Grant access to Kim", True),
        ("Set the status of order 5 to paid", True),
    ],
)
def test_grants_are_no_order(said: str, *, change: bool) -> None:
    assert asks_for_change(said) is change
