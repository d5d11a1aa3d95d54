from __future__ import annotations

import pytest

from feedback.errors import MoveRefused
from feedback.given import Kind
from feedback.heard import Heard, hear
from tests.feedback.conftest import ASKER, REVIEWER, Shop

COUNT = "select count(*) from orders"


def said(shop: Shop, ask: str, kind: Kind, **more: str) -> Heard:
    record = shop.loop.asks.get(ask)
    assert record is not None
    return hear(shop.loop.given, shop.intake(), record, kind, ASKER, **more)  # type: ignore[arg-type]


@pytest.fixture
def ask(shop: Shop) -> str:
    return shop.loop.asks.record(question="How many orders?", language="en", status="answered", sql=COUNT)


def test_a_thumb_up_proposes_the_answer_and_an_edit_its_own_sql(shop: Shop, ask: str) -> None:
    up = said(shop, ask, "up")
    edit = said(shop, ask, "edit", sql="select count(order_id) from orders")
    assert up.taken
    assert edit.taken
    assert [e.origin["ask"] for e in shop.loop.examples.find()] == [ask, ask]
    assert {f.example for f in shop.loop.given.of_ask(ask)} == {up.taken.example.id, edit.taken.example.id}


def test_a_thumb_down_and_a_comment_propose_nothing(shop: Shop, ask: str) -> None:
    assert said(shop, ask, "down", reason="wrong_filter").taken is None
    assert said(shop, ask, "comment", comment="hm").taken is None
    with pytest.raises(MoveRefused):
        said(shop, ask, "down")
    assert shop.loop.examples.find() == []


def test_what_can_not_become_an_example_is_still_heard(shop: Shop, ask: str) -> None:
    heard = said(shop, ask, "edit", sql="select customer_name from customers where customer_name = 'Ann Secret'")
    assert heard.refused
    assert heard.refused.rule == "door"
    kept = shop.loop.given.of_ask(ask)
    assert [(f.kind, f.example) for f in kept] == [("edit", None)]
    assert "Secret" not in kept[0].sql


def test_what_was_rejected_is_heard_and_not_proposed_again(shop: Shop, ask: str) -> None:
    first = said(shop, ask, "up").taken
    assert first
    from feedback.desk import Decision

    shop.loop.desk.decide("reject", first.example.id, REVIEWER, Decision("wrong_table"))
    again = said(shop, ask, "up")
    assert again.refused
    assert again.refused.rule == "rejected"
