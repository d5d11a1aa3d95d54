from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.vectors.english import stem


@pytest.mark.parametrize(
    "forms",
    [
        "order orders ordered ordering",
        "price prices priced pricing",
        "category categories",
        "address addresses addressed",
        "process processes processed processing",
        "ship ships shipped shipping",
        "bill bills billed billing",
        "cancel cancels cancelled canceled cancelling",
        "store stores stored storing",
        "status statuses",
        "box boxes boxed",
        "branch branches",
        "pay pays paying",
        "reply replies replied replying",
        "id ids",
        "sku skus",
        "rates rate",
        "rated rating ratings",
        "update updates updated updating",
        "tax taxes taxed",
    ],
)
def test_forms_of_a_word_meet(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1, {form: stem(form) for form in forms.split()}


@pytest.mark.parametrize(
    "different",
    [
        "order customer",
        "need nee",
        "string str",
        "analysis analy",
        "bonus bon",
        "store story",
        "sale salary",
        "speed spe",
        "press pre",
    ],
)
def test_other_words_do_not(different: str) -> None:
    left, right = different.split()
    assert stem(left) != stem(right)


@pytest.mark.parametrize("word", ["주문", "2024", "café", "q1", "us", "as", ""])
def test_what_is_not_an_english_word_stays(word: str) -> None:
    assert stem(word) == word


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_something_is_always_left(word: str) -> None:
    assert stem(word)
    assert len(stem(word)) <= len(word)
