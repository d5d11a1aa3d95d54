"""A bank: flags called as values elsewhere are, spending that nobody counts, categories that not all rows have."""

from __future__ import annotations

from dataclasses import replace

from catalog_sync.model import Catalog, CatalogTable
from tests.support.catalogs import table

_SPOKEN = {"txn_type": ("transaction type",), "spend_amount": ("spend",)}
_OPTIONAL = frozenset(("merchant_category",))


def bank() -> Catalog:
    branches = table(
        "dim_branch", "branch_id int, branch_name varchar, city varchar", key="branch_id", values={"city": ("Ashford",)}
    )
    customers = table(
        "dim_customer", "customer_id int, customer_no varchar, gender varchar, city varchar, segment varchar, "
        "birth_year int, home_branch_id int", key="customer_id", refs={"home_branch_id": "dim_branch.branch_id"},
        values={"gender": ("female", "male"), "city": ("Ashford",), "segment": ("mass", "private")},
    )  # fmt: skip
    products = table("dim_product", "product_id int, product_name varchar, category varchar", key="product_id")
    accounts = table(
        "fct_accounts", "account_id int, customer_id int, branch_id int, account_type varchar, balance decimal",
        key="account_id", values={"account_type": ("savings", "deposit")},
        refs={"customer_id": "dim_customer.customer_id", "branch_id": "dim_branch.branch_id"},
    )  # fmt: skip
    transactions = table(
        "fct_transactions", "transaction_id int, account_id int, posted_at timestamp, txn_type varchar, "
        "channel varchar, amount decimal, merchant_category varchar, is_fraud boolean, status varchar",
        key="transaction_id", refs={"account_id": "fct_accounts.account_id"},
        values={"channel": ("web", "app"), "merchant_category": ("fuel", "travel"), "status": ("declined",),
            "txn_type": ("payment", "withdrawal")},
    )  # fmt: skip
    loans = table(
        "fct_loans", "loan_id int, product_id int, interest_rate decimal, loan_status varchar", key="loan_id",
        refs={"product_id": "dim_product.product_id"}, values={"loan_status": ("overdue", "active")},
    )  # fmt: skip
    payments = table(
        "fct_loan_payments", "payment_id int, loan_id int, paid_on date, amount_paid decimal", key="payment_id",
        refs={"loan_id": "fct_loans.loan_id"},
    )  # fmt: skip
    spend = table(
        "fct_card_spend", "customer_id int, spend_month date, spend_amount decimal",
        refs={"customer_id": "dim_customer.customer_id"},
    )  # fmt: skip
    tickets = table(
        "fct_support_tickets", "ticket_id int, customer_id int, created_at timestamp, channel varchar, "
        "category varchar, priority varchar, satisfaction int",
        key="ticket_id", refs={"customer_id": "dim_customer.customer_id"},
        values={"channel": ("phone", "email"), "category": ("fraud", "card"), "priority": ("high", "low")},
    )  # fmt: skip
    known = (branches, customers, products, accounts, transactions, loans, payments, spend, tickets)
    return Catalog("bank", "duckdb", tuple(map(_told, known)))


def _told(known: CatalogTable) -> CatalogTable:
    columns = (replace(c, synonyms=_SPOKEN.get(c.name, ()), nullable=c.name in _OPTIONAL) for c in known.columns)
    return replace(known, columns=tuple(columns), workspace="bank")
