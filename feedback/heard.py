"""What is said of an answer, and what comes of it: the one way, from the terminal, a page, the API or an agent."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.asks import AskRecord
from feedback.errors import NotAccepted
from feedback.given import Feedback, Kind
from feedback.intake import Intake, Proposal, Taken
from feedback.model import FeedbackRecord
from feedback.people import Actor
from feedback.privacy import cleaned


@dataclass(frozen=True)
class Heard:
    """`taken` is the example that was proposed with it, `refused` why none was."""

    record: FeedbackRecord
    taken: Taken | None = None
    refused: NotAccepted | None = None


def hear(
    given: Feedback,
    intake: Intake,
    asked: AskRecord,
    kind: Kind,
    actor: Actor,
    *,
    reason: str = "",
    sql: str = "",
    comment: str = "",
) -> Heard:
    """A thumb up proposes the answer's SQL as right, an edit its own. What is said is kept, whatever comes of it.
    Raises NotFound, MoveRefused."""
    clean = cleaned(asked.question, sql, intake.catalog)[1] if sql else ""
    record = given.give(asked.id, kind, actor, reason=reason, sql=clean, comment=comment)
    text = sql if kind == "edit" else asked.sql if kind == "up" and asked.status == "answered" else ""
    if not text:
        return Heard(record)
    proposal = Proposal(asked.question, text, "ask", asked.language, origin={"ask": asked.id})
    try:
        taken = intake.propose(proposal, actor)
    except NotAccepted as refused:
        return Heard(record, refused=refused)
    given.link(record.id, taken.example.id)
    return Heard(record, taken)
