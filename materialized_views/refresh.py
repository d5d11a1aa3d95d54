"""Views are built aside, looked at, and put in place in one step; the version in use stays until then.

The order, so that a crash at any moment leaves the last good version or the new one, and the registry knows which:

1. the watermarks of the base tables are read, and the version in use is compared with them, bucket by bucket;
2. dbt builds the view as `<name>__aside` and runs its tests on it: where few buckets differ, these alone, and copies
   the others (`partial`);
3. what was built is compared with the base, bucket by bucket, and its size with the version in use;
4. the registry writes down the version that comes (`pending`): until it is settled nobody uses the view;
5. one transaction renames the relations;
6. the registry commits.

Between 4 and 6 `recover` looks at what is in place: it is the new version, the old one, or the view is quarantined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, Protocol

from backends.warehouse.base import Limits, TableName, Warehouse
from catalog_sync.model import Catalog
from materialized_views import partial, reconcile, watermarks
from materialized_views.build import Outcome
from materialized_views.build.overlay import Model
from materialized_views.definition import ViewDefinition
from materialized_views.emit.model import relation_of
from materialized_views.errors import BuildFailed, MaterializedViewsError, Shrunk
from materialized_views.registry import Registry, Version, ViewRecord

Progress = Callable[[str, int, int], None]
Status = Literal["fresh", "due", "adopted", "built", "failed"]
_ASIDE = "__aside"
_LOCK_SECONDS = 3600.0


class Builder(Protocol):
    """dbt, or what stands for it."""

    def build(self, models: list[Model]) -> dict[str, Outcome]: ...

    def operation(self, macro: str, **arguments: Any) -> None: ...


@dataclass(frozen=True)
class Rules:
    """`ttl` makes a view due by age alone. `max_shrink` is the part of its rows that a new version may lack.
    `max_partial`: where a larger share of its buckets of time differs, all are made anew."""

    force: bool = False
    ttl: timedelta | None = None
    max_shrink: float = 0.5
    max_partial: float = 0.3
    allow_shrink: bool = False
    limits: Limits = field(default=Limits(seconds=600.0, rows=200_000, bytes=256 * 1024 * 1024))


@dataclass(frozen=True)
class Refreshed:
    """What became of one view. `adopted`: dbt had rebuilt it already, and it agrees with its tables. `buckets` are
    those that were made anew, none where all were."""

    view: str
    status: Status
    why: str = ""
    rows: int = 0
    seconds: float = 0.0
    buckets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refresher:
    """`owner` names this process in the locks."""

    registry: Registry
    builder: Builder
    warehouse: Warehouse
    catalog: Catalog
    models: Mapping[str, Model]
    owner: str
    rules: Rules = Rules()
    progress: Progress = lambda *_: None

    def refresh(self, names: Iterable[str]) -> list[Refreshed]:
        """One after the other into place, built together. A view that fails keeps its last version; the others go
        on. Raises ViewUnknown, RefreshRunning, and what the warehouse raises."""
        records = [self.registry.get(name) for name in dict.fromkeys(names)]
        locked: list[str] = []
        try:
            for record in records:
                self.registry.lock(record.name, self.owner, _LOCK_SECONDS)
                locked.append(record.name)
            return self._refresh([self.recover(record) for record in records])
        finally:
            for name in locked:
                self.registry.unlock(name, self.owner)

    def due(self, record: ViewRecord, marks: Mapping[str, Mapping[str, Any]]) -> str:
        """Why a view must be looked at again; "" where it is as new as its tables."""
        if self.rules.force:
            return "asked for"
        if record.version is None or record.state != "ready":
            return f"it is {record.state} and not built" if record.version is None else f"it is {record.state}"
        if record.built_hash != record.definition_hash:
            return "its definition changed"
        if record.table not in self._tables():
            return f"{record.table} is not there"
        if found := watermarks.changed(record.version["marks"], marks):
            return "; ".join(found)
        age = datetime.now(timezone.utc) - (record.built_at or datetime.min.replace(tzinfo=timezone.utc))
        return f"it is older than {self.rules.ttl}" if self.rules.ttl is not None and age >= self.rules.ttl else ""

    def recover(self, record: ViewRecord) -> ViewRecord:
        """Settles a version that a crash left pending."""
        if record.pending is None or record.table is None:
            return record
        definition, pending = ViewDefinition.of(record.definition), Version.of(record.pending)
        there = self._content(definition, record.table)
        if there is not None and there.checksum == pending.checksum:
            self.registry.commit(record.name)
        elif (record.version is None and there is None) or (
            record.version is not None and there is not None and there.checksum == record.version["checksum"]
        ):
            self.registry.abandon(record.name, "a build was cut off before it was in place")
        else:
            self.registry.quarantine(record.name, "a build was cut off, and what is in place is neither version")
        return self.registry.get(record.name)

    def _refresh(self, records: list[ViewRecord]) -> list[Refreshed]:
        done: list[Refreshed] = []
        todo: list[_Job] = []
        for position, record in enumerate(records):
            self.progress("looking at the tables", position, len(records))
            definition, marked_at = ViewDefinition.of(record.definition), _now()
            marks = watermarks.marks(definition.tables, self.catalog, self.warehouse, self.rules.limits)
            why = self.due(record, marks)
            if not why:
                done.append(Refreshed(record.name, "fresh", rows=record.version["rows"] if record.version else 0))
                continue
            compared = self._compared(record, definition)
            if compared is not None and not compared.differences:
                done.append(replace(self._adopted(record, definition, marks, marked_at), why=why))
                continue
            dirty = partial.buckets(definition, compared, self.rules.max_partial) if compared else ()
            todo.append(_Job(record, definition, marks, marked_at, why, dirty))
        return [*done, *(self._build(todo) if todo else ())]

    def _compared(self, record: ViewRecord, definition: ViewDefinition) -> reconcile.Compared | None:
        """With the version in place; None where that is no version of this definition, or nobody wants to know."""
        is_there = record.table in self._tables() and record.built_hash == record.definition_hash
        if self.rules.force or record.table is None or not is_there:
            return None
        return reconcile.compare(definition, record.table, self.warehouse, self.rules.limits)

    def _adopted(
        self, record: ViewRecord, definition: ViewDefinition, marks: Mapping[str, Mapping[str, Any]], marked_at: str
    ) -> Refreshed:
        """A view that a build of dbt's own has brought up to date needs no second build."""
        assert record.table is not None
        found = reconcile.content(definition, record.table, self.warehouse, self.rules.limits)
        made = record.version["compiled"] if record.version else ""
        version = Version(record.definition_hash, marks, found.rows, found.checksum, marked_at=marked_at, compiled=made)
        self.registry.begin(record.name, record.table, version)
        self.registry.commit(record.name)
        return Refreshed(record.name, "adopted", rows=found.rows)

    def _build(self, jobs: list[_Job]) -> list[Refreshed]:
        self.progress("building", 0, len(jobs))
        self._drop_leftovers(jobs)
        outcomes = self.builder.build([self._model(job).aside(job.aside) for job in jobs])
        self.progress("comparing", 0, len(jobs))
        ready: list[_Job] = []
        failed: list[Refreshed] = []
        for job in jobs:
            outcome = outcomes[job.aside]
            try:
                ready.append(self._checked(replace(job, outcome=outcome)))
            except MaterializedViewsError as error:
                self.registry.abandon(job.name, error.message)
                failed.append(Refreshed(job.name, "failed", error.message, seconds=outcome.seconds))
        self._drop_leftovers([job for job in jobs if all(job.name != r.name for r in ready)])
        return [*(self._put_in_place(ready) if ready else ()), *failed]

    def _model(self, job: _Job) -> Model:
        whole, live = self.models[job.name], job.record.table
        if not job.buckets or live is None:
            return whole
        return partial.model(whole, job.definition, live, job.buckets, relation_of(self.catalog))

    def _checked(self, job: _Job) -> _Job:
        """With its version. Raises BuildFailed, Shrunk."""
        assert job.outcome is not None
        if not job.outcome.passed:
            raise BuildFailed("; ".join(job.outcome.failures), hint="the last version stays in use")
        relation, limits = job.outcome.relation, self.rules.limits
        found = reconcile.compare(job.definition, relation, self.warehouse, limits, job.buckets or None).differences
        if found or job.buckets:  # buckets that were copied are as they were when they were compared
            now = watermarks.marks(job.definition.tables, self.catalog, self.warehouse, limits)
            if moved := watermarks.changed(job.marks, now):
                raise BuildFailed(f"its tables changed while it was built: {'; '.join(moved)}", hint="run it again")
        if found:
            raise BuildFailed(str(found[0]), hint="the model does not say what the definition says")
        content = reconcile.content(job.definition, relation, self.warehouse, limits)
        before = job.record.version["rows"] if job.record.version else 0
        if content.rows < before * (1 - self.rules.max_shrink) and not self.rules.allow_shrink:
            raise Shrunk(
                f"the new version has {content.rows:,} rows, the one in use {before:,}",
                hint="if that is right, run it with --allow-shrink",
            )
        version = Version(
            definition_hash=job.record.definition_hash,
            marks=job.marks,
            rows=content.rows,
            checksum=content.checksum,
            seconds=job.outcome.seconds,
            marked_at=job.marked_at,
            compiled=job.record.version["compiled"] if job.buckets and job.record.version else job.outcome.compiled,
        )
        return replace(job, version=version)

    def _put_in_place(self, jobs: list[_Job]) -> list[Refreshed]:
        for job in jobs:
            assert job.version is not None
            self.registry.begin(job.name, job.live, job.version)
        self.progress("putting in place", 0, len(jobs))
        pairs = [{"aside": _parts(job.relation), "live": _parts(job.live)} for job in jobs]
        problem = ""
        try:
            self.builder.operation("dbt_ask_flip", pairs=pairs)
        except BuildFailed as error:
            problem = error.message
        self.progress("writing it down", 0, len(jobs))
        return [self._settled(job, problem) for job in jobs]

    def _settled(self, job: _Job, problem: str) -> Refreshed:
        """Where the operation failed, what is in place tells whether it was before or after the transaction."""
        assert job.version is not None
        if problem:
            self.recover(self.registry.get(job.name))
        else:
            self.registry.commit(job.name)
        now = self.registry.get(job.name)
        if now.version is not None and now.version["id"] == job.version.id:
            return Refreshed(job.name, "built", job.why, job.version.rows, job.version.seconds, job.buckets)
        return Refreshed(job.name, "failed", problem)

    def _drop_leftovers(self, jobs: list[_Job]) -> None:
        """Of builds aside that failed or were cut off: dbt would refresh a materialized view that is still there,
        with the SQL it had."""
        asides = {job.aside for job in jobs}
        names = [_parts(table) for table in self._tables() if table.name in asides]
        if names:
            self.builder.operation("dbt_ask_drop", names=names)

    def _content(self, definition: ViewDefinition, relation: TableName) -> reconcile.Content | None:
        if relation not in self._tables():
            return None
        return reconcile.content(definition, relation, self.warehouse, self.rules.limits)

    def _tables(self) -> list[TableName]:
        return self.warehouse.tables()


@dataclass(frozen=True)
class _Job:
    record: ViewRecord
    definition: ViewDefinition
    marks: Mapping[str, Mapping[str, Any]]
    marked_at: str
    why: str
    buckets: tuple[str, ...] = ()
    outcome: Outcome | None = None
    version: Version | None = None

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def aside(self) -> str:
        return self.name + _ASIDE

    @property
    def relation(self) -> TableName:
        assert self.outcome is not None
        return self.outcome.relation

    @property
    def live(self) -> TableName:
        return replace(self.relation, name=self.name)


def _parts(table: TableName) -> list[str | None]:
    return [table.database, table.schema, table.name]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
