"""Whom a question speaks of, and what they are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.generator.retrieve.mentions import calls_rows
from tests.support.catalogs import shop

CUSTOMERS = replace(next(t for t in shop() if t.name.name == "customers"), synonyms=("고객사",))


@pytest.mark.parametrize(
    ("word", "question", "expected"),
    [
        ("고객사", "고객사들의 잔액 합계를 알려줘", True),
        ("고객사", "고객사 이름을 모두 알려줘", False),
        ("고객사", "고객사의 이름과 나라", False),
        ("customers", "the balance of all customers", True),
        ("customer", "list customer names", False),
        ("전화", "고객사들의 전화", False),
    ],
)
def test_calls_rows(word: str, question: str, expected: bool) -> None:
    assert calls_rows(word, question, [CUSTOMERS]) is expected
