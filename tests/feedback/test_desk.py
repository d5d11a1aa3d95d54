"""The desk over SQLite and PostgreSQL: the same promises on both."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from feedback import audit, outbox
from feedback.desk import Decision
from feedback.drafts import Check
from feedback.errors import Conflict, LeaseHeld, MoveRefused, NotFound, NotPermitted
from feedback.lifecycle import MOVES, STATES, possible
from feedback.people import SERVICE, Actor
from tests.feedback.conftest import ASKER, OTHER, PUBLISHER, REVIEWER, Loop, draft, text


@pytest.mark.parametrize("wanted", [s for s in STATES if s != "merged"])
def test_every_state_is_reached_by_moves(loop: Loop, wanted: str) -> None:
    made = loop.made(wanted)
    assert loop.examples.get(made.id).state == wanted
    assert loop.examples.counts() == {wanted: 1}


def test_published_means_live_and_in_the_outbox(loop: Loop) -> None:
    made = loop.made("verified")
    assert outbox.pending(loop.engine, "index shop") == []
    made = loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))
    assert (made.state, made.live) == ("published", 1)
    assert [e.key for e in outbox.pending(loop.engine, "index shop")] == [made.id]
    assert [(e.id, v.number) for e, v in loop.examples.live()] == [(made.id, 1)]
    loop.desk.move("retire", made.id, PUBLISHER, Decision("old"))
    assert len(outbox.pending(loop.engine, "index shop")) == 2
    assert loop.examples.live() == []


def test_nobody_approves_their_own_edit(loop: Loop) -> None:
    made = loop.made("in_review")
    edited = loop.desk.edit(made.id, text("select 2"), REVIEWER, lock=made.lock)
    with pytest.raises(MoveRefused) as raised:
        loop.desk.move("approve", made.id, REVIEWER)
    assert raised.value.guard == "second_person"
    done = loop.desk.move("approve", made.id, OTHER, lock=edited.lock)
    assert (done.state, done.current) == ("verified", 2)
    assert [r.self_approved for r in loop.examples.reviews(made.id)] == [False]


def test_where_it_is_allowed_self_approval_is_on_record(loop: Loop) -> None:
    loop = loop.with_rules(self_approval=True)
    made = loop.made("in_review")
    loop.desk.edit(made.id, text("select 2"), REVIEWER)
    loop.desk.move("approve", made.id, REVIEWER)
    assert [r.self_approved for r in loop.examples.reviews(made.id)] == [True]
    assert "self_approved" in audit.read(loop.engine, key=made.id)[0].reason


def test_an_overridden_check_is_on_record(loop: Loop) -> None:
    failing = text(checks=(Check("runs", "fail", "no such table", blocking=True), Check("rows", "fail")))
    made = loop.made("in_review", text=failing)
    both = Actor.of("pat", "reviewer", "publisher")
    with pytest.raises(MoveRefused, match="runs"):
        loop.desk.move("approve", made.id, both)
    loop.desk.move("approve", made.id, both, Decision("the server was down", override=True))
    assert [r.overridden for r in loop.examples.reviews(made.id)] == [["runs"]]


def test_of_two_edits_both_are_kept_and_the_second_is_told(loop: Loop) -> None:
    made = loop.made("in_review")
    loop.desk.edit(made.id, text("select 'first'"), REVIEWER, lock=made.lock, base=1)
    with pytest.raises(Conflict) as raised:
        loop.desk.edit(made.id, text("select 'second'"), OTHER, lock=made.lock, base=1)
    assert (raised.value.theirs, raised.value.yours, raised.value.person) == (2, 3, "rob")
    assert [(v.number, v.parent, v.sql) for v in loop.examples.versions(made.id)] == [
        (1, None, "select count(*) from orders"),
        (2, 1, "select 'first'"),
        (3, 1, "select 'second'"),
    ]
    found = loop.examples.get(made.id)
    assert (found.current, found.lock) == (2, made.lock + 1)


def test_a_decision_on_an_outdated_card_is_refused(loop: Loop) -> None:
    made = loop.made("in_review")
    loop.desk.move("reject", made.id, OTHER, Decision("wrong_join"), lock=made.lock)
    with pytest.raises(Conflict, match="rita was first: reject, it is now rejected"):
        loop.desk.move("approve", made.id, REVIEWER, lock=made.lock)
    assert loop.examples.get(made.id).state == "rejected"


@pytest.mark.parametrize("workers", [6])
def test_of_many_who_decide_at_once_one_wins(loop: Loop, workers: int) -> None:
    made = loop.made("in_review")
    start = threading.Barrier(workers)

    def decide(number: int) -> str:
        start.wait()
        name, decision = (("approve", Decision()), ("reject", Decision("other")))[number % 2]
        try:
            loop.desk.move(name, made.id, Actor.of(f"r{number}", "reviewer"), decision, lock=made.lock)
        except Conflict:
            return "late"
        return name

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(decide, range(workers)))
    assert outcomes.count("late") == workers - 1
    assert len(loop.examples.reviews(made.id)) == 1
    (won,) = set(outcomes) - {"late"}
    assert loop.examples.get(made.id).state == {"approve": "verified", "reject": "rejected"}[won]


def test_many_edits_at_once_lose_nothing(loop: Loop) -> None:
    made = loop.made("in_review")
    start = threading.Barrier(5)

    def edit(number: int) -> bool:
        start.wait()
        try:
            loop.desk.edit(made.id, text(f"select {number}"), Actor.of(f"r{number}", "reviewer"), lock=made.lock)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(edit, range(5))) == 1
    assert {v.sql for v in loop.examples.versions(made.id)} > {f"select {n}" for n in range(5)}


def test_a_lease_keeps_others_away_until_it_runs_out(loop: Loop) -> None:
    made = loop.made("in_review")
    with pytest.raises(LeaseHeld) as raised:
        loop.desk.move("claim", made.id, OTHER)
    assert raised.value.person == "rob"
    loop.clock.later(minutes=4)
    loop.desk.renew(made.id, REVIEWER)
    loop.clock.later(minutes=4)
    assert loop.examples.lease(made.id) is not None
    with pytest.raises(LeaseHeld):
        loop.desk.renew(made.id, OTHER)
    loop.clock.later(minutes=2)
    assert loop.examples.lease(made.id) is None
    loop.desk.move("claim", made.id, OTHER)
    lease = loop.examples.lease(made.id)
    assert lease is not None
    assert lease.person == "rita"


def test_what_was_left_goes_back_into_the_queue(loop: Loop) -> None:
    made = loop.made("in_review")
    assert loop.desk.free_expired(SERVICE) == 0
    loop.clock.later(minutes=6)
    assert loop.desk.free_expired(SERVICE) == 1
    assert loop.examples.get(made.id).state == "candidate"


def test_the_queue_gives_the_most_asked_first_and_none_twice(loop: Loop) -> None:
    few, many = (loop.examples.create(draft(f"q{n}", seen=n), ASKER) for n in (1, 9))
    first, second = loop.desk.claim_next(REVIEWER), loop.desk.claim_next(OTHER)
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == (many.id, few.id)
    assert loop.desk.claim_next(Actor.of("third", "reviewer")) is None


def test_the_queue_has_neither_one_s_own_nor_another_domain_s(loop: Loop) -> None:
    loop.examples.create(draft("mine"), REVIEWER)
    loop.examples.create(draft("finance", domains=("finance",)), ASKER)
    sales = Actor("rob", {"reviewer": frozenset({"sales"})})
    assert loop.desk.queue(sales) == []
    assert [e.question for e in loop.desk.queue(REVIEWER)] == ["finance"]
    assert len(loop.with_rules(self_approval=True).desk.queue(REVIEWER)) == 2


def test_undo_within_seconds_by_the_same_person(loop: Loop) -> None:
    made = loop.made("in_review")
    loop.desk.move("reject", made.id, REVIEWER, Decision("other"))
    with pytest.raises(MoveRefused):
        loop.desk.undo(made.id, OTHER)
    back = loop.desk.undo(made.id, REVIEWER)
    assert (back.state, back.reason) == ("in_review", "")
    lease = loop.examples.lease(made.id)
    assert lease is not None
    assert lease.person == "rob"
    with pytest.raises(MoveRefused):
        loop.desk.undo(made.id, REVIEWER)
    assert [a.action for a in audit.read(loop.engine, key=made.id)] == ["undo", "reject", "claim", "create"]


def test_undo_too_late(loop: Loop) -> None:
    made = loop.made("in_review")
    loop.desk.move("approve", made.id, REVIEWER)
    loop.clock.later(seconds=16)
    with pytest.raises(MoveRefused, match="no decision of yours"):
        loop.desk.undo(made.id, REVIEWER)


def test_publishing_is_not_undone_but_unpublished(loop: Loop) -> None:
    made = loop.made("published")
    with pytest.raises(MoveRefused):
        loop.desk.undo(made.id, PUBLISHER)
    assert loop.desk.move("unpublish", made.id, PUBLISHER, Decision("look again")).live is None


def test_an_edit_of_a_published_example_leaves_it_live_until_the_next_is_published(loop: Loop) -> None:
    made = loop.made("published")
    edited = loop.desk.edit(made.id, text("select 2"), OTHER)
    assert (edited.state, edited.current, edited.live) == ("in_review", 2, 1)
    assert [v.number for _, v in loop.examples.live()] == [1]
    with pytest.raises(MoveRefused) as raised:
        loop.desk.move("reject", made.id, REVIEWER, Decision("other"))
    assert raised.value.guard == "not_live"
    loop.desk.move("approve", made.id, REVIEWER)
    done = loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))
    assert (done.state, done.live) == ("published", 2)


def test_a_discarded_edit_leaves_what_was_published(loop: Loop) -> None:
    made = loop.made("published")
    loop.desk.edit(made.id, text("select 2"), OTHER)
    done = loop.desk.move("discard", made.id, REVIEWER, Decision("no better"))
    assert (done.state, done.current, done.live) == ("published", 1, 1)
    assert [(r.decision, r.version) for r in loop.examples.reviews(made.id)][-1] == ("discard", 2)


def test_two_answers_to_one_question_are_not_both_published(loop: Loop) -> None:
    first = loop.made("published")
    second = loop.made("verified", text=text("select 2"))
    with pytest.raises(MoveRefused, match=first.id) as raised:
        loop.desk.move("publish", second.id, PUBLISHER, Decision(gate=True))
    assert raised.value.guard == "conflict"
    loop.desk.move("publish", second.id, PUBLISHER, Decision(gate=True, agree=frozenset({first.id})))


def test_a_held_out_example_is_never_published(loop: Loop) -> None:
    made = loop.made("verified", role="benchmark")
    with pytest.raises(MoveRefused, match="held-out benchmark"):
        loop.desk.move("publish", made.id, PUBLISHER, Decision(gate=True))


def test_merging_says_into_which(loop: Loop) -> None:
    first, second = loop.made("candidate"), loop.made("candidate")
    for into in ("", second.id):
        with pytest.raises(MoveRefused, match="into which"):
            loop.desk.move("merge", second.id, REVIEWER, Decision(into=into))
    with pytest.raises(NotFound):
        loop.desk.move("merge", second.id, REVIEWER, Decision(into="nothing"))
    assert loop.desk.move("merge", second.id, REVIEWER, Decision(into=first.id)).merged_into == first.id


def test_roles_decide(loop: Loop) -> None:
    made = loop.made("verified", domains=("sales",))
    for actor in (ASKER, REVIEWER, Actor("p", {"publisher": frozenset({"finance"})}), Actor("")):
        with pytest.raises(NotPermitted):
            loop.desk.move("publish", made.id, actor, Decision(gate=True))
    loop.desk.move("publish", made.id, Actor("p", {"publisher": frozenset({"sales"})}), Decision(gate=True))


def test_a_refused_move_changes_nothing(loop: Loop) -> None:
    made = loop.made("in_review")
    before = (loop.examples.get(made.id).lock, len(audit.read(loop.engine)))
    for name, decision in (("approve", Decision()), ("reject", Decision("because"))):
        actor = ASKER if name == "approve" else REVIEWER
        with pytest.raises((NotPermitted, MoveRefused)):
            loop.desk.move(name, made.id, actor, decision)
    with pytest.raises(MoveRefused, match="can't be moved by 'fly'"):
        loop.desk.move("fly", made.id, REVIEWER)
    assert (loop.examples.get(made.id).lock, len(audit.read(loop.engine))) == before


def test_every_move_is_in_the_audit_with_before_and_after(loop: Loop) -> None:
    made = loop.made("published")
    rows = audit.read(loop.engine, key=made.id)
    assert [(a.action, a.person, a.before.get("state"), a.after["state"]) for a in reversed(rows)] == [
        ("create", "ann", None, "candidate"),
        ("claim", "rob", "candidate", "in_review"),
        ("approve", "rob", "in_review", "verified"),
        ("publish", "pat", "verified", "published"),
    ]
    assert replace(PUBLISHER).via == rows[0].via


@pytest.mark.parametrize("name", possible("verified", PUBLISHER))
def test_what_is_offered_is_refused_for_its_guards_alone(loop: Loop, name: str) -> None:
    made = loop.made("verified")
    try:
        loop.desk.move(name, made.id, PUBLISHER, Decision())
    except MoveRefused as refused:
        named = {g.name for m in MOVES[name] for g in m.guards}
        assert refused.guard in named  # noqa: PT017


def test_a_refused_decision_changes_nothing_that_somebody_else_has_on_the_screen(loop: Loop) -> None:
    made = loop.made("candidate")
    with pytest.raises(MoveRefused, match="nobody approves their own SQL"):
        loop.desk.decide("approve", made.id, Actor.of("ann", "reviewer"), lock=made.lock)
    assert loop.examples.get(made.id).state == "candidate"
    assert loop.examples.lease(made.id) is None
    assert [row.action for row in audit.read(loop.engine, key=made.id)] == ["create"]
    done = loop.desk.decide("approve", made.id, REVIEWER, lock=made.lock)
    assert (done.state, loop.examples.lease(made.id)) == ("verified", None)
    assert [row.action for row in audit.read(loop.engine, key=made.id)] == ["approve", "claim", "create"]
