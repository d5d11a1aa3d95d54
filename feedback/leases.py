"""Who is at an example, for a few minutes: a courtesy, so that two people do not review the same one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.errors import LeaseHeld
from feedback.model import LeaseRecord


def check(opened: Session, example: str, person: str, at: datetime) -> None:
    """Raises LeaseHeld where somebody else is at it."""
    held = opened.get(LeaseRecord, example)
    if held and held.person != person and held.until > at:
        raise LeaseHeld(example, held.person, held.until)


def take(opened: Session, example: str, person: str, until: datetime) -> LeaseRecord:
    """Or renew."""
    held = opened.get(LeaseRecord, example)
    if held is None:
        held = LeaseRecord(example=example, person=person, until=until)
        opened.add(held)
    held.person, held.until = person, until
    return held


def give_back(opened: Session, example: str) -> None:
    held = opened.get(LeaseRecord, example)
    if held:
        opened.delete(held)
