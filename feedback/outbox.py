"""What must follow a change outside this database: written with the change, then done, again after a crash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backends.database import session
from feedback.model import OutboxRecord


def add(opened: Session, topic: str, key: str, at: datetime) -> None:
    opened.add(OutboxRecord(at=at, topic=topic, key=key, done_at=None, attempts=0, error=""))


def pending(engine: Engine, topic: str) -> list[OutboxRecord]:
    """Oldest first."""
    wanted = select(OutboxRecord).where(OutboxRecord.topic == topic, OutboxRecord.done_at.is_(None))
    with session(engine) as opened:
        return list(opened.scalars(wanted.order_by(OutboxRecord.id)))


def done(opened: Session, ids: list[int], at: datetime) -> None:
    for entry in opened.scalars(select(OutboxRecord).where(OutboxRecord.id.in_(ids))):
        entry.done_at, entry.error, entry.attempts = at, "", entry.attempts + 1


def failed(opened: Session, ids: list[int], error: str) -> None:
    for entry in opened.scalars(select(OutboxRecord).where(OutboxRecord.id.in_(ids))):
        entry.error, entry.attempts = error, entry.attempts + 1
