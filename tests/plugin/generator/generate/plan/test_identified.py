"""Things that are named by their key, and amounts of money that say which figure is bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog
from plugin.generator.generate.plan.errors import Unread
from tests.support.catalogs import shop, table
from tests.support.parcels import planned

PATIENTS = table("patients", "patient_id varchar, city varchar", key="patient_id", values={"city": ("Rome",)})
PRODUCTS = table("products", "product_id int, product_name varchar", key="product_id")
VISITS = table("visits", "visit_id int, patient_id varchar, product_id int, visit_date date, fee decimal",
    key="visit_id", refs={"patient_id": "patients.patient_id", "product_id": "products.product_id"})  # fmt: skip
CATALOG = Catalog(
    "keys", "duckdb", (replace(PATIENTS, synonyms=("환자",)), PRODUCTS, replace(VISITS, synonyms=("방문",)))
)
FEES = "SELECT SUM(fee) AS fee FROM main.visits"


@pytest.mark.parametrize(
    ("of", "question", "sql"),
    [
        ("visits", "total fee of patient PT000415", f"{FEES} WHERE patient_id = 'PT000415'"),
        ("visits", "What is the total fee of patient PT000415.", f"{FEES} WHERE patient_id = 'PT000415'"),
        ("visits", "total fee of patient PT-000_415", f"{FEES} WHERE patient_id = 'PT-000_415'"),
        ("visits", "total fee of visit 12345", f"{FEES} WHERE visit_id = 12345"),
        ("visits", "total fee of visit #12", f"{FEES} WHERE visit_id = 12"),
        ("visits", "total fee of product no. 77", f"{FEES} WHERE product_id = 77"),
        ("patients", "city of patient PT000415", "SELECT DISTINCT city FROM main.patients WHERE patient_id = "
            "'PT000415'"),
        ("patients", "환자 PT000415의 city", "SELECT DISTINCT city FROM main.patients WHERE patient_id = 'PT000415'"),
        ("visits", "방문 12345의 총 fee", f"{FEES} WHERE visit_id = 12345"),
    ],
)  # fmt: skip
def test_by_its_key(of: str, question: str, sql: str) -> None:
    assert planned(question, of, CATALOG) == sql


def test_with_what_is_said_behind() -> None:
    sql = planned("total fee of patient PT000415, by month", "visits", CATALOG)
    assert "WHERE patient_id = 'PT000415' GROUP BY DATE_TRUNC('MONTH', visit_date)" in sql


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many visits in 2024?", "visit_date >= CAST('2024-01-01' AS DATE)"),
        ("total fee of visit 2024-05-12", "visit_date >= CAST('2024-05-12' AS DATE)"),
        ("total fee per product 2024", "visits.visit_date >= CAST('2024-01-01' AS DATE)"),
        ("방문 3회 이상 환자 수", "HAVING COUNT(*) >= 3"),
    ],
)
def test_years_and_counts_are_no_keys(question: str, condition: str) -> None:
    sql = planned(question, "visits", CATALOG)
    assert condition in sql
    assert "_id = " not in sql.replace("visits.product_id = products.product_id", "")


@pytest.mark.parametrize(
    ("of", "question"),
    [
        ("patients", "환자 12명 목록"), ("patients", "환자 12회"), ("visits", "방문 12건"),
        ("visits", "total fee of visit ABC12"),  # its keys are numbers
        ("visits", "total fee of product 5%"), ("visits", "total fee of product 5.5"),
        ("visits", "total fee of product 5 and 6"), ("visits", "total fee of product 5 or more"),
        ("visits", "total fee excluding visit 12"), ("visits", "visit $12"), ("visits", "total fee of room 12"),
    ],
)  # fmt: skip
def test_what_is_not_read(of: str, question: str) -> None:
    with pytest.raises(Unread):
        planned(question, of, CATALOG)


SHOP = shop()


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many orders over $300 were there?", "SELECT COUNT(*) AS order_count FROM main.orders WHERE amount > 300"),
        ("How many open orders over $50?", "SELECT COUNT(*) AS order_count FROM main.orders WHERE status = 'open' AND "
            "amount > 50"),
        ("orders of at least 300 dollars", "SELECT order_id FROM main.orders WHERE amount >= 300"),
        ("orders between $5 and $10", "SELECT order_id FROM main.orders WHERE amount >= 5 AND amount <= 10"),
        ("How many orders over 50 euros by status?", "SELECT status, COUNT(*) AS order_count FROM main.orders WHERE "
            "amount > 50 GROUP BY status"),
        ("How many orders over $50 per month?", "SELECT DATE_TRUNC('MONTH', order_date) AS month, COUNT(*) AS "
            "order_count FROM main.orders WHERE amount > 50 GROUP BY DATE_TRUNC('MONTH', order_date) ORDER BY "
            "DATE_TRUNC('MONTH', order_date)"),
    ],
)  # fmt: skip
def test_money_is_of_the_rows_beside_it(question: str, sql: str) -> None:
    assert planned(question, "orders", SHOP) == sql


@pytest.mark.parametrize(
    "question",
    [
        "orders over 50",  # of what?
        "stores over $300",
        "How many orders from stores over $300?",
        "customers who ordered over $300",
        "Orders over $50 by store",
    ],
)
def test_a_number_without_money_or_beside_other_things_is_not_read(question: str) -> None:
    with pytest.raises(Unread):
        planned(question, "orders", SHOP)
