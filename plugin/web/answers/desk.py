"""The desk: questions queue, and people take turns; one thread owns the model and answers one after the other."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from backends.errors import AskError
from plugin.web.answers.fair import FairQueue
from plugin.web.answers.job import ENDED, Job
from plugin.web.errors import TooMany

if TYPE_CHECKING:
    from plugin.answer import Answer

_log = logging.getLogger(__name__)
_KEPT = 500


class Cancelled(AskError):
    """Raised in the model's thread at the next event of a job that nobody wants any more."""


Answering = Callable[[Job], "Answer"]


class Desk:
    """`answer` runs in the desk's thread alone. `finished` is told of each job that has ended, in that thread. A job
    whose asker has left for `leave_seconds` is cancelled; 0 waits for ever. At most `most` wait, and `most_of_one` of
    one person. Each hears of its place whenever that changes: `ahead`, how many come before it."""

    def __init__(
        self,
        answer: Answering,
        finished: Callable[[Job], None],
        most: int,
        leave_seconds: float = 0.0,
        most_of_one: int = 5,
    ) -> None:
        self._most_of_one = most_of_one
        self.leave_seconds = leave_seconds
        self._answer = answer
        self._finished = finished
        self._most = most
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: FairQueue[Job] = FairQueue()
        self._changed = threading.Condition()
        self._stopping = False
        self._running: Job | None = None
        self._stop_query: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._work, name="dbt-ask-model", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Lets go of what waits and stops what runs."""
        with self._changed:
            self._stopping = True
            for job in (*self._waiting.items(), *([self._running] if self._running else [])):
                job.cancelled.set()
            self._changed.notify_all()
        self._call_stop()
        if self._thread.is_alive():
            self._thread.join(seconds)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._changed:
            return len(self._waiting)

    def submit(self, job: Job) -> None:
        """Raises TooMany where too many wait, of all or of this person."""
        with self._changed:
            if self._waiting.of(job.viewer.id) >= self._most_of_one:
                raise TooMany(
                    "own_queue_full",
                    f"{self._most_of_one} of your questions are waiting",
                    hint="wait for an answer, or cancel one of them",
                )
            if len(self._waiting) >= self._most:
                raise TooMany("queue_full", "too many questions are waiting", hint="try again in a minute")
            self._jobs[job.ask] = job
            self._waiting.add(job, job.viewer.id)
            self._forget()
            self._tell()
            self._changed.notify_all()

    def find(self, ask: str) -> Job | None:
        with self._changed:
            return self._jobs.get(ask)

    def ahead(self, job: Job) -> int:
        """How many are answered before it; 0 when it is being answered."""
        with self._changed:
            if job not in self._waiting:
                return 0
            return self._waiting.items().index(job) + (1 if self._running else 0)

    def _tell(self) -> None:
        for place, job in enumerate(self._waiting.items(), 1 if self._running else 0):
            job.place(place)

    def cancel(self, job: Job) -> None:
        """At once where it waits; else the query or the generation stops now, and the rest at the next step."""
        with self._changed:
            job.cancelled.set()
            waited = job in self._waiting
            if waited:
                self._waiting.remove(job)
                self._tell()
            running = self._running is job
        if waited:
            self._end(job, "cancelled")
        elif running:
            self._call_stop()

    def left(self, job: Job) -> None:
        """Somebody who watched it went away. Where nobody has come back in time, nobody waits for it any more."""
        if self.leave_seconds and job.state not in ENDED:
            timer = threading.Timer(self.leave_seconds, self._abandon, (job,))
            timer.daemon = True
            timer.start()

    def _abandon(self, job: Job) -> None:
        if not job.watched and job.state not in ENDED:
            _log.info("ask %s: its asker has left", job.ask)
            job.error = {"code": "Left", "message": "its asker has left"}
            self.cancel(job)

    def on_cancel(self, stop: Callable[[], None] | None) -> None:
        """What stops query and generation of the running job; called by the thread that answers."""
        self._stop_query = stop

    def _call_stop(self) -> None:
        stop = self._stop_query
        if stop is not None:
            stop()

    def _forget(self) -> None:
        for ask in [ask for ask, job in self._jobs.items() if job.state in ENDED][: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[ask]

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._one(job)
            with self._changed:
                self._running = None
                self._tell()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return None
            self._running = self._waiting.take()
            self._tell()
            return self._running

    def _one(self, job: Job) -> None:
        if job.cancelled.is_set():
            self._end(job, "cancelled")
            return
        job.state = "running"
        job.emit("state", "running")
        try:
            job.answer = self._answer(job)
        except AskError as error:
            if job.cancelled.is_set():
                self._end(job, "cancelled")
                return
            _log.warning("ask %s failed: %s", job.ask, error.code)
            job.error = error.attrs()
            self._end(job, "failed")
        except Exception:  # noqa: BLE001  a thread begins here: the next question must find it alive
            _log.exception("ask %s failed", job.ask)
            job.error = {"code": "Unexpected", "message": "something unexpected went wrong", "hint": "see the log"}
            self._end(job, "failed")
        else:
            self._end(job, "cancelled" if job.cancelled.is_set() else "done")

    def _end(self, job: Job, state: str) -> None:
        job.state = state  # type: ignore[assignment]
        try:
            self._finished(job)
        except AskError as error:
            _log.error("ask %s could not be recorded: %s", job.ask, error.message)
        job.end(state)  # type: ignore[arg-type]
