"""The table itself: pure."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import lifecycle
from feedback.lifecycle import STATES, TABLE, Facts, find, possible, step
from feedback.people import SERVICE, Actor

REVIEWER = Actor.of("rob", "reviewer")


def test_each_move_leads_one_way_from_a_state() -> None:
    pairs = [(m.name, s) for m in TABLE for s in m.sources]
    assert len(pairs) == len(set(pairs))
    assert {s for m in TABLE for s in m.sources} | {m.target for m in TABLE if m.target} <= set(STATES)


def test_every_state_can_be_reached_and_all_but_merged_can_be_left() -> None:
    reached = {"candidate"}
    for _ in STATES:
        reached |= {m.target for m in TABLE if m.target and m.sources & reached}
    assert reached == set(STATES)
    assert {s for s in STATES if not any(s in m.sources for m in TABLE)} == {"merged"}


def test_only_publish_makes_a_version_live() -> None:
    assert {m.name for m in TABLE if m.live == "set"} == {"publish"}


@given(st.lists(st.sampled_from(sorted({m.name for m in TABLE})), max_size=30), st.booleans())
def test_whatever_is_done_a_live_version_was_verified_and_published(names: list[str], held_out: bool) -> None:
    """Plays any sequence of moves, each with facts that let it through where anything may."""
    state, live, verified = "candidate", False, False
    for name in names:
        facts = Facts(
            REVIEWER, reason="other", into="x", gate=True, live=live, role="benchmark" if held_out else "retrieval"
        )
        made = step(name, state, facts)  # type: ignore[arg-type]
        if made is None or made.failed:
            continue
        if name == "publish":
            assert verified
            assert not held_out
        verified = made.target == "verified" or (made.target == "published")
        live = {"keep": live, "set": True, "drop": False}[made.move.live]
        state = made.target
        assert live or state != "published"
        assert not (live and state in ("stale", "retired", "rejected", "merged"))


@pytest.mark.parametrize(
    ("name", "state", "changes", "guard"),
    [
        ("approve", "in_review", {"edited_by": "rob"}, "second_person"),
        ("approve", "in_review", {"blocking": ("runs",)}, "checks"),
        ("approve", "in_review", {"blocking": ("runs",), "override": True, "reason": "known"}, "checks"),
        ("reject", "in_review", {"reason": "I do not like it"}, "reason"),
        ("reject", "in_review", {"reason": "wrong_join", "live": True}, "not_live"),
        ("ask_back", "in_review", {"reason": " "}, "reason"),
        ("merge", "candidate", {}, "into"),
        ("publish", "verified", {"role": "benchmark", "gate": True}, "role"),
        ("publish", "verified", {"conflicts": ("x",), "gate": True}, "conflict"),
        ("publish", "verified", {"gate": False}, "gate"),
        ("publish", "verified", {"gate": None}, "gate"),
        ("publish", "verified", {"gate": False, "gate_wanted": False}, "gate"),
        ("doubt", "candidate", {"reason": "gone"}, "relied_on"),
        ("discard", "candidate", {"reason": "no"}, "live"),
    ],
)
def test_guards(name: str, state: lifecycle.State, changes: dict[str, object], guard: str) -> None:
    made = step(name, state, Facts(REVIEWER, **changes))  # type: ignore[arg-type]
    assert made is not None
    assert [g.name for g in made.failed] == [guard]


def test_one_s_own_sql_is_approved_where_the_setting_allows_it_and_then_it_shows() -> None:
    made = step("approve", "in_review", Facts(REVIEWER, edited_by="rob", self_approval=True))
    assert made is not None
    assert (made.failed, made.self_approved) == ((), True)
    other = step("approve", "in_review", Facts(REVIEWER, edited_by="ann", self_approval=True))
    assert other is not None
    assert not other.self_approved


def test_a_publisher_may_override_a_check_with_a_reason() -> None:
    facts = Facts(Actor.of("pat", "reviewer", "publisher"), blocking=("runs",), override=True, reason="known")
    made = step("approve", "in_review", facts)
    assert made is not None
    assert (made.failed, made.overridden) == ((), ("runs",))


def test_there_is_no_way_past_the_review() -> None:
    assert [find("publish", s) for s in ("candidate", "in_review", "waiting", "stale", "rejected")] == [None] * 5
    assert step("approve", "candidate", Facts(REVIEWER)) is None


def test_who_may() -> None:
    assert "approve" in possible("in_review", REVIEWER)
    assert "publish" not in possible("verified", REVIEWER)
    assert possible("in_review", Actor.of("ann", "asker")) == ()
    assert "publish" in possible("verified", Actor.of("root", "admin"))
    assert set(possible("published", SERVICE)) == {"doubt"}


def test_roles_hold_in_domains() -> None:
    sales = Actor("kim", {"reviewer": frozenset({"sales"})})
    assert possible("in_review", sales, frozenset({"sales"}))
    assert possible("in_review", sales, frozenset({"finance"})) == ()
    assert possible("in_review", sales, frozenset({"sales", "finance"})) == ()
    assert not sales.may(("publisher",), ())


@pytest.mark.parametrize(("state", "name"), list(itertools.product(("merged",), sorted(lifecycle.MOVES))))
def test_what_is_merged_stays_so(state: lifecycle.State, name: str) -> None:
    assert find(name, state) is None
