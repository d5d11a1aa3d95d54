"""The log of questions: what was asked, what came of it, and where the answer came from. Never the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Float, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from backends.database import Base, Json, UnicodeText, UtcDateTime, session

WAITING = "waiting"
"""The status of a question that a server has taken and not yet answered; the receipt says which server."""


class AskRecord(Base):
    """`timings` in milliseconds by stage. `user` is empty where nobody signs in."""

    __tablename__ = "asks"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    question: Mapped[str] = mapped_column(UnicodeText)
    language: Mapped[str] = mapped_column(UnicodeText)
    status: Mapped[str] = mapped_column(UnicodeText)
    sql: Mapped[str] = mapped_column(UnicodeText)
    dialect: Mapped[str] = mapped_column(UnicodeText)
    tables: Mapped[list[str]] = mapped_column(Json)
    views: Mapped[list[str]] = mapped_column(Json)
    confidence: Mapped[float | None] = mapped_column(Float)
    model: Mapped[str] = mapped_column(UnicodeText)
    receipt: Mapped[dict[str, Any]] = mapped_column(Json)
    timings: Mapped[dict[str, float]] = mapped_column(Json)
    rows_returned: Mapped[int]
    error: Mapped[str | None] = mapped_column(UnicodeText)
    user: Mapped[str] = mapped_column(UnicodeText)


class AskLog:
    """On a migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        *,
        question: str,
        language: str,
        status: str,
        sql: str = "",
        dialect: str = "",
        tables: Sequence[str] = (),
        views: Sequence[str] = (),
        confidence: float | None = None,
        model: str = "",
        receipt: Mapping[str, Any] | None = None,
        timings: Mapping[str, float] | None = None,
        rows_returned: int = 0,
        error: str | None = None,
        user: str = "",
        asked_at: datetime | None = None,
        ask: str | None = None,
    ) -> str:
        """Returns the id. The receipt must not hold result rows. `ask` is one that was recorded before and has become
        more: it is overwritten."""
        row = AskRecord(
            id=ask or str(uuid4()),
            asked_at=asked_at or datetime.now(timezone.utc),
            question=question,
            language=language,
            status=status,
            sql=sql,
            dialect=dialect,
            tables=tables,
            views=views,
            confidence=confidence,
            model=model,
            receipt=receipt or {},
            timings=timings or {},
            rows_returned=rows_returned,
            error=error,
            user=user,
        )
        with session(self._engine, exclusive=True) as opened:
            opened.merge(row)
            return row.id

    def get(self, ask: str) -> AskRecord | None:
        with session(self._engine) as opened:
            return opened.get(AskRecord, ask)

    def alike(self, question: str) -> tuple[int, int]:
        """How often it was asked, in whatever case and with whatever mark at its end, and by how many people."""
        marks = " ?.!。？"
        same = func.rtrim(func.lower(AskRecord.question), marks) == question.lower().rstrip(marks)
        wanted = select(func.count(), func.count(AskRecord.user.distinct())).where(same)
        with session(self._engine) as opened:
            asked, people = opened.execute(wanted).one()
            return int(asked), int(people)

    def recent(self, limit: int = 20, user: str | None = None) -> list[AskRecord]:
        """Newest first; `user` names whose."""
        newest = select(AskRecord).order_by(AskRecord.asked_at.desc(), AskRecord.id).limit(limit)
        if user is not None:
            newest = newest.where(AskRecord.user == user)
        with session(self._engine) as opened:
            return list(opened.scalars(newest))

    def abandon(self, error: str, alive: Collection[str] = ()) -> int:
        """Marks as failed what waits at servers that are not among those alive; says how many."""
        with session(self._engine, exclusive=True) as opened:
            waiting = opened.execute(select(AskRecord.id, AskRecord.receipt).where(AskRecord.status == WAITING)).all()
            lost = [ask for ask, receipt in waiting if receipt.get("server") not in alive]
            if not lost:
                return 0
            given_up = update(AskRecord).where(AskRecord.id.in_(lost), AskRecord.status == WAITING)
            return int(opened.connection().execute(given_up.values(status="failed", error=error)).rowcount)
