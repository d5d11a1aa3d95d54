"""The tables. Of secrets (session ids, tokens, invitations) only the SHA-256 is kept, of passwords the Argon2 hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backends.database import Base, Json, UnicodeText, UtcDateTime


class PersonRow(Base):
    """`login` is case-folded; `id` is what other tables name. `subject` is who an OpenID provider says it is; such a
    person has no password here."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    login: Mapped[str] = mapped_column(UnicodeText, unique=True)
    name: Mapped[str] = mapped_column(UnicodeText)
    password: Mapped[str] = mapped_column(UnicodeText)
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(UnicodeText, unique=True, index=True)


class GrantRow(Base):
    """A role in one domain of the catalogue; "" is all of them."""

    __tablename__ = "grants"

    person: Mapped[str] = mapped_column(UnicodeText, ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    domain: Mapped[str] = mapped_column(UnicodeText, primary_key=True)


class SessionRow(Base):
    __tablename__ = "web_sessions"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    person: Mapped[str] = mapped_column(UnicodeText, ForeignKey("people.id"), index=True)
    csrf: Mapped[str] = mapped_column(UnicodeText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TokenRow(Base):
    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    person: Mapped[str] = mapped_column(UnicodeText, ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(UnicodeText)
    hash: Mapped[str] = mapped_column(UnicodeText, unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationRow(Base):
    """`person` is set where the link gives a person that is there a new password."""

    __tablename__ = "invitations"

    hash: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    role: Mapped[str] = mapped_column(UnicodeText)
    domain: Mapped[str] = mapped_column(UnicodeText)
    person: Mapped[str | None] = mapped_column(UnicodeText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
