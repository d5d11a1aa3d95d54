"""The job store that schedulers share."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore


class JobStore(SQLAlchemyJobStore):  # type: ignore[misc]
    """Where the lease changes hands in the middle of a look, the new holder may have taken a job away already: that
    ends no thread. After `shutdown` nothing is due: APScheduler looks once more then, and would lose it."""

    _is_open = True

    def get_due_jobs(self, now: datetime) -> list[Job]:
        return super().get_due_jobs(now) if self._is_open else []

    def remove_job(self, job_id: str) -> None:
        with suppress(JobLookupError):
            super().remove_job(job_id)

    def update_job(self, job: Job) -> Any:
        with suppress(JobLookupError):
            super().update_job(job)

    def shutdown(self) -> None:
        self._is_open = False
        super().shutdown()
