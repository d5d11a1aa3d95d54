"""What is asked of what is advertised, sent and sold, by both readers."""

from __future__ import annotations

import pytest

from plugin.generator.generate.plan.errors import Unread
from plugin.generator.understand import english_turns, korean_turns
from tests.support.ads import ads
from tests.support.readers import Readers

ADS = Readers(ads(), {"취소": "canceled", "환불": "refunded", "이메일": "email", "한국": "KR"})


@pytest.mark.parametrize(
    ("question", "of", "sql"),
    [
        ("Total order amount excluding canceled and refunded orders", "fct_orders", "NOT order_status IN ("),
        ("취소와 환불을 제외한 주문 금액", "fct_orders", "NOT order_status IN ("),
        ("취소를 제외한 주문 수", "fct_orders", "WHERE order_status <> 'canceled'"),
        ("Cost per conversion by channel", "fct_ad_spend_daily", "NULLIF(SUM(fct_ad_spend_daily.conversions), 0)"),
        ("클릭당 spend", "fct_ad_spend_daily", ""),
        ("How many orders had a discount?", "fct_orders", "FROM main.fct_orders WHERE discount_amount > 0"),
        ("할인 금액이 있는 주문 비율", "fct_orders", "COUNT(CASE WHEN discount_amount > 0 THEN 1 END) * 1.0"),
        ("Open rate by email type", "fct_email_sends", "COUNT(opened_at) * 1.0 / NULLIF(COUNT(*), 0) AS opened_rate"),
        ("Revenue by month", "fct_orders", "SUM(order_amount) AS order_amount"),
        ("국가별 매출", "fct_orders", "GROUP BY dim_user.country"),
        ("Order amount per order", "fct_orders", "SUM(order_amount) * 1.0 / NULLIF(COUNT(*), 0)"),
        ("국가별 회원 수랑 비중", "dim_user", "user_count, user_count * 1.0 / NULLIF(SUM(user_count) OVER ()"),
        ("월별 가입자 수", "dim_user", "DATE_TRUNC('MONTH', signed_up_at) AS month, COUNT(*)"),
        ("지난달 신규 회원 수", "dim_user", "COUNT(*) AS user_count FROM main.dim_user WHERE signed_up_at >="),
    ],
)  # fmt: skip
def test_plans(question: str, of: str, sql: str) -> None:
    if sql:
        assert sql in ADS.planned(question, of)
    else:
        with pytest.raises(Unread):
            ADS.planned(question, of)


@pytest.mark.parametrize(
    ("question", "of", "why"),
    [
        ("Top 10% of users by order amount", "fct_orders", "percent"),
        ("상위 10% 회원의 주문 금액 비중", "fct_orders", "percent"),
        ("Return on spend last month", "fct_ad_spend_daily", "what comes back"),
        ("전년 동월 대비 주문 금액", "fct_orders", "the same time"),
        ("Who made the latest order?", "fct_orders", "who is not shown"),
        ("What was ordered most recently?", "fct_orders", "what it was is not shown"),
        ("신규 회원 수", "dim_user", "new since when"),
        ("국가별 회원 수와 주문 수", "fct_orders", "how many there are"),
        ("Spend remaining by channel", "fct_ad_spend_daily", "remain"),
        ("How many users opened an email last month?", "dim_user", "a column is called open"),
        ("How many emails did we send last month?", "fct_email_sends", "email"),
    ],
)
def test_left_to_the_model(question: str, of: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        ADS.planned(question, of, verbs=False)


@pytest.mark.parametrize(
    "question",
    [
        "취소를 제외한 주문 금액",
        "환불을 빼고 주문 금액 합계",
        "Number of orders not paid by card",
        "이메일을 클릭한 회원 수",
        "How many users came from organic?",
        "가입자 수",
        "What are our overall clicks per impression?",
    ],
)
def test_no_phrase_says_the_opposite_or_something_else(question: str) -> None:
    for sql in ADS.phrased(question):
        assert "order_status = 'canceled'" not in sql
        assert "order_status = 'refunded'" not in sql
        assert "NOT (fct_orders.order_status = 'paid')" not in sql
        assert "acquisition_channel = 'email'" not in sql
        assert "fct_sessions" not in sql
        assert "GROUP BY fct_ad_spend_daily.impressions" not in sql
        assert "COUNT(DISTINCT dim_user.signed_up_at)" not in sql


def test_a_value_is_none_where_a_figure_is_called_so_unless_its_column_is_named() -> None:
    assert not ADS.asked("Conversion rate by channel").values
    assert [hit.value for hit in ADS.asked("Campaigns with the objective conversion").values] == ["Conversion"]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("CTR by channel", "clicks per impression by channel"),
        ("ROAS last month", "conversion value per spend last month"),
        ("What was our CPC?", "What was our cost per click?"),
    ],
)
def test_what_advertisers_call_their_figures(question: str, plain: str) -> None:
    assert english_turns.plainly(question) == plain


def test_what_they_call_them_in_korean() -> None:
    assert korean_turns.plainly("채널별 CTR") == "채널별 노출당 클릭수"
    assert korean_turns.plainly("지난달 ROAS는?") == "지난달 광고비당 전환금액은?"
