"""The registry of question views: what each one is, which version of it is in use, and whether it may be used.

The commit point of a build is here: `begin` writes down what is about to be put in place, `commit` makes it the
version in use. A process that dies in between leaves a `pending` version, which `refresh.recover` settles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Engine, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backends.database import Base, Json, UnicodeText, UtcDateTime, session
from backends.warehouse.base import TableName
from materialized_views import owners
from materialized_views.errors import RefreshRunning, ViewUnknown

State = Literal["proposed", "dropped", "approved", "ready", "quarantined", "retired"]


class ViewRecord(Base):
    """`reason`: why it was chosen. `evidence`: of the trial. `version` is in use, `pending` on its way."""

    __tablename__ = "views"

    name: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    state: Mapped[str] = mapped_column(UnicodeText)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    definition_hash: Mapped[str] = mapped_column(UnicodeText)
    relation: Mapped[list[Any] | None] = mapped_column(Json)
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    evidence: Mapped[dict[str, Any]] = mapped_column(Json)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(UnicodeText)
    built_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    built_hash: Mapped[str] = mapped_column(UnicodeText)
    version: Mapped[dict[str, Any] | None] = mapped_column(Json)
    pending: Mapped[dict[str, Any] | None] = mapped_column(Json)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(UnicodeText)
    locked_by: Mapped[str] = mapped_column(UnicodeText)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def table(self) -> TableName | None:
        return TableName(*self.relation) if self.relation else None

    @property
    def usable(self) -> bool:
        """Built by the definition that is approved, and nothing is known against it."""
        return self.state == "ready" and self.built_hash == self.definition_hash and self.pending is None


class ViewEvent(Base):
    __tablename__ = "view_events"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    view: Mapped[str] = mapped_column(UnicodeText, ForeignKey("views.name"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(UnicodeText)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True)
class Version:
    """One content of a view. `marks` are the watermarks of its bases, read before the build began; `checksum`
    stands for all rows of it; `compiled` is the hash of the SQL that dbt ran."""

    definition_hash: str
    marks: Mapping[str, Mapping[str, Any]]
    rows: int
    checksum: str
    seconds: float = 0.0
    marked_at: str = ""
    compiled: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Version:
        return cls(**stored)


class Registry:
    """On a migrated database. Every change writes an event in the same transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, *states: State) -> list[ViewRecord]:
        chosen = select(ViewRecord).order_by(ViewRecord.name)
        with session(self._engine) as opened:
            return list(opened.scalars(chosen.where(ViewRecord.state.in_(states)) if states else chosen))

    def get(self, name: str) -> ViewRecord:
        """Raises ViewUnknown."""
        with session(self._engine) as opened:
            return _get(opened, name)

    def events(self, name: str) -> list[ViewEvent]:
        """Oldest first."""
        of_view = select(ViewEvent).where(ViewEvent.view == name).order_by(ViewEvent.at)
        with session(self._engine) as opened:
            return list(opened.scalars(of_view))

    def propose(
        self, name: str, definition: Mapping[str, Any], definition_hash: str, reason: Mapping[str, Any]
    ) -> State:
        """New, or the same again: then only the reason is renewed, and what was decided about it stays. A changed
        definition of a view in use needs approval again; its built version is not usable for the new definition."""
        with session(self._engine, exclusive=True) as opened:
            found = opened.get(ViewRecord, name, with_for_update=True)
            if found is None:
                found = ViewRecord(
                    name=name, state="proposed", definition=dict(definition), definition_hash=definition_hash,
                    relation=None, reason=dict(reason), evidence={}, proposed_at=_now(), approved_at=None,
                    approved_by="", built_at=None, built_hash="", version=None, pending=None, verified_at=None,
                    problem="", locked_by="", locked_until=None,
                )  # fmt: skip
                opened.add(found)
                opened.flush()  # the event refers to it
                _event(opened, name, "proposed", reason)
            else:
                found.reason = dict(reason)
                if found.definition_hash != definition_hash or found.state == "retired":
                    found.definition, found.definition_hash = dict(definition), definition_hash
                    found.state, found.evidence, found.problem = "proposed", {}, ""
                    _event(opened, name, "proposed", reason)
            return found.state  # type: ignore[return-value]

    def withdraw(self, keep: set[str]) -> list[str]:
        """Proposals that nobody decided about and that are not proposed any more."""
        with session(self._engine, exclusive=True) as opened:
            gone = [
                record
                for record in opened.scalars(select(ViewRecord).where(ViewRecord.state.in_(("proposed", "dropped"))))
                if record.name not in keep
            ]
            for record in gone:
                record.state, record.problem = "retired", "not in a later recommendation any more"
                _event(opened, record.name, "withdrawn", {})
            return [record.name for record in gone]

    def tried(self, name: str, evidence: Mapping[str, Any], *, passed: bool) -> None:
        with self._changing(name, "tried", evidence) as record:
            record.evidence = dict(evidence)
            if record.state in ("proposed", "dropped"):
                record.state = "proposed" if passed else "dropped"

    def approve(self, name: str, by: str) -> None:
        with self._changing(name, "approved", {"by": by}) as record:
            record.state, record.approved_at, record.approved_by = "approved", _now(), by

    def decline(self, name: str, by: str, why: str) -> None:
        """The same proposal is not made again."""
        with self._changing(name, "declined", {"by": by, "why": why}) as record:
            record.state, record.problem = "dropped", why

    def begin(self, name: str, relation: TableName, pending: Version) -> None:
        """What is about to be put in the place of the version in use."""
        with self._changing(name, "begun", asdict(pending)) as record:
            record.pending = asdict(pending)
            record.relation = [relation.database, relation.schema, relation.name]

    def commit(self, name: str) -> None:
        """The pending version is in place."""
        with self._changing(name, "built", {}) as record:
            if record.pending is None:
                return
            record.version, record.built_hash = record.pending, record.pending["definition_hash"]
            record.state, record.built_at, record.verified_at = "ready", _now(), _now()
            record.pending, record.problem = None, ""

    def abandon(self, name: str, problem: str) -> None:
        """The version in use stays what it was, and in use."""
        with self._changing(name, "failed", {"problem": problem}) as record:
            record.pending, record.problem = None, problem

    def verified(self, name: str, evidence: Mapping[str, Any]) -> None:
        with self._changing(name, "verified", evidence) as record:
            record.verified_at = _now()

    def quarantine(self, name: str, problem: str) -> None:
        """Out of use at once, until a new build passes or `release`."""
        with self._changing(name, "quarantined", {"problem": problem}) as record:
            record.state, record.problem, record.pending = "quarantined", problem, None

    def release(self, name: str, evidence: Mapping[str, Any]) -> None:
        """Back in use: what is in place was found equal to its tables, and is the version that is written down."""
        with self._changing(name, "released", evidence) as record:
            if record.state == "quarantined" and record.version is not None:
                record.state, record.problem, record.verified_at = "ready", "", _now()

    def retire(self, name: str, why: str) -> None:
        with self._changing(name, "retired", {"why": why}) as record:
            record.state, record.problem = "retired", why

    def lock(self, name: str, owner: str, seconds: float) -> None:
        """One refresh of a view at a time; a lock ends by itself, or with its owner. Raises RefreshRunning."""
        with session(self._engine, exclusive=True) as opened:
            record = _get(opened, name)
            held = record.locked_by not in ("", owner) and record.locked_until and record.locked_until > _now()
            if held and not owners.is_gone(record.locked_by):
                raise RefreshRunning(
                    f"{name} is being refreshed by {record.locked_by} until {record.locked_until:%H:%M:%S} UTC",
                    hint="wait until it ends, then try again",
                )
            record.locked_by, record.locked_until = owner, _now() + timedelta(seconds=seconds)

    def unlock(self, name: str, owner: str) -> None:
        with session(self._engine, exclusive=True) as opened:
            record = _get(opened, name)
            if record.locked_by == owner:
                record.locked_by, record.locked_until = "", None

    @contextmanager
    def _changing(self, name: str, kind: str, detail: Mapping[str, Any]) -> Iterator[ViewRecord]:
        """A transaction on one record that ends with an event."""
        with session(self._engine, exclusive=True) as opened:
            yield _get(opened, name)
            _event(opened, name, kind, detail)


def _get(opened: Session, name: str) -> ViewRecord:
    record = opened.get(ViewRecord, name, with_for_update=True)
    if record is None:
        raise ViewUnknown(f"there is no view {name}", hint="`dbt-ask views list` shows all of them")
    return record


def _event(opened: Session, view: str, kind: str, detail: Mapping[str, Any]) -> None:
    opened.add(ViewEvent(id=str(uuid4()), view=view, at=_now(), kind=kind, detail=dict(detail)))


def _now() -> datetime:
    return datetime.now(timezone.utc)
