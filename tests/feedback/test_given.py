from __future__ import annotations

import pytest

from feedback.errors import MoveRefused, NotFound
from feedback.given import find_ask
from tests.feedback.conftest import ASKER, OTHER, Loop


@pytest.fixture
def ask(loop: Loop) -> str:
    return loop.asks.record(question="How many?", language="en", status="answered", sql="select 1")


def test_what_was_said_comes_back_in_order(loop: Loop, ask: str) -> None:
    loop.given.give(ask, "up", ASKER)
    loop.clock.later(seconds=1)
    loop.given.give(ask, "down", OTHER, reason="wrong_filter", comment="cancelled orders count too")
    loop.clock.later(seconds=1)
    loop.given.give(ask, "edit", OTHER, sql="select 2")
    assert [(g.kind, g.person, g.reason, g.sql) for g in loop.given.of_ask(ask)] == [
        ("up", "ann", "", ""),
        ("down", "rita", "wrong_filter", ""),
        ("edit", "rita", "", "select 2"),
    ]


@pytest.mark.parametrize(
    ("kind", "extra"), [("down", {}), ("down", {"reason": "bad"}), ("edit", {"sql": " "}), ("comment", {})]
)
def test_half_of_it_is_refused(loop: Loop, ask: str, kind: str, extra: dict[str, str]) -> None:
    with pytest.raises(MoveRefused):
        loop.given.give(ask, kind, ASKER, **extra)  # type: ignore[arg-type]
    assert loop.given.of_ask(ask) == []


def test_signals_are_no_feedback(loop: Loop, ask: str) -> None:
    for _ in range(2):
        loop.given.signal(ask, "copied", ASKER)
    assert loop.given.signals(ask) == {"copied": 2}
    assert loop.given.of_ask(ask) == []


def test_what_came_of_it(loop: Loop, ask: str) -> None:
    given, made = loop.given.give(ask, "up", ASKER), loop.made("candidate")
    loop.given.link(given.id, made.id)
    assert [g.id for g in loop.given.of_example(made.id)] == [given.id]


def test_asks_by_the_beginning_of_their_id(loop: Loop, ask: str) -> None:
    assert find_ask(loop.engine, ask[:8]).id == ask
    assert find_ask(loop.engine, "last").id == ask
    for unknown in ("", ask[:2], "nothing"):
        with pytest.raises(NotFound):
            find_ask(loop.engine, unknown)
    with pytest.raises(NotFound):
        loop.given.give("nothing", "up", ASKER)
