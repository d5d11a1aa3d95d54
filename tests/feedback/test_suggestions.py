"""On every state database: who may move what, and that two people's decisions do not overwrite each other."""

from __future__ import annotations

import pytest

from catalog_sync.edits import Edit, Written
from feedback import audit
from feedback.errors import Conflict, MoveRefused, NotAccepted, NotFound
from feedback.people import Actor
from feedback.rules import Rules
from feedback.suggestions import Suggestions, edit_of
from tests.feedback.conftest import Clock, Loop

ANN, KIM = Actor.of("ann", "asker"), Actor.of("kim", "owner")
EDIT = Edit("main.orders", "amount", "description", "Net amount.", "Amount.")


@pytest.fixture
def store(loop: Loop) -> Suggestions:
    return Suggestions(loop.engine, "shop", Rules(daily_limit=3), Clock())


def test_the_way_of_one(store: Suggestions, loop: Loop) -> None:
    made = store.propose(EDIT, ANN)
    assert edit_of(store.get(made.id)) == EDIT
    assert store.approve(made.id, KIM, lock=1).state == "approved"
    assert store.settle(made.id, Written(EDIT, "kept", "Gross amount.", "it was changed"), KIM).state == "conflict"
    assert (store.get(made.id).there, store.get(made.id).why) == ("Gross amount.", "it was changed")
    revised = store.revise(made.id, "Net amount, once gross.", KIM, 3, "Gross amount.")
    assert (revised.state, revised.person, revised.was) == ("proposed", "kim", "Gross amount.")
    assert store.approve(made.id, ANN, lock=4).decided_by == "ann"
    assert store.settle(made.id, Written(EDIT, "written", to="models.yml"), ANN).state == "written"
    done = [row.action for row in audit.read(loop.engine, kind="suggestion")]
    assert done == ["write", "approve", "revise", "conflict", "approve", "suggest"]
    assert [found.id for found in store.find("written", table="main.orders")] == [made.id]
    assert store.find("proposed", "conflict") == []


def test_nobody_overwrites_a_decision(store: Suggestions) -> None:
    made = store.propose(EDIT, ANN)
    store.decline(made.id, KIM, 1, "no")
    with pytest.raises(Conflict):
        store.approve(made.id, KIM, 1)
    with pytest.raises(MoveRefused):
        store.approve(made.id, KIM, 2)
    with pytest.raises(NotFound):
        store.get("nothing")


def test_ones_own_text_is_for_another_to_approve(store: Suggestions, loop: Loop) -> None:
    made = store.propose(EDIT, KIM)
    with pytest.raises(MoveRefused, match="own"):
        store.approve(made.id, KIM, 1)
    alone = Suggestions(loop.engine, "shop", Rules(self_approval=True), Clock())
    assert alone.approve(made.id, KIM, 1).state == "approved"
    assert audit.read(loop.engine, kind="suggestion")[0].reason == "self_approved"


def test_the_same_text_is_one_and_a_day_has_a_limit(store: Suggestions) -> None:
    one = store.propose(EDIT, ANN)
    assert store.propose(Edit("main.orders", "amount", "description", " net amount. "), KIM).id == one.id
    for word in ("takings", "sales"):
        store.propose(Edit("main.orders", "amount", "synonym", word), ANN)
    with pytest.raises(NotAccepted):
        store.propose(Edit("main.orders", "amount", "synonym", "turnover"), ANN)
    store.propose(Edit("main.orders", "amount", "synonym", "turnover"), KIM)


def test_other_projects_are_apart(store: Suggestions, loop: Loop) -> None:
    made = store.propose(EDIT, ANN)
    other = Suggestions(loop.engine, "another", Rules(), Clock())
    assert other.find() == []
    with pytest.raises(NotFound):
        other.get(made.id)
