"""The tables of the jobs in the state database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from backends.database import Base, Json, UnicodeText, UtcDateTime


class JobRun(Base):
    """`outcome`: running, done, failed, skipped (another worker had it), stopped, lost (its worker died)."""

    __tablename__ = "job_runs"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    job: Mapped[str] = mapped_column(UnicodeText, index=True)
    worker: Mapped[str] = mapped_column(UnicodeText)
    cause: Mapped[str] = mapped_column(UnicodeText)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(UnicodeText)
    tries: Mapped[int]
    error: Mapped[str | None] = mapped_column(UnicodeText)
    result: Mapped[dict[str, Any]] = mapped_column(Json)


class JobLease(Base):
    """Who may run something until when; a lease that has run out is anybody's."""

    __tablename__ = "job_leases"

    name: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    worker: Mapped[str] = mapped_column(UnicodeText)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class JobPause(Base):
    """A job that is not to run until somebody says so."""

    __tablename__ = "job_pauses"

    job: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    paused_at: Mapped[datetime] = mapped_column(UtcDateTime)
