"""What is asked of a bank, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow
from plugin.generator.generate.plan.reading import is_flag_elsewhere
from plugin.generator.generate.plan.recognition.recognise import recognise
from plugin.generator.retrieve.mentions import calls_rows
from tests.support.bank import bank
from tests.support.readers import Readers

BANK = Readers(bank())


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("fraud rate by channel", "fct_transactions", "COUNT(CASE WHEN is_fraud THEN 1 END) * 1.0"),
        ("average interest rate by loan product", "fct_loans", "GROUP BY dim_product.product_name, dim_product"),
        ("which month had the highest card spend?", "fct_card_spend", "ORDER BY SUM(spend_amount) DESC LIMIT 1"),
        ("card spend by segment", "fct_card_spend", "SUM(fct_card_spend.spend_amount)"),
        ("top 2 merchant categories by amount", "fct_transactions", "WHERE NOT merchant_category IS NULL GROUP BY"),
        ("top 2 channels by amount", "fct_transactions", "FROM main.fct_transactions GROUP BY channel"),
        ("transactions excluding declined ones by type", "fct_transactions", "GROUP BY txn_type"),
    ],
)  # fmt: skip
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in BANK.planned(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("which account type has the highest balance?", "fct_accounts", "the kind of the best row"),
        ("how many loan payments are overdue?", "fct_loan_payments", "what they belong to"),
        ("overdue payments by month", "fct_loan_payments", "a state of what they belong to"),
        ("average balance by city", "fct_accounts", "city"),
        ("customer당 평균 balance", "fct_accounts", "one average|does not add up"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        BANK.planned(question, of)


def test_a_flag_goes_before_a_value_of_other_rows() -> None:
    ask = BANK.asked("fraud rate by channel")
    wide = narrow(BANK.tables["fct_support_tickets"], BANK.catalog)
    assert is_flag_elsewhere(recognise(ask, wide), ask, wide)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("what is the fraud rate by channel?", "category = 'fraud'"),
        ("number of female customers", "SELECT dim_customer.customer_no"),
        ("how many customers are older than 60?", "birth_year <"),
        ("how many loan payments are overdue?", "loan_status = 'overdue'"),
        ("which ticket category has the lowest satisfaction?", "ORDER BY fct_support_tickets.satisfaction"),
        ("number of high priority tickets", "COUNT(DISTINCT fct_support_tickets.priority)"),
        ("overdue payments", "loan_status"),
        ("what percentage of transactions were declined last month", "status = 'declined' AND"),
        ("what percentage of transactions were declined last month", "COUNT(CASE WHEN fct_transactions.posted_at"),
        ("card spend by month", "COUNT(*)"),
        ("카드 spend 상위 10명", "SELECT fct_card_spend.spend_amount"),
    ],
)
def test_no_phrase_says_something_else(question: str, wrong: str) -> None:
    assert not [sql for sql in BANK.phrased(question) if wrong in sql]


def test_accounts_are_called_so_in_korean_too() -> None:
    assert calls_rows("account", "해지 계좌 수", [BANK.tables["fct_accounts"]])
    assert not calls_rows("account", "account name", [BANK.tables["fct_accounts"]])
