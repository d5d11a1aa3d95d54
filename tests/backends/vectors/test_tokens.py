from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.vectors import korean
from backends.vectors.english import STOP_WORDS
from backends.vectors.tokens import sparse_document, sparse_query, terms

texts = st.text(max_size=80)
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9).filter(lambda w: w not in STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OrderItems", "order item"),
        ("order_items", "order item"),
        ("ORDER_ITEMS", "order item"),
        ("ordered an item", "order item"),
        ("customerIDs", "customer id"),
        ("HTTPServer2", "http server 2"),
        ("q1_2024", "q 1 2024"),
        ("raw.orders__2024-01-31", "raw order 2024 01 31"),
        ("ＯｒｄｅｒＩｔｅｍ", "order item"),
        ("ÉcoleNormale café", "école normal café"),
        ("how many of the orders are shipped", "many order ship"),
        ("to be", "to be"),
        ("", ""),
        ("--- !?", ""),
        ("고객의 주문금액을 월별로", "고객 주문 금액 월"),
        ("SMB고객 2명", "smb 고객 2"),
        ("환불된 orders 중 취소한 것", "환불 order 취소"),
        ("dim_customer 테이블의 이메일", "dim customer 테이블 이메일"),
    ],
)
def test_terms(text: str, expected: str) -> None:
    assert terms(text) == tuple(expected.split())


@given(st.lists(words, min_size=1, max_size=6))
def test_an_identifier_has_the_terms_of_its_words(parts: list[str]) -> None:
    spoken = terms(" ".join(parts))
    assert terms("_".join(parts)) == spoken
    assert terms("_".join(parts).upper()) == spoken
    assert terms("".join(part.capitalize() for part in parts)) == spoken


@given(texts)
def test_terms_are_folded_and_never_blank(text: str) -> None:
    for term in terms(text):
        assert term
        assert term == term.casefold()
        assert not any(c.isspace() for c in term)


@given(st.lists(words, max_size=8), st.lists(words, max_size=8))
def test_texts_in_a_row_have_their_terms_in_a_row(left: list[str], right: list[str]) -> None:
    assert terms(" ".join(left + right)) == terms(" ".join(left)) + terms(" ".join(right))


@given(texts)
def test_vectors_are_well_formed(text: str) -> None:
    for vector in (sparse_document(text), sparse_query(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert len(vector.indices) == len(vector.values)
        assert all(value > 0 for value in vector.values)


@given(texts)
def test_a_query_counts_its_terms(text: str) -> None:
    assert sum(sparse_query(text).values) == len(terms(text))
    assert sorted(sparse_query(text).values) == sorted(Counter(terms(text)).values())


@given(texts)
def test_a_document_and_a_query_of_one_text_have_the_same_terms(text: str) -> None:
    assert sparse_document(text).indices == sparse_query(text).indices


def test_a_term_counts_more_the_more_often_it_comes_but_less_each_time() -> None:
    one, two, three = (max(sparse_document("order " * n + "x " * (5 - n)).values) for n in (3, 4, 5))
    assert one < two < three
    assert three - two < two - one


def test_a_term_counts_less_in_a_longer_text() -> None:
    (short,) = sparse_document("order").values
    long = sparse_document("order with customer and payment")
    assert all(value < short for value in long.values)


def test_a_term_has_the_same_id_in_every_process() -> None:
    assert sparse_query("orders").indices == (2437346251,)


def test_english_does_not_load_the_korean_model() -> None:
    code = """if True:
        import sys
        from backends.vectors.tokens import terms
        terms("orders by month, café"); print("kiwipiepy" in sys.modules)
        terms("주문"); print("kiwipiepy" in sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_without_the_korean_model_bigrams_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(korean, "scheme", lambda: "bigrams")
    assert terms("SMB 주문금액 수") == ("smb", "주문", "문금", "금액", "수")
