"""Local accounts and their roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from uuid import uuid4

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backends.database import session
from plugin.web.accounts.model import GrantRow, PersonRow, SessionRow, TokenRow
from plugin.web.accounts.secrets import hash_password, verify_password
from plugin.web.accounts.viewer import Grant, Viewer
from plugin.web.errors import BadInput, Forbidden, NotFound
from plugin.web.rights import ROLES

_LOGIN = re.compile(r"[\w.@+-]{2,64}")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Person:
    viewer: Viewer
    active: bool
    created_at: datetime


class People:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, login: str, name: str, password: str, grants: Iterable[Grant]) -> Viewer:
        folded, shown, hashed = checked_login(login), checked_name(name), hash_password(password)
        granted = _checked(grants)
        row = PersonRow(
            id=str(uuid4()), login=folded, name=shown, password=hashed, active=True, created_at=_now(), subject=None
        )
        try:
            with session(self._engine) as opened:
                opened.add(row)
                opened.flush()
                opened.add_all(GrantRow(person=row.id, role=g.role, domain=g.domain) for g in granted)
        except IntegrityError as error:
            raise BadInput("login_taken", f"the login {folded} is taken") from error
        return Viewer(row.id, folded, shown, granted)

    def by_subject(
        self, subject: str, login: str, name: str, grants: Iterable[Grant] | None, first: Grant | None
    ) -> Viewer:
        """Whom an OpenID provider vouches for: known by `subject`, else new with that login. `grants` are set anew;
        None leaves them, and gives a new person `first`. It never takes over the account of another under that login.
        Raises BadInput, Forbidden."""
        with session(self._engine, exclusive=True) as opened:
            row = opened.scalar(select(PersonRow).where(PersonRow.subject == subject))
            if row is None:
                if grants is None and first is None:
                    raise Forbidden("no_role", "nobody has given you a role here", hint="ask an admin for one")
                row = _new(opened, login, name, subject)
                grants = (first,) if grants is None and first else grants
            if not row.active:
                raise Forbidden("no_person", "this account is closed", hint="ask an admin")
            if grants is not None:
                _grant(opened, row.id, _checked(grants))
            return _viewer(opened, row)

    def find(self, person: str) -> Viewer | None:
        """None too where the account is closed."""
        with session(self._engine) as opened:
            return viewer_of(opened, person)

    def with_password(self, login: str, password: str) -> Viewer | None:
        with session(self._engine) as opened:
            row = opened.scalar(select(PersonRow).where(PersonRow.login == _fold(login)))
            good = verify_password(row.password if row else None, password)
            return viewer_of(opened, row.id) if row and good else None

    def set_password(self, person: str, password: str) -> None:
        """Ends every session and token: whoever held the old password is out."""
        hashed = hash_password(password)
        with session(self._engine, exclusive=True) as opened:
            row = _row(opened, person)
            if row.subject is not None:
                raise BadInput("elsewhere", f"{row.login} signs in at the OpenID provider and has no password here")
            row.password = hashed
            _sign_out(opened, person)

    def set_grants(self, person: str, grants: Iterable[Grant]) -> None:
        granted = _checked(grants)
        with session(self._engine, exclusive=True) as opened:
            _row(opened, person)
            _grant(opened, person, granted)

    def set_active(self, person: str, active: bool) -> None:
        with session(self._engine, exclusive=True) as opened:
            _row(opened, person).active = active
            if not active:
                _sign_out(opened, person)
                opened.flush()
                _keep_an_admin(opened)

    def has_admin(self) -> bool:
        with session(self._engine) as opened:
            return _admins(opened) > 0

    def all(self) -> list[Person]:
        with session(self._engine) as opened:
            rows = opened.scalars(select(PersonRow).order_by(PersonRow.login)).all()
            return [Person(_viewer(opened, row), row.active, row.created_at) for row in rows]


def _new(opened: Session, login: str, name: str, subject: str) -> PersonRow:
    folded = checked_login(login)
    if opened.scalar(select(PersonRow).where(PersonRow.login == folded)) is not None:
        raise BadInput("login_taken", f"the login {folded} is taken by another account", hint="ask an admin")
    row = PersonRow(
        id=str(uuid4()), login=folded, name=checked_name(name), password="", active=True, created_at=_now(),
        subject=subject,
    )  # fmt: skip
    opened.add(row)
    opened.flush()
    return row


def _grant(opened: Session, person: str, granted: tuple[Grant, ...]) -> None:
    had_admin = _admins(opened) > 0
    opened.execute(delete(GrantRow).where(GrantRow.person == person))
    opened.add_all(GrantRow(person=person, role=g.role, domain=g.domain) for g in granted)
    if had_admin:
        _keep_an_admin(opened)


def viewer_of(opened: Session, person: str) -> Viewer | None:
    row = opened.get(PersonRow, person)
    return _viewer(opened, row) if row and row.active else None


def checked_login(login: str) -> str:
    folded = _fold(login)
    if not _LOGIN.fullmatch(folded):
        raise BadInput("login_form", "a login has 2 to 64 letters, digits or . @ + - _")
    return folded


def checked_name(name: str) -> str:
    shown = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(shown) <= _LONGEST_NAME or not shown.isprintable():
        raise BadInput("name_form", f"a name has 1 to {_LONGEST_NAME} characters")
    return shown


def _viewer(opened: Session, row: PersonRow) -> Viewer:
    grants = opened.scalars(select(GrantRow).where(GrantRow.person == row.id).order_by(GrantRow.role, GrantRow.domain))
    return Viewer(row.id, row.login, row.name, tuple(Grant(g.role, g.domain) for g in grants))  # type: ignore[arg-type]


def _row(opened: Session, person: str) -> PersonRow:
    row = opened.get(PersonRow, person)
    if row is None:
        raise NotFound("no_person", "there is no such person")
    return row


def _sign_out(opened: Session, person: str) -> None:
    for table in (SessionRow, TokenRow):
        opened.execute(delete(table).where(table.person == person))


def _keep_an_admin(opened: Session) -> None:
    opened.flush()
    if not _admins(opened):
        raise BadInput("last_admin", "the last admin can't be taken away")


def _admins(opened: Session) -> int:
    active = select(func.count()).select_from(GrantRow).join(PersonRow, PersonRow.id == GrantRow.person)
    wanted = active.where(GrantRow.role == "admin", GrantRow.domain == "", PersonRow.active)
    return opened.scalar(wanted) or 0


def _checked(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    found = tuple(dict.fromkeys(grants))
    if not found or any(grant.role not in ROLES for grant in found):
        raise BadInput("role_form", f"a person has at least one role of {', '.join(ROLES)}")
    if any(grant.role == "admin" and grant.domain for grant in found):
        raise BadInput("role_form", "an admin is admin of everything")
    return found


def _fold(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _now() -> datetime:
    return datetime.now(timezone.utc)
