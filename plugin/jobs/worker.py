"""One run of one job: under its lease, with retries of what passes, into the history."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from backends.errors import AskError
from plugin.jobs.history import History
from plugin.jobs.leases import Leases
from plugin.jobs.model import JobRun

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retries:
    """`tries` in all; before the second `seconds` pass, before each further one twice as many, `longest` at most."""

    tries: int = 4
    seconds: float = 5.0
    longest: float = 300.0

    def wait(self, attempt: int) -> float:
        return float(min(self.seconds * 2.0 ** (attempt - 1), self.longest))


@dataclass
class Worker:
    """`stop` ends the waiting between tries; what runs is let finish."""

    history: History
    leases: Leases
    retries: Retries = Retries()
    stop: Event = field(default_factory=Event)

    def run(self, job: str, action: Callable[[], Mapping[str, Any]], cause: str) -> JobRun:
        """Never raises for what the job does wrong: the outcome says it."""
        lease = f"job:{job}"
        with self.leases.held(lease) as taken:
            if not taken:
                holder = self.leases.holder(lease) or "another worker"
                return self.history.skipped(job, self.leases.worker, cause, holder)
            return self._run(job, action, cause)

    def _run(self, job: str, action: Callable[[], Mapping[str, Any]], cause: str) -> JobRun:
        run = self.history.begin(job, self.leases.worker, cause)
        for attempt in range(1, self.retries.tries + 1):
            try:
                return self.history.end(run, "done", tries=attempt, result=action())
            except AskError as error:
                _log.warning("%s, try %d: %s: %s", job, attempt, error.code, error.message)
                if not error.transient or attempt == self.retries.tries:
                    return self.history.end(run, "failed", tries=attempt, error=str(error), result=error.attrs())
                if self.stop.wait(self.retries.wait(attempt)):
                    return self.history.end(run, "stopped", tries=attempt, error=str(error))
            except Exception as error:  # noqa: BLE001  a job is where a process begins: the next one must run
                _log.exception("%s failed", job)
                return self.history.end(run, "failed", tries=attempt, error=f"{type(error).__name__}: {error}")
        raise AssertionError("a job is tried once at least")
