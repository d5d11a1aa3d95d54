"""The examples as they are kept: made, found, counted. What changes one is in `feedback.desk`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Select, func, or_, select
from sqlalchemy.orm import Session

from backends.database import session
from feedback import audit
from feedback.drafts import Draft, Text
from feedback.errors import NotFound
from feedback.model import ExampleRecord, LeaseRecord, ReviewRecord, VersionRecord
from feedback.people import Actor
from feedback.rules import Clock, now


class Examples:
    """On a migrated database, which several projects may share: with a `project` only its examples are found."""

    def __init__(self, engine: Engine, clock: Clock = now, project: str | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.project = project

    def of(self, project: str) -> Examples:
        return Examples(self.engine, self.clock, project)

    def create(self, draft: Draft, actor: Actor) -> ExampleRecord:
        """A candidate with its first version."""
        at = self.clock()
        made = ExampleRecord(
            id=str(uuid4()),
            project=draft.project,
            state="candidate",
            question=draft.question,
            question_key=draft.question_key,
            question_by=draft.question_by,
            language=draft.language,
            workspace=draft.workspace,
            domains=list(draft.domains),
            cluster=draft.cluster,
            role=draft.role,
            source=draft.source,
            origin=dict(draft.origin),
            created_by=actor.name,
            created_at=at,
            changed_at=at,
            current=1,
            live=None,
            lock=1,
            merged_into=None,
            reason="",
            seen=draft.seen,
        )
        with session(self.engine) as opened:
            opened.add(made)
            opened.flush()
            opened.add(version_of(made.id, 1, None, draft.text, actor.name, at, ""))
            audit.write(opened, actor, "create", made.id, at=at, after=snapshot(made), reason=draft.source)
        return made

    def get(self, example: str) -> ExampleRecord:
        """By its id, or by the beginning of it where that is enough. Raises NotFound."""
        with session(self.engine) as opened:
            found = opened.get(ExampleRecord, example)
            if found is None and len(example) >= 4:
                begins = select(ExampleRecord).where(ExampleRecord.id.startswith(example, autoescape=True)).limit(2)
                several = list(opened.scalars(begins))
                found = several[0] if len(several) == 1 else None
        if found is None:
            raise NotFound("example", example)
        return found

    def version(self, example: str, number: int) -> VersionRecord:
        with session(self.engine) as opened:
            found = opened.get(VersionRecord, (example, number))
        if found is None:
            raise NotFound("version", f"{example}/{number}")
        return found

    def versions(self, example: str) -> list[VersionRecord]:
        """Oldest first."""
        return self._all(select(VersionRecord).where(VersionRecord.example == example).order_by(VersionRecord.number))

    def reviews(self, example: str) -> list[ReviewRecord]:
        """Oldest first."""
        wanted = select(ReviewRecord).where(ReviewRecord.example == example)
        return self._all(wanted.order_by(ReviewRecord.at, ReviewRecord.id))

    def lease(self, example: str) -> LeaseRecord | None:
        """That of now; one that ran out is none."""
        with session(self.engine) as opened:
            found = opened.get(LeaseRecord, example)
        return found if found and found.until > self.clock() else None

    def leases(self) -> dict[str, LeaseRecord]:
        """Example -> that of now, of all that are held."""
        held = self._all(select(LeaseRecord).where(LeaseRecord.until > self.clock()))
        return {lease.example: lease for lease in held}

    def currents(self, examples: Iterable[ExampleRecord]) -> dict[str, VersionRecord]:
        """Example -> its current version."""
        ids = [e.id for e in examples]
        wanted = select(VersionRecord).join(
            ExampleRecord,
            (VersionRecord.example == ExampleRecord.id) & (VersionRecord.number == ExampleRecord.current),
        )
        return {v.example: v for v in self._all(wanted.where(ExampleRecord.id.in_(ids)))}

    def find(
        self,
        *,
        states: Collection[str] = (),
        role: str | None = None,
        source: str | None = None,
        person: str | None = None,
        cluster: str | None = None,
        question_key: str | None = None,
        text: str = "",
        live: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> list[ExampleRecord]:
        """Most often asked first, then the oldest. `text` is looked for in question and SQL."""
        wanted = select(ExampleRecord).order_by(ExampleRecord.seen.desc(), ExampleRecord.created_at, ExampleRecord.id)
        if states:
            wanted = wanted.where(ExampleRecord.state.in_(states))
        if live:
            wanted = wanted.where(ExampleRecord.live.is_not(None))
        for column, value in (
            (ExampleRecord.project, self.project),
            (ExampleRecord.role, role),
            (ExampleRecord.source, source),
            (ExampleRecord.created_by, person),
            (ExampleRecord.cluster, cluster),
            (ExampleRecord.question_key, question_key),
        ):
            if value is not None:
                wanted = wanted.where(column == value)
        if text:
            in_sql = select(VersionRecord.example).where(VersionRecord.sql.icontains(text, autoescape=True))
            in_question = ExampleRecord.question.icontains(text, autoescape=True)
            wanted = wanted.where(or_(in_question, ExampleRecord.id.in_(in_sql)))
        return self._all(wanted.limit(limit).offset(offset))

    def by_fingerprint(self, fingerprint: str) -> list[ExampleRecord]:
        """Those whose current or live version reads so."""
        return self._all(self._ours(_joined()).where(VersionRecord.fingerprint == fingerprint))

    def by_template(self, template: str) -> list[ExampleRecord]:
        return self._all(self._ours(_joined()).where(VersionRecord.template == template))

    def live(self) -> list[tuple[ExampleRecord, VersionRecord]]:
        """What questions are answered with now."""
        return self._pairs(_live())

    def live_by_template(self, template: str) -> list[tuple[ExampleRecord, VersionRecord]]:
        return self._pairs(_live().where(VersionRecord.template == template))

    def live_by_question(self, keys: Collection[str]) -> list[ExampleRecord]:
        return [e for e, _ in self._pairs(_live().where(ExampleRecord.question_key.in_(list(keys))))]

    def with_current(self, states: Iterable[str]) -> list[tuple[ExampleRecord, VersionRecord]]:
        """The examples in these states with their current versions, oldest first."""
        wanted = select(ExampleRecord, VersionRecord).join(
            VersionRecord,
            (VersionRecord.example == ExampleRecord.id) & (VersionRecord.number == ExampleRecord.current),
        )
        wanted = wanted.where(ExampleRecord.state.in_(list(states)))
        with session(self.engine) as opened:
            rows = opened.execute(self._ours(wanted).order_by(ExampleRecord.created_at, ExampleRecord.id))
            return [(example, version) for example, version in rows]

    def counts(self) -> dict[str, int]:
        """State -> how many."""
        wanted = select(ExampleRecord.state, func.count()).group_by(ExampleRecord.state)
        with session(self.engine) as opened:
            return dict(opened.execute(self._ours(wanted)).tuples().all())

    def proposed_since(self, person: str, since: datetime) -> int:
        wanted = select(func.count()).where(ExampleRecord.created_by == person, ExampleRecord.created_at >= since)
        with session(self.engine) as opened:
            return int(opened.scalar(wanted) or 0)

    def _pairs(self, wanted: Select[Any]) -> list[tuple[ExampleRecord, VersionRecord]]:
        with session(self.engine) as opened:
            rows = opened.execute(self._ours(wanted).order_by(ExampleRecord.id))
            return [(example, version) for example, version in rows]

    def _ours(self, wanted: Select[Any]) -> Select[Any]:
        return wanted if self.project is None else wanted.where(ExampleRecord.project == self.project)

    def _all(self, wanted: Select[Any]) -> list[Any]:
        with session(self.engine) as opened:
            return list(opened.scalars(wanted))


def _live() -> Select[Any]:
    return select(ExampleRecord, VersionRecord).join(
        VersionRecord, (VersionRecord.example == ExampleRecord.id) & (VersionRecord.number == ExampleRecord.live)
    )


def _joined() -> Select[Any]:
    return (
        select(ExampleRecord)
        .join(VersionRecord, VersionRecord.example == ExampleRecord.id)
        .where(or_(VersionRecord.number == ExampleRecord.current, VersionRecord.number == ExampleRecord.live))
        .distinct()
        .order_by(ExampleRecord.created_at, ExampleRecord.id)
    )


def version_of(
    example: str, number: int, parent: int | None, text: Text, person: str, at: datetime, note: str
) -> VersionRecord:
    return VersionRecord(
        example=example,
        number=number,
        parent=parent,
        sql=text.sql,
        dialect=text.dialect,
        fingerprint=text.fingerprint,
        template=text.template,
        tables=list(text.tables),
        uses=dict(text.uses),
        checks=[check.attrs() for check in text.checks],
        edited_by=person,
        edited_at=at,
        note=note,
    )


def snapshot(example: ExampleRecord) -> dict[str, Any]:
    """What a move can change, for the audit and for going back."""
    fields = ("state", "current", "live", "lock", "merged_into", "reason")
    return {name: getattr(example, name) for name in fields}


def failed_checks(version: VersionRecord) -> Sequence[str]:
    return [c["name"] for c in version.checks if c["outcome"] == "fail" and c["blocking"]]


def locked(opened: Session, example: str) -> ExampleRecord:
    """The row, which nobody else changes until this transaction ends."""
    found = opened.scalars(select(ExampleRecord).where(ExampleRecord.id == example).with_for_update()).first()
    if found is None:
        raise NotFound("example", example)
    return found
