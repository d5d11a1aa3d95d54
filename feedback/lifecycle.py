"""The life of an example: every move that there is, who may make it, and what must hold. Pure.

    candidate -claim-> in_review -approve-> verified -publish-> published
        in_review -ask_back-> waiting -reply-> candidate        any doubt: -> stale -claim-> in_review
        in_review -reject-> rejected -reopen-> candidate        verified, published, stale -retire-> retired

An edit of a published example is reviewed while the version before it stays live; `live` in a guard's facts says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from feedback.people import PUBLISHER, Actor, Role

State = Literal["candidate", "in_review", "waiting", "verified", "published", "stale", "retired", "rejected", "merged"]
STATES: tuple[State, ...] = (
    "candidate", "in_review", "waiting", "verified", "published", "stale", "retired", "rejected", "merged",
)  # fmt: skip

REASONS = (
    "wrong_table", "wrong_join", "wrong_filter", "wrong_grain", "wrong_metric", "ambiguous", "out_of_scope",
    "duplicate", "sensitive", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What guards look at. `blocking` are the failed checks that forbid approval; `conflicts` are published examples
    that answer nearly the same question with other rows; `gate` is None where no benchmark was run."""

    actor: Actor
    edited_by: str = ""
    live: bool = False
    role: str = "retrieval"
    reason: str = ""
    into: str = ""
    self_approval: bool = False
    blocking: tuple[str, ...] = ()
    override: bool = False
    domains: frozenset[str] = frozenset()
    conflicts: tuple[str, ...] = ()
    gate: bool | None = None
    gate_wanted: bool = True


@dataclass(frozen=True)
class Guard:
    """`holds` is asked; `says` is what a person is told where it does not."""

    name: str
    holds: Callable[[Facts], bool]
    says: str
    hint: str = ""


SECOND_PERSON = Guard(
    "second_person",
    lambda f: f.self_approval or not f.edited_by or f.edited_by != f.actor.name,
    "nobody approves their own SQL",
    "ask somebody else to review it, or set feedback.self_approval in dbt_ask.yml: then it is recorded as such",
)
CHECKS = Guard(
    "checks",
    lambda f: not f.blocking or (f.override and bool(f.reason) and f.actor.may(PUBLISHER, f.domains)),
    "a check that must hold has failed",
    "edit the SQL; a publisher may override it with a reason",
)
REASON = Guard("reason", lambda f: bool(f.reason.strip()), "it needs a reason")
REASON_CODE = Guard(
    "reason", lambda f: f.reason in REASONS, "it needs a reason that is known", f"one of {', '.join(REASONS)}"
)
INTO = Guard("into", lambda f: bool(f.into), "it must be said into which example")
RETRIEVAL = Guard(
    "role",
    lambda f: f.role == "retrieval",
    "its question belongs to the held-out benchmark, which must not be shown to the model",
    "it is kept as verified and measures every change; feedback.benchmark_share sets how many are held out",
)
NO_CONFLICT = Guard(
    "conflict",
    lambda f: not f.conflicts or (f.override and bool(f.reason)),
    "a published example answers nearly the same question with other rows",
    "retire one of the two, merge them, or override it with a reason",
)
GATE = Guard(
    "gate",
    lambda f: bool(f.gate) or (f.gate is None and not f.gate_wanted),
    "the held-out benchmark got worse, or was not run",
    "`dbt-ask feedback publish` runs it; feedback.gate in dbt_ask.yml turns it off",
)
RELIED_ON = Guard("relied_on", lambda f: f.live, "nobody relies on it", "reject it instead")
NOT_LIVE = Guard("not_live", lambda f: not f.live, "an earlier version of it is live", "discard the edit instead")
LIVE = Guard("live", lambda f: f.live, "no version of it is live")


@dataclass(frozen=True)
class Move:
    """`live` is what becomes of the version that questions are answered with: kept, set to the current, dropped."""

    name: str
    sources: frozenset[State]
    target: State | None
    who: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    live: Literal["keep", "set", "drop"] = "keep"


def _move(name: str, sources: str, target: State | None, who: str, *guards: Guard, live: str = "keep") -> Move:
    return Move(name, frozenset(sources.split()), target, frozenset(who.split()), guards, live)  # type: ignore[arg-type]


_OPEN = "candidate in_review waiting"

# `edit` keeps the state of what is not decided yet (target None) and takes the rest back into review.
TABLE: tuple[Move, ...] = (
    _move("claim", "candidate waiting stale in_review", "in_review", "reviewer"),
    _move("release", "in_review", "candidate", "reviewer service"),
    _move("edit", _OPEN, None, "reviewer"),
    _move("edit", "verified published stale", "in_review", "reviewer"),
    _move("ask_back", "in_review", "waiting", "reviewer", REASON),
    _move("reply", "waiting", "candidate", "asker reviewer", REASON),
    _move("approve", "in_review", "verified", "reviewer", SECOND_PERSON, CHECKS),
    _move("reject", f"{_OPEN} stale verified", "rejected", "reviewer service", REASON_CODE, NOT_LIVE),
    _move("discard", f"{_OPEN} verified", "published", "reviewer", REASON, LIVE),
    _move("reopen", "rejected retired", "candidate", "reviewer", REASON),
    _move("merge", _OPEN, "merged", "reviewer service", INTO, NOT_LIVE),
    _move("publish", "verified", "published", "publisher service", RETRIEVAL, NO_CONFLICT, GATE, live="set"),
    _move("unpublish", "published", "verified", "publisher owner", REASON, live="drop"),
    _move("doubt", "verified published", "stale", "service publisher owner", REASON, live="drop"),
    _move("doubt", _OPEN, "stale", "service publisher owner", REASON, RELIED_ON, live="drop"),
    _move("retire", "verified published stale", "retired", "publisher owner", REASON, live="drop"),
    _move("retire", _OPEN, "retired", "publisher owner", REASON, RELIED_ON, live="drop"),
)
MOVES: Mapping[str, tuple[Move, ...]] = {name: tuple(m for m in TABLE if m.name == name) for name in
                                         dict.fromkeys(move.name for move in TABLE)}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A move that may be made: where it leads and what it sets aside. `overridden` are checks, `self_approved` the
    rule of the second person."""

    move: Move
    target: State
    overridden: tuple[str, ...] = ()
    self_approved: bool = False
    failed: tuple[Guard, ...] = field(default=())


def find(name: str, state: State) -> Move | None:
    """The move of that name from this state."""
    return next((m for m in MOVES.get(name, ()) if state in m.sources), None)


def step(name: str, state: State, facts: Facts) -> Step | None:
    """None where the table has no such move. A failed guard is in `failed`; who may do it is asked elsewhere."""
    move = find(name, state)
    if move is None:
        return None
    approving = name == "approve"
    set_aside = {"approve": facts.blocking, "publish": tuple(f"conflict with {c}" for c in facts.conflicts)}
    return Step(
        move,
        move.target or state,
        overridden=set_aside.get(name, ()) if facts.override else (),
        self_approved=approving and bool(facts.edited_by) and facts.edited_by == facts.actor.name,
        failed=tuple(guard for guard in move.guards if not guard.holds(facts)),
    )


def possible(state: State, actor: Actor, domains: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The moves that this person may try from here: what an interface offers."""
    return tuple(dict.fromkeys(m.name for m in TABLE if state in m.sources and actor.may(m.who, domains)))
