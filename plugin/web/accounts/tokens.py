"""API tokens: shown once, kept as a hash, cut down to scopes, ended by a date or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from sqlalchemy import Engine, select, update

from backends.database import session
from plugin.web.accounts import secrets
from plugin.web.accounts.model import TokenRow
from plugin.web.accounts.people import checked_name, viewer_of
from plugin.web.accounts.viewer import Viewer
from plugin.web.errors import BadInput, NotFound
from plugin.web.rights import SCOPES, Scope

PREFIX = "dbtask_"
LONGEST_DAYS = 366


@dataclass(frozen=True)
class Token:
    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Tokens:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, person: str, name: str, scopes: Sequence[str], days: int) -> str:
        """The secret; nobody can read it again."""
        if not scopes or set(scopes) - set(SCOPES):
            raise BadInput("scope_form", f"a token has at least one scope of {', '.join(SCOPES)}")
        if not 1 <= days <= LONGEST_DAYS:
            raise BadInput("days_form", f"a token lives 1 to {LONGEST_DAYS} days")
        secret, now = PREFIX + secrets.make(), datetime.now(timezone.utc)
        row = TokenRow(
            id=str(uuid4()),
            person=person,
            name=checked_name(name),
            hash=secrets.digest(secret),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with session(self._engine) as opened:
            opened.add(row)
        return secret

    def find(self, secret: str) -> Viewer | None:
        """Its owner, who may do what both the roles and the scopes allow."""
        now = datetime.now(timezone.utc)
        with session(self._engine) as opened:
            row = opened.scalar(select(TokenRow).where(TokenRow.hash == secrets.digest(secret)))
            if row is None or row.expires_at <= now:
                return None
            viewer = viewer_of(opened, row.person)
            stale = row.used_at is None or now - row.used_at > timedelta(minutes=1)
        if stale:
            with session(self._engine) as opened:
                opened.execute(update(TokenRow).where(TokenRow.id == row.id).values(used_at=now))
        return replace(viewer, scopes=tuple(row.scopes)) if viewer else None  # type: ignore[arg-type]

    def of(self, person: str) -> list[Token]:
        newest = select(TokenRow).where(TokenRow.person == person).order_by(TokenRow.created_at.desc(), TokenRow.id)
        with session(self._engine) as opened:
            return [
                Token(r.id, r.name, tuple(r.scopes), r.created_at, r.expires_at, r.used_at)  # type: ignore[arg-type]
                for r in opened.scalars(newest)
            ]

    def remove(self, person: str, token: str) -> None:
        """Only one's own: another's token is as good as none."""
        with session(self._engine, exclusive=True) as opened:
            row = opened.get(TokenRow, token)
            if row is None or row.person != person:
                raise NotFound("no_token", "there is no such token")
            opened.delete(row)
