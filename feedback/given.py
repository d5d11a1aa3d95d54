"""What people say of answers, and what they do with them. Signals are kept apart: silence is no consent."""

from __future__ import annotations

from typing import Literal
from uuid import uuid4

from sqlalchemy import Engine, func, select, update

from backends.database import session
from catalog_sync.pii import masked
from feedback import audit
from feedback.asks import AskRecord
from feedback.errors import MoveRefused, NotFound
from feedback.lifecycle import REASONS
from feedback.model import FeedbackRecord, SignalRecord
from feedback.people import Actor
from feedback.rules import Clock, now

Kind = Literal["up", "down", "edit", "comment"]
Signal = Literal["copied", "exported", "saved", "edited", "asked_again"]


class Feedback:
    """On a migrated database."""

    def __init__(self, engine: Engine, clock: Clock = now) -> None:
        self._engine = engine
        self._clock = clock

    def give(
        self, ask: str, kind: Kind, actor: Actor, *, reason: str = "", sql: str = "", comment: str = ""
    ) -> FeedbackRecord:
        """`down` needs one of `lifecycle.REASONS`, `edit` SQL, `comment` a comment. Raises NotFound, MoveRefused.

        SQL comes here as `privacy.cleaned` gives it back; what looks personal is masked in any case."""
        if kind == "down" and reason not in REASONS:
            raise MoveRefused("reason", "a thumb down needs a reason", hint=f"one of {', '.join(REASONS)}")
        if (kind == "edit" and not sql.strip()) or (kind == "comment" and not comment.strip()):
            raise MoveRefused("empty", f"{kind} needs {'SQL' if kind == 'edit' else 'a text'}")
        with session(self._engine, exclusive=True) as opened:
            if opened.get(AskRecord, ask) is None:
                raise NotFound("ask", ask)
            given = FeedbackRecord(
                id=str(uuid4()),
                ask=ask,
                at=self._clock(),
                person=actor.name,
                kind=kind,
                reason=reason,
                sql=masked(sql),
                comment=masked(comment),
                example=None,
            )
            opened.add(given)
            audit.write(opened, actor, kind, given.id, at=given.at, kind="feedback", after={"ask": ask}, reason=reason)
        return given

    def signal(self, ask: str, kind: Signal, actor: Actor) -> None:
        with session(self._engine, exclusive=True) as opened:
            if opened.get(AskRecord, ask) is None:
                raise NotFound("ask", ask)
            opened.add(SignalRecord(id=str(uuid4()), ask=ask, at=self._clock(), person=actor.name, kind=kind))

    def link(self, feedback: str, example: str) -> None:
        """What came of it."""
        with session(self._engine) as opened:
            opened.execute(update(FeedbackRecord).where(FeedbackRecord.id == feedback).values(example=example))

    def of_ask(self, ask: str) -> list[FeedbackRecord]:
        """Oldest first."""
        wanted = select(FeedbackRecord).where(FeedbackRecord.ask == ask)
        with session(self._engine) as opened:
            return list(opened.scalars(wanted.order_by(FeedbackRecord.at, FeedbackRecord.id)))

    def of_example(self, example: str) -> list[FeedbackRecord]:
        wanted = select(FeedbackRecord).where(FeedbackRecord.example == example)
        with session(self._engine) as opened:
            return list(opened.scalars(wanted.order_by(FeedbackRecord.at, FeedbackRecord.id)))

    def signals(self, ask: str) -> dict[str, int]:
        """Kind -> how often."""
        wanted = select(SignalRecord.kind, func.count()).where(SignalRecord.ask == ask).group_by(SignalRecord.kind)
        with session(self._engine) as opened:
            return dict(opened.execute(wanted).tuples().all())


def find_ask(engine: Engine, ask: str) -> AskRecord:
    """By its id, the beginning of it where that is enough, or `last`. Raises NotFound."""
    wanted = select(AskRecord).limit(2)
    if ask == "last":
        wanted = wanted.order_by(AskRecord.asked_at.desc(), AskRecord.id).limit(1)
    else:
        wanted = wanted.where(AskRecord.id.startswith(ask, autoescape=True))
    with session(engine) as opened:
        found = list(opened.scalars(wanted))
    if len(found) != 1 or (ask != "last" and len(ask) < 4):
        raise NotFound("ask", ask)
    return found[0]
