"""Texts that people suggest for the catalogue: proposed, decided by a second person, written back or in conflict.

| move | from | to |
|---|---|---|
| approve | proposed | approved |
| decline | proposed, approved, conflict | declined |
| revise | proposed, conflict | proposed, as a text of who revised it |
| settle | approved | written, or conflict where another text stands there |
| forget | written, where it is kept here | declined |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, get_args
from uuid import uuid4

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from backends.database import session
from catalog_sync.edits import DONE, Edit, Written
from catalog_sync.pii import masked
from feedback import audit
from feedback.errors import Conflict, MoveRefused, NotAccepted, NotFound
from feedback.model import SuggestionRecord
from feedback.people import Actor
from feedback.rules import Clock, Rules, now

State = Literal["proposed", "approved", "conflict", "written", "declined"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("proposed", "approved", "conflict")
_FROM: Mapping[str, tuple[State, ...]] = {
    "approve": ("proposed",),
    "decline": OPEN,
    "revise": ("proposed", "conflict"),
    "settle": ("approved",),
    "forget": ("written",),
}
HERE = "dbt-ask"
"""Where a word is kept that its catalogue has no place for."""
_LONGEST = {"description": 2000, "synonym": 100, "value": 100}


class Suggestions:
    """Of one project, on a migrated database. Who may decide on which table is the caller's to say."""

    def __init__(self, engine: Engine, project: str, rules: Rules, clock: Clock = now) -> None:
        self._engine = engine
        self._project = project
        self._rules = rules
        self._clock = clock

    def propose(self, edit: Edit, actor: Actor) -> SuggestionRecord:
        """The same text that somebody has suggested already is theirs. Raises NotAccepted."""
        text, at = _accepted(edit.field, edit.text), self._clock()
        with session(self._engine, exclusive=True) as opened:
            same = self._same_place(edit).where(SuggestionRecord.state.in_(OPEN))
            known = next((s for s in opened.scalars(same) if s.text.casefold() == text.casefold()), None)
            if known is not None:
                return known
            self._within_limit(opened, actor)
            made = self._new(edit, text, actor)
            opened.add(made)
            audit.write(opened, actor, "suggest", made.id, at=at, kind="suggestion", after=snapshot(made))
        return made

    def get(self, suggestion: str) -> SuggestionRecord:
        with session(self._engine) as opened:
            return self._found(opened, suggestion)

    def find(self, *states: State, table: str | None = None) -> list[SuggestionRecord]:
        """Newest first."""
        wanted = select(SuggestionRecord).where(SuggestionRecord.project == self._project)
        if states:
            wanted = wanted.where(SuggestionRecord.state.in_(states))
        if table is not None:
            wanted = wanted.where(SuggestionRecord.table == table)
        with session(self._engine) as opened:
            return list(opened.scalars(wanted.order_by(SuggestionRecord.at.desc(), SuggestionRecord.id)))

    def kept_here(self) -> list[SuggestionRecord]:
        """Words that were approved and stand nowhere else, the newest first."""
        return [found for found in self.find("written") if found.why == HERE]

    def keep(self, edit: Edit, actor: Actor) -> None:
        """A word that somebody who may decide says is right, to be kept here. Raises NotAccepted."""
        text, at = _accepted(edit.field, edit.text), self._clock()
        with session(self._engine, exclusive=True) as opened:
            same = self._same_place(edit).where(SuggestionRecord.state.in_(("approved", "written")))
            if any(found.text.casefold() == text.casefold() for found in opened.scalars(same)):
                return
            made = self._new(edit, text, actor)
            made.state, made.why, made.decided_by, made.decided_at = "written", HERE, actor.name, at
            opened.add(made)
            audit.write(opened, actor, "write", made.id, at=at, kind="suggestion", after=snapshot(made))

    def approve(self, suggestion: str, actor: Actor, lock: int) -> SuggestionRecord:
        """Raises MoveRefused (also for one's own text), Conflict."""
        return self._decide("approve", "approved", suggestion, actor, lock)

    def decline(self, suggestion: str, actor: Actor, lock: int, why: str = "") -> SuggestionRecord:
        return self._decide("decline", "declined", suggestion, actor, lock, why)

    def revise(self, suggestion: str, text: str, actor: Actor, lock: int, was: str) -> SuggestionRecord:
        """Another text for the same place, by who has seen what stands there now (`was`)."""
        with session(self._engine, exclusive=True) as opened:
            found = self._movable(opened, "revise", suggestion, lock)
            before = snapshot(found)
            found.text, found.was, found.there, found.why = _accepted(found.field, text), was, "", ""
            found.person, found.state, found.decided_by, found.decided_at = actor.name, "proposed", "", None
            self._moved(opened, "revise", found, actor, before)
        return found

    def settle(self, suggestion: str, done: Written, actor: Actor) -> SuggestionRecord:
        """What came of writing it."""
        with session(self._engine, exclusive=True) as opened:
            found = self._movable(opened, "settle", suggestion, None)
            before = snapshot(found)
            found.state = "written" if done.outcome in DONE else "conflict"
            found.there, found.why = ("", done.to) if found.state == "written" else (done.old, done.why or done.outcome)
            self._moved(opened, "write" if found.state == "written" else "conflict", found, actor, before)
        return found

    def forget(self, suggestion: str, actor: Actor) -> SuggestionRecord:
        """A word that is kept here is taken back. Raises NotFound, MoveRefused where it stands somewhere else."""
        with session(self._engine, exclusive=True) as opened:
            found = self._movable(opened, "forget", suggestion, None)
            if found.why != HERE:
                raise MoveRefused("state", f"it was written to {found.why}", hint="take it out there, then sync")
            before = snapshot(found)
            found.state, found.why, found.decided_by, found.decided_at = "declined", "", actor.name, self._clock()
            self._moved(opened, "forget", found, actor, before)
        return found

    def _new(self, edit: Edit, text: str, actor: Actor) -> SuggestionRecord:
        return SuggestionRecord(
            id=str(uuid4()), project=self._project, state="proposed", table=edit.table, column=edit.column,
            field=edit.field, value=edit.value, was=edit.was or "", text=text, there="", why="",
            person=actor.name, at=self._clock(), decided_by="", decided_at=None, lock=1,
        )  # fmt: skip

    def _decide(
        self, move: str, state: State, suggestion: str, actor: Actor, lock: int, why: str = ""
    ) -> SuggestionRecord:
        with session(self._engine, exclusive=True) as opened:
            found = self._movable(opened, move, suggestion, lock)
            own = found.person == actor.name
            if move == "approve" and own and not self._rules.self_approval:
                raise MoveRefused("own_text", "nobody approves their own text", hint="somebody else decides on it")
            before = snapshot(found)
            found.state, found.why = state, " ".join(why.split())[:300]
            found.decided_by, found.decided_at = actor.name, self._clock()
            self._moved(opened, move, found, actor, before, "self_approved" if move == "approve" and own else found.why)
        return found

    def _movable(self, opened: Session, move: str, suggestion: str, lock: int | None) -> SuggestionRecord:
        found = self._found(opened, suggestion)
        if lock is not None and found.lock != lock:
            raise Conflict(found.id, found.lock, None, found.decided_by or found.person, f"it is {found.state} now")
        if found.state not in _FROM[move]:
            raise MoveRefused("state", f"{move}: the suggestion is {found.state}", hint="look at it again")
        return found

    def _moved(
        self, opened: Session, move: str, found: SuggestionRecord, actor: Actor, before: dict[str, str], why: str = ""
    ) -> None:
        found.lock += 1
        audit.write(
            opened, actor, move, found.id, at=self._clock(), kind="suggestion", before=before, after=snapshot(found),
            reason=why,
        )  # fmt: skip

    def _found(self, opened: Session, suggestion: str) -> SuggestionRecord:
        found = opened.get(SuggestionRecord, suggestion)
        if found is None or found.project != self._project:
            raise NotFound("suggestion", suggestion)
        return found

    def _same_place(self, edit: Edit) -> Select[tuple[SuggestionRecord]]:
        return select(SuggestionRecord).where(
            SuggestionRecord.project == self._project,
            SuggestionRecord.table == edit.table,
            SuggestionRecord.column == edit.column,
            SuggestionRecord.field == edit.field,
            SuggestionRecord.value == edit.value,
        )

    def _within_limit(self, opened: Session, actor: Actor) -> None:
        since = self._clock() - timedelta(days=1)
        mine = select(func.count()).where(SuggestionRecord.person == actor.name, SuggestionRecord.at > since)
        if (opened.scalar(mine) or 0) >= self._rules.daily_limit:
            limit = self._rules.daily_limit
            raise NotAccepted("daily_limit", f"one person suggests {limit} texts a day at most", hint="tomorrow again")


def edit_of(found: SuggestionRecord) -> Edit:
    was = found.was or None
    return Edit(found.table, found.column, found.field, found.text, was, found.value)  # type: ignore[arg-type]


def snapshot(found: SuggestionRecord) -> dict[str, str]:
    words: Sequence[str] = ("state", "table", "column", "field", "value", "text")
    return {name: text for name in words if (text := getattr(found, name))}


def _accepted(field: str, text: str) -> str:
    """As it will be written. Raises NotAccepted."""
    text = text.replace("\r\n", "\n").strip() if field == "description" else " ".join(text.split())
    if not text or len(text) > _LONGEST[field]:
        raise NotAccepted("length", f"a {field} has 1 to {_LONGEST[field]} characters")
    if masked(text) != text:
        raise NotAccepted("personal_data", "the text holds what looks like personal data", hint="leave it out")
    if any(mark in text for mark in ("{{", "{%", "{#")):
        raise NotAccepted("braces", "dbt would take the braces for Jinja", hint="write it without them")
    return text
