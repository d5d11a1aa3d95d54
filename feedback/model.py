"""The tables of feedback. Result rows are in none of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from backends.database import Base, Json, UnicodeText, UtcDateTime
from feedback.asks import AskRecord

_Serial = BigInteger().with_variant(Integer, "sqlite")


CONTROL = "control"
"""In the origin of a card that is known to be wrong: the reason why. See `feedback.controls`."""


class FeedbackRecord(Base):
    """What a person said of an answer: `kind` is up, down (with a reason), edit (with SQL) or comment.

    `example` is what came of it, if anything did. The latest of a person's counts; none is changed.
    """

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    ask: Mapped[str] = mapped_column(ForeignKey(AskRecord.id), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person: Mapped[str] = mapped_column(UnicodeText)
    kind: Mapped[str] = mapped_column(UnicodeText)
    reason: Mapped[str] = mapped_column(UnicodeText)
    sql: Mapped[str] = mapped_column(UnicodeText)
    comment: Mapped[str] = mapped_column(UnicodeText)
    example: Mapped[str | None] = mapped_column(ForeignKey("examples.id"), index=True)


class SignalRecord(Base):
    """What a person did with an answer without saying anything: copied, exported, edited, asked_again, saved."""

    __tablename__ = "signals"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    ask: Mapped[str] = mapped_column(ForeignKey(AskRecord.id), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[str] = mapped_column(UnicodeText)
    kind: Mapped[str] = mapped_column(UnicodeText)


class ExampleRecord(Base):
    """A question with its SQL on the way to being an example.

    `current` is the version under review or last decided, `live` the one that questions are answered with (None:
    none). `lock` counts every change: who decides says which count was seen. `role` (retrieval, benchmark) follows
    from `cluster` and never changes. `domains` are those of its tables. `question_by`: person or model.
    """

    __tablename__ = "examples"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    project: Mapped[str] = mapped_column(UnicodeText)
    state: Mapped[str] = mapped_column(UnicodeText, index=True)
    question: Mapped[str] = mapped_column(UnicodeText)
    question_key: Mapped[str] = mapped_column(UnicodeText, index=True)
    question_by: Mapped[str] = mapped_column(UnicodeText)
    language: Mapped[str] = mapped_column(UnicodeText)
    workspace: Mapped[str] = mapped_column(UnicodeText)
    domains: Mapped[list[str]] = mapped_column(Json)
    cluster: Mapped[str] = mapped_column(UnicodeText, index=True)
    role: Mapped[str] = mapped_column(UnicodeText)
    source: Mapped[str] = mapped_column(UnicodeText)
    origin: Mapped[dict[str, Any]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(UnicodeText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    current: Mapped[int]
    live: Mapped[int | None]
    lock: Mapped[int]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("examples.id"))
    reason: Mapped[str] = mapped_column(UnicodeText)
    seen: Mapped[int]

    @property
    def control(self) -> str:
        """Why it is known to be wrong; "" for every other example, and where somebody has edited it."""
        return str(self.origin.get(CONTROL, "")) if self.current == 1 else ""


class VersionRecord(Base):
    """One text of an example's SQL; never changed. `parent` is the version that was edited: two of one parent are
    two people's edits. `uses` is what it relies on in the schema, `checks` the evidence when it was written."""

    __tablename__ = "example_versions"

    example: Mapped[str] = mapped_column(ForeignKey("examples.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None]
    sql: Mapped[str] = mapped_column(UnicodeText)
    dialect: Mapped[str] = mapped_column(UnicodeText)
    fingerprint: Mapped[str] = mapped_column(UnicodeText, index=True)
    template: Mapped[str] = mapped_column(UnicodeText, index=True)
    tables: Mapped[list[str]] = mapped_column(Json)
    uses: Mapped[dict[str, Any]] = mapped_column(Json)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    edited_by: Mapped[str] = mapped_column(UnicodeText)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(UnicodeText)


class ReviewRecord(Base):
    """One decision or comment on a version. `seconds` from the card in view to the decision, where it is known."""

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(["example", "version"], ["example_versions.example", "example_versions.number"]),
    )

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    example: Mapped[str] = mapped_column(UnicodeText, index=True)
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person: Mapped[str] = mapped_column(UnicodeText)
    decision: Mapped[str] = mapped_column(UnicodeText)
    reason: Mapped[str] = mapped_column(UnicodeText)
    comment: Mapped[str] = mapped_column(UnicodeText)
    seconds: Mapped[float | None]
    self_approved: Mapped[bool]
    overridden: Mapped[list[str]] = mapped_column(Json)


class LeaseRecord(Base):
    """Who is at an example until when. A courtesy: `ExampleRecord.lock` is the guarantee."""

    __tablename__ = "leases"

    example: Mapped[str] = mapped_column(ForeignKey("examples.id"), primary_key=True)
    person: Mapped[str] = mapped_column(UnicodeText)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRecord(Base):
    """What was done, by whom, with the state before and after. The database refuses to change or delete a row."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(_Serial, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person: Mapped[str] = mapped_column(UnicodeText)
    action: Mapped[str] = mapped_column(UnicodeText)
    kind: Mapped[str] = mapped_column(UnicodeText)
    key: Mapped[str] = mapped_column(UnicodeText, index=True)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(UnicodeText)
    via: Mapped[str] = mapped_column(UnicodeText)
    request: Mapped[str] = mapped_column(UnicodeText)


class SuggestionRecord(Base):
    """A text for the catalogue on its way there: `field` is description, synonym or value (what people call the stored
    `value`). `was` is the description that its editor saw, `there` the one that stood in its way. `lock` counts every
    change."""

    __tablename__ = "suggestions"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    project: Mapped[str] = mapped_column(UnicodeText)
    state: Mapped[str] = mapped_column(UnicodeText, index=True)
    table: Mapped[str] = mapped_column(UnicodeText, index=True)
    column: Mapped[str] = mapped_column(UnicodeText)
    field: Mapped[str] = mapped_column(UnicodeText)
    value: Mapped[str] = mapped_column(UnicodeText)
    was: Mapped[str] = mapped_column(UnicodeText)
    text: Mapped[str] = mapped_column(UnicodeText)
    there: Mapped[str] = mapped_column(UnicodeText)
    why: Mapped[str] = mapped_column(UnicodeText)
    person: Mapped[str] = mapped_column(UnicodeText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(UnicodeText)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lock: Mapped[int]


class OutboxRecord(Base):
    """Something outside this database must follow a change: written with the change, done when it has followed."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(_Serial, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    topic: Mapped[str] = mapped_column(UnicodeText)
    key: Mapped[str] = mapped_column(UnicodeText)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(UnicodeText)
