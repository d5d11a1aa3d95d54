from __future__ import annotations

import pytest

from feedback.desk import Decision
from feedback.errors import NotFound
from tests.feedback.conftest import ASKER, PUBLISHER, REVIEWER, Loop, draft, text


def test_what_was_proposed_comes_back(loop: Loop) -> None:
    made = loop.examples.create(draft("매장별 매출은?", language="ko", domains=("sales",), origin={"line": 3}), ASKER)
    found = loop.examples.get(made.id)
    assert (found.question, found.language, found.domains, found.origin) == (
        "매장별 매출은?",
        "ko",
        ["sales"],
        {"line": 3},
    )
    assert (found.state, found.current, found.live, found.created_by) == ("candidate", 1, None, "ann")
    version = loop.examples.version(made.id, 1)
    assert (version.sql, version.checks[0]["name"]) == ("select count(*) from orders", "door")


def test_by_the_beginning_of_the_id(loop: Loop) -> None:
    made = loop.made("candidate")
    assert loop.examples.get(made.id[:8]).id == made.id
    for unknown in ("", made.id[:3], "nothing"):
        with pytest.raises(NotFound):
            loop.examples.get(unknown)


def test_find(loop: Loop) -> None:
    first = loop.made("candidate", question="50% of orders", seen=2)
    second = loop.made("rejected", question="stores", sql="select 1 from stores", role="benchmark")
    assert [e.id for e in loop.examples.find()] == [first.id, second.id]
    assert [e.id for e in loop.examples.find(states=("rejected",))] == [second.id]
    assert [e.id for e in loop.examples.find(role="benchmark")] == [second.id]
    assert [e.id for e in loop.examples.find(text="50%")] == [first.id]
    assert [e.id for e in loop.examples.find(text="FROM STORES")] == [second.id]
    assert loop.examples.find(live=True) == []


def test_texts_are_found_by_what_is_current_or_live(loop: Loop) -> None:
    made = loop.made("published", sql="select 1")
    loop.desk.edit(made.id, text("select 2"), REVIEWER)
    for sql in ("select 1", "select 2"):
        assert [e.id for e in loop.examples.by_fingerprint(f"f:{sql}")] == [made.id]
    loop.desk.move("doubt", made.id, PUBLISHER, Decision("harmful"))
    assert loop.examples.by_fingerprint("f:select 1") == []
    assert [e.id for e in loop.examples.by_template("t:select 2")] == [made.id]
