"""What must follow a change outside this database: written with the change, then done, again after a crash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from backends.database import session
from feedback.model import OutboxRecord


def index_of(project: str) -> str:
    """The topic of a project's index: each has its own, whoever shares the state database."""
    return f"index {project}"


def add(opened: Session, topic: str, key: str, at: datetime) -> None:
    opened.add(OutboxRecord(at=at, topic=topic, key=key, done_at=None, attempts=0, error=""))


def pending(engine: Engine, topic: str) -> list[OutboxRecord]:
    """Oldest first."""
    wanted = select(OutboxRecord).where(OutboxRecord.topic == topic, OutboxRecord.done_at.is_(None))
    with session(engine) as opened:
        return list(opened.scalars(wanted.order_by(OutboxRecord.id)))


def done(engine: Engine, ids: list[int], at: datetime) -> None:
    _tried(engine, ids, done_at=at, error="")


def failed(engine: Engine, ids: list[int], error: str) -> None:
    _tried(engine, ids, error=error)


def _tried(engine: Engine, ids: list[int], **came: Any) -> None:
    with session(engine) as opened:
        tried = update(OutboxRecord).where(OutboxRecord.id.in_(ids))
        opened.execute(tried.values(attempts=OutboxRecord.attempts + 1, **came))
