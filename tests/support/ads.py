"""What is advertised, sent and sold: figures called as values are, rows called as values are, moments not all have."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_SPOKEN = {
    "signed_up_at": ("가입일시",), "order_amount": ("주문 금액",), "discount_amount": ("할인 금액", "discount"),
    "country": ("국가 코드", "국가"),
}  # fmt: skip
_ROWS = {"dim_user": ("회원",), "fct_orders": ("주문",)}


def ads() -> Catalog:
    campaigns = table(
        "dim_campaign", "campaign_id int, campaign_name varchar, channel varchar, objective varchar", key="campaign_id",
        values={"channel": ("Meta", "Naver"), "objective": ("Conversion", "Traffic")},
    )  # fmt: skip
    spend = table(
        "fct_ad_spend_daily", "spend_id int, spend_date date, campaign_id int, impressions int, clicks int, spend int, "
        "conversions int", key="spend_id", refs={"campaign_id": "dim_campaign.campaign_id"},
    )  # fmt: skip
    users = table(
        "dim_user", "user_id int, signed_up_at timestamp, acquisition_channel varchar, country varchar", key="user_id",
        values={"acquisition_channel": ("email", "organic"), "country": ("KR", "US")},
    )  # fmt: skip
    sends = table(
        "fct_email_sends", "send_id int, user_id int, email_type varchar, sent_at timestamp, opened_at timestamp",
        key="send_id", refs={"user_id": "dim_user.user_id"}, values={"email_type": ("promo", "winback")},
    )  # fmt: skip
    sessions = table(
        "fct_sessions", "session_id int, user_id int, started_at timestamp, source varchar", key="session_id",
        refs={"user_id": "dim_user.user_id"}, values={"source": ("organic", "email")},
    )  # fmt: skip
    orders = table(
        "fct_orders", "order_id int, user_id int, ordered_at timestamp, order_amount int, discount_amount int, "
        "order_status varchar, payment_method varchar", key="order_id", refs={"user_id": "dim_user.user_id"},
        values={"order_status": ("paid", "canceled", "refunded"), "payment_method": ("card", "bank")},
        synonyms={"order_status": {"canceled": ("취소",), "refunded": ("환불",)}},
    )  # fmt: skip
    return Catalog("ads", "duckdb", tuple(map(_told, (campaigns, spend, users, sends, sessions, orders))))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (
        replace(c, synonyms=_SPOKEN.get(c.name, ()), gaps=c.name == "opened_at" if c.type == "timestamp" else None)
        for c in known.columns
    )
    return replace(known, columns=tuple(columns), synonyms=_ROWS.get(known.name.name, ()), workspace="ads")
