"""What came of each run, and which jobs are paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, select, update

from backends.database import session
from plugin.jobs.model import JobPause, JobRun


class History:
    """On a migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, job: str, worker: str, cause: str) -> str:
        """The caller holds the lease of the job: a run of it that seems to go on has died."""
        run = JobRun(
            id=str(uuid4()),
            job=job,
            worker=worker,
            cause=cause,
            started_at=_now(),
            outcome="running",
            tries=0,
            result={},
        )
        died = update(JobRun).where(JobRun.job == job, JobRun.outcome == "running")
        with session(self._engine) as opened:
            opened.execute(died.values(outcome="lost", finished_at=_now(), error="its worker died"))
            opened.add(run)
        return run.id

    def end(
        self, run: str, outcome: str, *, tries: int, error: str | None = None, result: Mapping[str, Any] | None = None
    ) -> JobRun:
        with session(self._engine, exclusive=True) as opened:
            found = opened.get_one(JobRun, run)
            found.outcome, found.finished_at, found.tries = outcome, _now(), tries
            found.error, found.result = error, dict(result or {})
            return found

    def skipped(self, job: str, worker: str, cause: str, holder: str) -> JobRun:
        now = _now()
        run = JobRun(
            id=str(uuid4()), job=job, worker=worker, cause=cause, started_at=now, finished_at=now,
            outcome="skipped", tries=0, error=f"{holder} is running it", result={},
        )  # fmt: skip
        with session(self._engine) as opened:
            opened.add(run)
        return run

    def recent(
        self, job: str | None = None, limit: int = 20, *, outcome: str | None = None, before: datetime | None = None
    ) -> Sequence[JobRun]:
        """Newest first; `before` is when the last of the page before this one started."""
        newest = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id).limit(limit)
        for column, value in ((JobRun.job, job), (JobRun.outcome, outcome)):
            if value:
                newest = newest.where(column == value)
        if before is not None:
            newest = newest.where(JobRun.started_at < before)
        with session(self._engine) as opened:
            return list(opened.scalars(newest))

    def get(self, run: str) -> JobRun | None:
        with session(self._engine) as opened:
            return opened.get(JobRun, run)

    def broken_off(self) -> set[str]:
        """Jobs whose last run seems to go on: while nobody holds the lease of the job, its worker has died."""
        with session(self._engine) as opened:
            return set(opened.scalars(select(JobRun.job).where(JobRun.outcome == "running")))

    def pause(self, job: str) -> None:
        with session(self._engine, exclusive=True) as opened:
            if opened.get(JobPause, job) is None:
                opened.add(JobPause(job=job, paused_at=_now()))

    def resume(self, job: str) -> None:
        with session(self._engine) as opened:
            opened.execute(delete(JobPause).where(JobPause.job == job))

    def paused(self) -> set[str]:
        with session(self._engine) as opened:
            return set(opened.scalars(select(JobPause.job)))


def _now() -> datetime:
    return datetime.now(timezone.utc)
