from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogColumn
from catalog_sync.pii import masked
from feedback.privacy import cleaned
from tests.support.catalogs import shop


def withheld() -> Catalog:
    """`segment` looks personal to the policy: it may be asked for, its values are not kept."""
    old = shop()
    return old.with_tables(tuple(replace(t, columns=tuple(map(_withheld, t.columns))) for t in old))


def _withheld(column: CatalogColumn) -> CatalogColumn:
    return replace(column, withheld="its name looks personal") if column.name == "segment" else column


@pytest.mark.parametrize(
    ("question", "sql", "clean_question", "clean_sql"),
    [
        (
            "Customers of segment Retail?",
            "select count(*) from customers where segment = 'Retail'",
            "Customers of segment ***?",
            "SELECT COUNT(*) FROM customers WHERE segment = '***'",
        ),
        (
            "Open orders",
            "select count(*) from orders where status = 'open'",
            "Open orders",
            "select count(*) from orders where status = 'open'",
        ),
        (
            "Kim or Lee?",
            "select count(*) from customers where segment in ('Kim', 'Lee')",
            "*** or ***?",
            "SELECT COUNT(*) FROM customers WHERE segment IN ('***', '***')",
        ),
    ],
)
def test_literals_of_withheld_columns(question: str, sql: str, clean_question: str, clean_sql: str) -> None:
    assert cleaned(question, sql, withheld()) == (clean_question, clean_sql)


@pytest.mark.parametrize(
    ("sql", "clean"),
    [
        (
            "select * from customers where customer_name = 'Ann O''Hara'",
            "select * from customers where customer_name = '***'",
        ),
        (
            "select nothing from orders where x in ('a', 'b') and y = 5",
            "select nothing from orders where x in ('***', '***') and y = 5",
        ),
        ("select 'unclosed", "select '***'"),
    ],
)
def test_what_the_door_refuses_loses_all_its_texts(sql: str, clean: str) -> None:
    assert cleaned("?", sql, shop())[1] == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail kim@example.com now", "mail *** now"),
        ("call 010-1234-5678", "call ***"),
        ("id 900101-1234567", "id ***"),
        ("from 2019-01-01 to 2020-01-01", "from 2019-01-01 to 2020-01-01"),
        ("at 2019-01-01 00:00:00", "at 2019-01-01 00:00:00"),
        ("top 5 of 2,000,000 in 2019", "top 5 of 2,000,000 in 2019"),
        ("주문 1000건 이상", "주문 1000건 이상"),
    ],
)
def test_what_looks_personal_in_free_text(text: str, clean: str) -> None:
    assert masked(text) == clean
