"""The review desk: every change of an example is one of the lifecycle's moves, made here and nowhere else.

Whoever decides says which `lock` (count of changes) was on the screen. If somebody else was first, the decision is
refused with a Conflict; an edit is kept as a version beside theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backends.database import session
from feedback import audit, leases, lifecycle, outbox
from feedback.drafts import Text
from feedback.errors import Conflict, LeaseHeld, MoveRefused, NotPermitted
from feedback.examples import Examples, failed_checks, locked, snapshot, version_of
from feedback.model import ExampleRecord, LeaseRecord, ReviewRecord, VersionRecord
from feedback.people import REVIEWER, SERVICE, Actor
from feedback.rules import Rules

_REVIEWED = frozenset({"approve", "reject", "ask_back", "reply", "discard"})
_UNDOABLE = frozenset({*_REVIEWED, "merge", "reopen", "release"})
_ON_THE_CARD = frozenset({"approve", "reject", "ask_back"})
_QUEUE = ("candidate", "stale", "in_review")


@dataclass(frozen=True)
class Decision:
    """What comes with a move. `gate`: whether the benchmark held, None where it was not run. `agree`: examples of
    nearly the same question whose rows were compared and are the same. `seconds`: how long the card was in view."""

    reason: str = ""
    comment: str = ""
    into: str = ""
    override: bool = False
    gate: bool | None = None
    agree: frozenset[str] = frozenset()
    seconds: float | None = None


class Desk:
    def __init__(self, examples: Examples, rules: Rules = Rules()) -> None:
        self.examples = examples
        self.rules = rules
        self._engine = examples.engine

    def move(
        self, name: str, example: str, actor: Actor, decision: Decision = Decision(), *, lock: int | None = None
    ) -> ExampleRecord:
        """Raises NotFound, NotPermitted, MoveRefused, Conflict, LeaseHeld."""
        with session(self._engine, exclusive=True) as opened:
            return self._move(opened, name, example, actor, decision, lock)

    def decide(
        self, name: str, example: str, actor: Actor, decision: Decision = Decision(), *, lock: int | None = None
    ) -> ExampleRecord:
        """`move`, with the claim before it where nobody has claimed. Both or none: a refused decision changes nothing
        that somebody else has on the screen."""
        with session(self._engine, exclusive=True) as opened:
            found = locked(opened, example)
            if name in _ON_THE_CARD and found.state in ("candidate", "stale"):
                lock = self._move(opened, "claim", found.id, actor, Decision(), lock).lock
            return self._move(opened, name, found.id, actor, decision, lock)

    def edit(
        self,
        example: str,
        text: Text,
        actor: Actor,
        *,
        lock: int | None = None,
        base: int | None = None,
        note: str = "",
    ) -> ExampleRecord:
        """The next version, in review. `base` is the version that was edited (default: the current one).

        With a `lock` that is not up to date the text is kept as a version nobody decided on, and Conflict names both.
        """
        with session(self._engine, exclusive=True) as opened:
            found = locked(opened, example)
            step = self._step(opened, "edit", found, actor, Decision())
            at, before = self.examples.clock(), snapshot(found)
            highest = select(func.max(VersionRecord.number)).where(VersionRecord.example == found.id)
            number = int(opened.scalar(highest) or 0) + 1
            opened.add(version_of(found.id, number, base or found.current, text, actor.name, at, note))
            outdated = lock is not None and lock != found.lock
            if not outdated:
                self._apply(found, step, Decision())
                found.current = number
            action = "edit_kept" if outdated else "edit"
            after = {**snapshot(found), "version": number}
            audit.write(opened, actor, action, found.id, at=at, before=before, after=after, reason=note)
            conflict = self._conflict(opened, found, number) if outdated else None
        if conflict:
            raise conflict
        return found

    def undo(self, example: str, actor: Actor) -> ExampleRecord:
        """Takes back this person's own last decision, shortly after it, before anything followed from it."""
        with session(self._engine, exclusive=True) as opened:
            found, at = locked(opened, example), self.examples.clock()
            done = audit.last(opened, found.id)
            if (
                done is None
                or done.person != actor.name
                or done.action not in _UNDOABLE
                or done.at < at - self.rules.undo
                or done.after.get("lock") != found.lock
            ):
                raise MoveRefused(
                    "undo",
                    "there is no decision of yours to take back",
                    hint=f"within {self.rules.undo.seconds} seconds; later, reopen, retire or edit it",
                )
            before = snapshot(found)
            for name in ("state", "current", "merged_into", "reason"):
                setattr(found, name, done.before[name])
            found.lock += 1
            found.changed_at = at
            if found.state == "in_review":
                leases.take(opened, found.id, actor.name, at + self.rules.lease)
            audit.write(
                opened, actor, "undo", found.id, at=at, before=before, after=snapshot(found), reason=done.action
            )
        return found

    def renew(self, example: str, actor: Actor) -> LeaseRecord:
        """The heartbeat of an open card. Raises LeaseHeld, MoveRefused."""
        with session(self._engine, exclusive=True) as opened:
            found, at = locked(opened, example), self.examples.clock()
            leases.check(opened, found.id, actor.name, at)
            if found.state != "in_review":
                raise MoveRefused("state", f"the example is {found.state}, not in review", hint="claim it first")
            return leases.take(opened, found.id, actor.name, at + self.rules.lease)

    def claim_next(self, actor: Actor, *, skip: Collection[str] = ()) -> ExampleRecord | None:
        """The most wanted example that this person may review and nobody is at; None when the queue is empty."""
        for waiting in self.queue(actor):
            if waiting.id in skip:
                continue
            try:
                return self.move("claim", waiting.id, actor, lock=waiting.lock)
            except (LeaseHeld, Conflict):
                continue
        return None

    def queue(self, actor: Actor, limit: int = 200) -> list[ExampleRecord]:
        """What waits for this person: not their own SQL unless that is allowed, not what somebody else is at."""
        at = self.examples.clock()
        wanted = (
            select(ExampleRecord)
            .join(
                VersionRecord,
                (VersionRecord.example == ExampleRecord.id) & (VersionRecord.number == ExampleRecord.current),
            )
            .outerjoin(LeaseRecord, LeaseRecord.example == ExampleRecord.id)
            .where(ExampleRecord.state.in_(_QUEUE))
            .where(or_(LeaseRecord.person.is_(None), LeaseRecord.person == actor.name, LeaseRecord.until <= at))
            .order_by(ExampleRecord.seen.desc(), ExampleRecord.created_at, ExampleRecord.id)
        )
        if not self.rules.self_approval:
            wanted = wanted.where(VersionRecord.edited_by != actor.name)
        if self.examples.project is not None:
            wanted = wanted.where(ExampleRecord.project == self.examples.project)
        with session(self._engine) as opened:
            rows = [e for e in opened.scalars(wanted) if actor.may(REVIEWER, e.domains)]
        return rows[:limit]

    def free_expired(self, actor: Actor) -> int:
        """What somebody began to review and left goes back into the queue."""
        at = self.examples.clock()
        wanted = (
            select(ExampleRecord.id)
            .outerjoin(LeaseRecord, LeaseRecord.example == ExampleRecord.id)
            .where(ExampleRecord.state == "in_review")
            .where(or_(LeaseRecord.until.is_(None), LeaseRecord.until <= at))
        )
        with session(self._engine) as opened:
            left = list(opened.scalars(wanted))
        for example in left:
            self.move("release", example, actor)
        return len(left)

    def _move(
        self, opened: Session, name: str, example: str, actor: Actor, decision: Decision, lock: int | None
    ) -> ExampleRecord:
        found, at = locked(opened, example), self.examples.clock()
        self._check_lock(opened, found, lock)
        if name in ("claim", "release"):
            leases.check(opened, found.id, actor.name, at)
        step = self._step(opened, name, found, actor, decision)
        before = snapshot(found)
        self._apply(found, step, decision)
        if name in _REVIEWED:
            opened.add(self._review(found, before["current"], name, actor, decision, step))
        if name == "claim":
            leases.take(opened, found.id, actor.name, at + self.rules.lease)
        elif found.state != "in_review":
            leases.give_back(opened, found.id)
        noted = ", ".join([*step.overridden, *(["self_approved"] if step.self_approved else [])])
        reason = " ".join(part for part in (decision.reason, f"[{noted}]" if noted else "") if part)
        audit.write(opened, actor, name, found.id, at=at, before=before, after=snapshot(found), reason=reason)
        if found.live != before["live"]:
            outbox.add(opened, outbox.index_of(found.project), found.id, at)
        if name == "approve" and found.control:
            return self._move(opened, "reject", found.id, SERVICE, Decision(found.control), None)
        return found

    def _step(
        self, opened: Session, name: str, found: ExampleRecord, actor: Actor, decision: Decision
    ) -> lifecycle.Step:
        facts = self._facts(opened, name, found, actor, decision)
        step = lifecycle.step(name, found.state, facts)  # type: ignore[arg-type]
        if step is None:
            known = lifecycle.possible(found.state, actor, frozenset(found.domains))  # type: ignore[arg-type]
            raise MoveRefused(
                "state",
                f"an example that is {found.state} can't be moved by {name!r}",
                hint=f"from here: {', '.join(known) or 'nothing that you may do'}",
            )
        if not actor.may(step.move.who, found.domains):
            raise NotPermitted(actor.name, name, step.move.who, frozenset(found.domains))
        if step.failed:
            guard = step.failed[0]
            told = {"checks": f": {', '.join(facts.blocking)}", "conflict": f": {', '.join(facts.conflicts)}"}
            raise MoveRefused(guard.name, guard.says + told.get(guard.name, ""), hint=guard.hint)
        return step

    def _facts(
        self, opened: Session, name: str, found: ExampleRecord, actor: Actor, decision: Decision
    ) -> lifecycle.Facts:
        version = opened.get_one(VersionRecord, (found.id, found.current))
        return lifecycle.Facts(
            actor=actor,
            edited_by=version.edited_by,
            live=found.live is not None,
            role=found.role,
            reason=decision.reason,
            into=self._into(opened, found, decision) if name == "merge" else "",
            self_approval=self.rules.self_approval,
            blocking=tuple(failed_checks(version)),
            override=decision.override,
            domains=frozenset(found.domains),
            conflicts=self._conflicts(opened, found, version, decision) if name == "publish" else (),
            gate=decision.gate,
            gate_wanted=self.rules.gate,
        )

    def _into(self, opened: Session, found: ExampleRecord, decision: Decision) -> str:
        if not decision.into or decision.into == found.id:
            return ""
        return "" if locked(opened, decision.into).state == "merged" else decision.into

    def _conflicts(
        self, opened: Session, found: ExampleRecord, version: VersionRecord, decision: Decision
    ) -> tuple[str, ...]:
        """Live examples of the same question, or that the examination found near, unless they are known to agree."""
        near = {n for c in version.checks if c["name"] == "neighbours" for n in c.get("differ", ())}
        wanted = (
            select(ExampleRecord.id, VersionRecord.fingerprint)
            .join(
                VersionRecord,
                (VersionRecord.example == ExampleRecord.id) & (VersionRecord.number == ExampleRecord.live),
            )
            .where(ExampleRecord.id != found.id, ExampleRecord.project == found.project)
            .where(or_(ExampleRecord.question_key == found.question_key, ExampleRecord.id.in_(near)))
        )
        rows = opened.execute(wanted)
        return tuple(i for i, text in rows if text != version.fingerprint and i not in decision.agree)

    def _apply(self, found: ExampleRecord, step: lifecycle.Step, decision: Decision) -> None:
        found.state = step.target
        found.reason = decision.reason
        found.changed_at = self.examples.clock()
        found.lock += 1
        if step.move.live == "set":
            found.live = found.current
        elif step.move.live == "drop":
            found.live = None
        if step.move.name == "discard" and found.live is not None:
            found.current = found.live
        if step.move.name == "merge":
            found.merged_into = decision.into

    def _review(
        self, found: ExampleRecord, version: int, name: str, actor: Actor, decision: Decision, step: lifecycle.Step
    ) -> ReviewRecord:
        return ReviewRecord(
            id=str(uuid4()),
            example=found.id,
            version=version,
            at=self.examples.clock(),
            person=actor.name,
            decision=name,
            reason=decision.reason,
            comment=decision.comment,
            seconds=decision.seconds,
            self_approved=step.self_approved,
            overridden=list(step.overridden),
        )

    def _check_lock(self, opened: Session, found: ExampleRecord, lock: int | None) -> None:
        if lock is not None and lock != found.lock:
            raise self._conflict(opened, found, None)

    def _conflict(self, opened: Session, found: ExampleRecord, yours: int | None) -> Conflict:
        theirs = audit.last(opened, found.id, but="edit_kept")
        what = f"{theirs.action}, it is now {found.state}" if theirs else f"it is now {found.state}"
        return Conflict(found.id, found.current, yours, theirs.person if theirs else "", what)
