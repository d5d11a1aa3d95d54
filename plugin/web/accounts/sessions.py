"""Sessions live in the state database; the cookie holds only a random id, so that one can be ended at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine, delete

from backends.database import session
from plugin.web.accounts import secrets
from plugin.web.accounts.model import SessionRow
from plugin.web.accounts.people import viewer_of
from plugin.web.accounts.viewer import Viewer


@dataclass(frozen=True)
class SignedIn:
    viewer: Viewer
    csrf: str


class Sessions:
    def __init__(self, engine: Engine, hours: float) -> None:
        self._engine = engine
        self._life = timedelta(hours=hours)

    def start(self, person: str) -> str:
        """Always a new id: one that was there before the sign-in is worth nothing after it."""
        secret, now = secrets.make(), datetime.now(timezone.utc)
        row = SessionRow(
            id=secrets.digest(secret), person=person, csrf=secrets.make(), created_at=now, expires_at=now + self._life
        )
        with session(self._engine) as opened:
            opened.execute(delete(SessionRow).where(SessionRow.expires_at < now))
            opened.add(row)
        return secret

    def find(self, secret: str) -> SignedIn | None:
        with session(self._engine) as opened:
            row = opened.get(SessionRow, secrets.digest(secret))
            if row is None or row.expires_at <= datetime.now(timezone.utc):
                return None
            viewer = viewer_of(opened, row.person)
            return SignedIn(viewer, row.csrf) if viewer else None

    def end(self, secret: str) -> None:
        with session(self._engine) as opened:
            opened.execute(delete(SessionRow).where(SessionRow.id == secrets.digest(secret)))
