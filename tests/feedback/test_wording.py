"""Questions written by a model, and what the model gets to see."""

from __future__ import annotations

import pytest

from backends.llm.scripted import ScriptedLLM
from feedback import importing
from feedback.drafts import Text
from feedback.sources.found import Found, Skipped
from feedback.wording import question_of
from tests.feedback.conftest import PUBLISHER, Shop
from tests.support.catalogs import shop as catalog_of_shop

SQL = "select count(*) from orders where status = 'open'"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("How many orders are open?", "How many orders are open?"),
        ('\n"How many orders are open?"\nSQL: ...', "How many orders are open?"),
        ("Question: 열린 주문은 몇 건인가요?", "열린 주문은 몇 건인가요?"),
        ("SELECT count(*) FROM orders", ""),
        ("  \n", ""),
        ("very long " * 60, ""),
    ],
)
def test_one_line_or_nothing(said: str, question: str) -> None:
    llm = ScriptedLLM([said])
    assert question_of(SQL, ["main.orders"], catalog_of_shop(), llm, "ko") == question
    assert "Korean" in llm.prompts[0]
    assert "- orders:" in llm.prompts[0]


def test_what_is_refused_never_reaches_the_model_and_what_is_personal_is_masked(shop: Shop) -> None:
    seen: list[str] = []

    def write(text: Text) -> str:
        seen.append(text.sql)
        return "How many orders have this status?"

    found = [
        Found("select customer_name from customers where customer_name = 'Canary'", where="1"),
        Found("select count(*) from orders where status = 'canary@example.com'", where="2"),
        Skipped("3", "no SQL"),
    ]
    report = importing.take(found, shop.intake(), PUBLISHER, "query_log", write=write)
    assert len(seen) == 1
    assert "anary" not in "".join(seen)
    assert [s.where for s in report.skipped] == ["1", "3"]
    (made,) = shop.loop.examples.find()
    assert (made.question_by, made.source) == ("model", "query_log")


def test_without_a_writer_a_query_without_a_question_is_passed_over(shop: Shop) -> None:
    report = importing.take([Found(SQL, where="1")], shop.intake(), PUBLISHER, "import")
    assert [(s.where, "--write-questions" in s.reason) for s in report.skipped] == [("1", True)]
