"""What is asked of a telephone company and its insurer, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.absence import write_absence
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.stage import _with_kin
from tests.support.readers import Readers
from tests.support.telecom import telecom

TELECOM = Readers(telecom())


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("number of claims per month in 2025", "mart_monthly_claims", "SUM(claims_count)"),
        ("how many claims per product line in 2025?", "mart_monthly_claims", "SUM(claims_count)"),
        ("number of support calls by topic", "fct_calls_to_support", "GROUP BY topic"),
        ("how many invoices were paid in 2025?", "fct_invoices", "WHERE paid_at >="),
        ("which topic has the lowest average rating?", "fct_calls_to_support", "ORDER BY AVG(rating) ASC"),
        ("how many expired policies started in 2025?", "fct_policies", "status = 'expired' AND (start_date >="),
    ],
)
def test_plans(question: str, of: str, sql: str) -> None:
    assert sql in TELECOM.planned(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("how many agents left?", "dim_agent", "what they did"),
        ("which agents have left?", "dim_agent", "what they did"),
        ("how many agents left Gangnam?", "dim_agent", "what they did"),
        ("how many subscribers use data?", "dim_subscriber", "what they did"),
        ("what is the total amount billed in 2025?", "fct_premium_payments", "nothing here is called bil"),
        ("average data mb per subscriber", "fct_usage_daily", "one average, or one of each"),
        ("claims paid by product line", "fct_claims", "how many of each"),
        ("how many subscribers visited?", "dim_subscriber", "what they did"),
        ("how many partners do we have?", "dim_subscriber", "a way, and no thing"),
        ("how many subscribers have a phone?", "dim_subscriber", "a way, and no thing"),
        ("how many policies expired in 2025?", "fct_policies", "when they came to be so"),
        ("which tier has the highest commission?", "dim_agent", "."),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        TELECOM.planned(question, of)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("how many subscribers have never called support?", "AND dim_subscriber.sub_id IN"),
        ("how many subscribers have no email?", "channel = 'email'"),
        ("how many subscribers used roaming?", "topic = 'roaming'"),
        ("how many stores do we have?", "signup_channel = 'store'"),
        ("how many policies have been paid?", "claim_status = 'paid'"),
        ("which topic has the lowest rating?", "ORDER BY fct_calls_to_support.rating"),
        ("how many holders made a claim in 2025?", "dim_holder.joined_on >="),
    ],
)
def test_no_phrase_says_something_else(question: str, wrong: str) -> None:
    assert not [sql for sql in TELECOM.phrased(question) if wrong in sql]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("how many calls have no rating?", "WHERE fct_calls_to_support.rating IS NULL"),
        ("number of support calls by topic", "GROUP BY fct_calls_to_support.topic"),
    ],
)
def test_phrases(question: str, sql: str) -> None:
    assert any(sql in found for found in TELECOM.phrased(question))


def test_absence_is_of_one_table() -> None:
    subscribers = TELECOM.tables["dim_subscriber"]
    asked = TELECOM.asked("how many VIP subscribers have never called support?")
    sql, _ = write_absence(asked, subscribers, TELECOM.catalog, "duckdb")
    assert "is_vip AND NOT EXISTS(SELECT 1" in sql
    with pytest.raises(Unread, match="they have it themselves"):
        write_absence(TELECOM.asked("how many subscribers have no email?"), subscribers, TELECOM.catalog, "duckdb")


def test_rows_are_not_hidden_by_their_sums() -> None:
    tables = [TELECOM.tables[name] for name in ("mart_monthly_claims", "fct_claims")]
    assert [t.name.name for t in _with_kin(tables, TELECOM.catalog, 10)] == ["mart_monthly_claims", "fct_claims"]
