from __future__ import annotations

import pytest

from catalog_sync.documents import digest, document_of
from catalog_sync.model import SavedQuery
from catalog_sync.questions import asked_of, in_words
from tests.catalog_sync.build import table


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT COUNT(*) FROM orders", "number of orders"),
        (
            "SELECT s.store_name, SUM(o.amount) FROM orders o JOIN stores s ON o.store_id = s.id "
            "WHERE o.status = 'secret' GROUP BY s.store_name ORDER BY 2",
            "store name, total amount of orders, stores by store name where status",
        ),
        ("SELECT name FROM t ORDER BY AVG(ageInYears)", "name of t ordered by age in years"),
        ("SELECT 1", ""),
        ("SELECT FROM WHERE (", ""),
        ("", ""),
    ],
)
def test_a_statement_in_words(sql: str, said: str) -> None:
    assert in_words(sql) == said


def test_no_literal_is_said() -> None:
    assert "ann" not in in_words("SELECT mail FROM people WHERE mail = 'ann@example.com' AND id IN (4711)")
    assert "4711" not in in_words("SELECT mail FROM people WHERE id IN (4711)")


def test_they_are_in_the_document_each_once() -> None:
    queries = (SavedQuery("SELECT SUM(amount) FROM orders"), SavedQuery("select sum(AMOUNT) from orders"))
    bare, asked = table("orders", "amount"), table("orders", "amount", queries=queries)
    assert asked_of(asked) == ("total amount of orders",)
    assert document_of("shop", asked).text == f"{document_of('shop', bare).text}. answers total amount of orders"
    assert digest(asked) != digest(bare)
