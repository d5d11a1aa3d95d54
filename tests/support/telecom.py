"""A telephone company and its insurer: rows that end, ways that are no things, tables of months beside their rows."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_TOLD = {"rating": "Rating from 1 to 5; empty if none was given", "left_on": "Last day; empty if still working"}


def telecom() -> Catalog:
    subscribers = table(
        "dim_subscriber", "sub_id int, full_name varchar, signup_channel varchar, joined_on date, email varchar, "
        "is_vip boolean", key="sub_id", values={"signup_channel": ("store", "phone", "partner")}, hidden=("email",),
    )  # fmt: skip
    agents = table(
        "dim_agent", "agent_id int, agent_name varchar, branch varchar, tier varchar, hired_on date, left_on date, "
        "commission_pct decimal", key="agent_id", values={"branch": ("Gangnam", "Mapo"), "tier": ("junior", "senior")},
    )  # fmt: skip
    policies = table(
        "fct_policies", "policy_id int, holder_id int, product_line varchar, start_date date, end_date date, "
        "cancelled_on date, status varchar, premium decimal", key="policy_id",
        values={"status": ("active", "expired", "lapsed"), "product_line": ("auto", "home")},
        refs={"holder_id": "dim_holder.holder_id"},
    )  # fmt: skip
    holders = table("dim_holder", "holder_id int, holder_name varchar, joined_on date", key="holder_id")
    claims = table(
        "fct_claims", "claim_id int, policy_id int, claim_status varchar, reported_on date, amount_claimed decimal, "
        "holder_id int, product_line varchar",
        key="claim_id", values={"claim_status": ("open", "paid"), "product_line": ("auto", "home")},
        refs={"policy_id": "fct_policies.policy_id", "holder_id": "dim_holder.holder_id"},
    )  # fmt: skip
    monthly = table(
        "mart_monthly_claims", "month date, product_line varchar, claims_count int, total_claimed decimal",
        values={"product_line": ("auto", "home")},
    )  # fmt: skip
    calls = table(
        "fct_calls_to_support", "call_id int, sub_id int, called_at timestamp, topic varchar, channel varchar, "
        "rating int", key="call_id", refs={"sub_id": "dim_subscriber.sub_id"},
        values={"topic": ("billing", "roaming"), "channel": ("phone", "email")},
    )  # fmt: skip
    usage = table(
        "fct_usage_daily", "usage_id int, sub_id int, usage_date date, data_mb double, roaming_mb double",
        key="usage_id", refs={"sub_id": "dim_subscriber.sub_id"},
    )  # fmt: skip
    invoices = table(
        "fct_invoices", "invoice_id int, sub_id int, invoice_date date, due_date date, paid_at timestamp, "
        "status varchar, amount_due decimal", key="invoice_id", values={"status": ("paid", "open")},
        refs={"sub_id": "dim_subscriber.sub_id"},
    )  # fmt: skip
    payments = table(
        "fct_premium_payments", "payment_id int, policy_id int, paid_on date, amount decimal, method varchar",
        key="payment_id", refs={"policy_id": "fct_policies.policy_id"}, values={"method": ("card", "cash")},
    )  # fmt: skip
    made = replace(monthly, upstream=(claims.name,))
    known = (subscribers, agents, policies, holders, claims, made, calls, usage, invoices, payments)
    return Catalog("telecom", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, description=_TOLD.get(c.name, c.description)) for c in known.columns)
    return replace(known, columns=tuple(columns), workspace="telecom")
