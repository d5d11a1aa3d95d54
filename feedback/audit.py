"""The record of who did what. It grows, and nothing in it changes: the database sees to that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backends.database import session
from feedback.model import AuditRecord
from feedback.people import Actor


def write(
    opened: Session,
    actor: Actor,
    action: str,
    key: str,
    *,
    at: datetime,
    kind: str = "example",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """In the transaction of what it records: both are there or neither."""
    opened.add(
        AuditRecord(
            at=at,
            person=actor.name,
            action=action,
            kind=kind,
            key=key,
            before=before or {},
            after=after or {},
            reason=reason,
            via=actor.via,
            request=actor.request,
        )
    )


def read(
    engine: Engine,
    *,
    key: str | None = None,
    person: str | None = None,
    kind: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditRecord]:
    """Newest first. `before` is an id, for the next page."""
    wanted = select(AuditRecord).order_by(AuditRecord.id.desc()).limit(limit)
    for column, value in ((AuditRecord.key, key), (AuditRecord.person, person), (AuditRecord.kind, kind)):
        if value is not None:
            wanted = wanted.where(column == value)
    if before is not None:
        wanted = wanted.where(AuditRecord.id < before)
    with session(engine) as opened:
        return list(opened.scalars(wanted))


def since(engine: Engine, after: int = 0, page: int = 500) -> Iterator[AuditRecord]:
    """Oldest first: all that came after that id."""
    while True:
        wanted = select(AuditRecord).where(AuditRecord.id > after).order_by(AuditRecord.id).limit(page)
        with session(engine) as opened:
            rows = list(opened.scalars(wanted))
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1].id


def days(
    engine: Engine, since: datetime, *, person: str | None = None, kind: str | None = None
) -> Counter[tuple[date, str]]:
    """Day (UTC) and kind -> how much was done."""
    wanted = select(AuditRecord.at, AuditRecord.kind).where(AuditRecord.at >= since)
    for column, value in ((AuditRecord.person, person), (AuditRecord.kind, kind)):
        if value is not None:
            wanted = wanted.where(column == value)
    with session(engine) as opened:
        return Counter((at.astimezone(timezone.utc).date(), of) for at, of in opened.execute(wanted))


def last(opened: Session, key: str, but: str = "") -> AuditRecord | None:
    """The latest of this key that is not the action `but`."""
    wanted = select(AuditRecord).where(AuditRecord.key == key, AuditRecord.action != but)
    return opened.scalars(wanted.order_by(AuditRecord.id.desc()).limit(1)).first()
