"""One-time links: the first admin's, those that invite people, and those that give a new password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine, delete

from backends.database import session
from plugin.web.accounts import secrets
from plugin.web.accounts.model import InvitationRow, PersonRow
from plugin.web.accounts.people import People
from plugin.web.accounts.viewer import Grant, Viewer
from plugin.web.errors import NotFound

_LIFE = timedelta(days=3)


@dataclass(frozen=True)
class Invitation:
    """`login` is set where it gives a person that is there a new password."""

    grant: Grant
    login: str | None = None


class Invitations:
    def __init__(self, engine: Engine, people: People) -> None:
        self._engine = engine
        self._people = people

    def first_admin(self) -> str | None:
        """A new link, the older ones end; None where there is an admin."""
        if self._people.has_admin():
            return None
        with session(self._engine) as opened:
            opened.execute(delete(InvitationRow).where(InvitationRow.role == "admin"))
        return self.make(Grant("admin"))

    def make(self, grant: Grant, person: str | None = None) -> str:
        secret, now = secrets.make(), datetime.now(timezone.utc)
        row = InvitationRow(
            hash=secrets.digest(secret),
            role=grant.role,
            domain=grant.domain,
            person=person,
            created_at=now,
            expires_at=now + _LIFE,
        )
        with session(self._engine) as opened:
            opened.execute(delete(InvitationRow).where(InvitationRow.expires_at < now))
            opened.add(row)
        return secret

    def look(self, secret: str) -> Invitation:
        """Raises NotFound where it was used, has ended, or never was."""
        with session(self._engine) as opened:
            row = opened.get(InvitationRow, secrets.digest(secret))
            if row is None or row.expires_at <= datetime.now(timezone.utc):
                raise NotFound("no_invitation", "this link was used, or its time is over", hint="ask for a new one")
            known = opened.get(PersonRow, row.person) if row.person else None
            return Invitation(Grant(row.role, row.domain), known.login if known else None)  # type: ignore[arg-type]

    def accept(self, secret: str, login: str, name: str, password: str) -> Viewer:
        """The link is used up first, so that of two who use it at once one is refused; a mistake gives it back."""
        invitation = self.look(secret)
        taken = self._take(secret)
        try:
            if taken.person is not None:
                self._people.set_password(taken.person, password)
                found = self._people.find(taken.person)
                if found is None:
                    raise NotFound("no_person", "this account is closed")
                return found
            return self._people.add(login, name, password, (invitation.grant,))
        except BaseException:
            with session(self._engine) as opened:
                opened.add(taken)
            raise

    def _take(self, secret: str) -> InvitationRow:
        with session(self._engine, exclusive=True) as opened:
            row = opened.get(InvitationRow, secrets.digest(secret), with_for_update=True)
            if row is None:
                raise NotFound("no_invitation", "this link was used", hint="ask for a new one")
            copy = InvitationRow(
                hash=row.hash, role=row.role, domain=row.domain, person=row.person,
                created_at=row.created_at, expires_at=row.expires_at,
            )  # fmt: skip
            opened.delete(row)
            return copy
