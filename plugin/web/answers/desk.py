"""The desk: questions queue, and people take turns; as many are answered at once as the model can take."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from backends.errors import AskError
from plugin.web.answers.fair import FairQueue
from plugin.web.answers.job import ENDED, Job, State
from plugin.web.errors import TooMany

if TYPE_CHECKING:
    from plugin.answer import Answer

_log = logging.getLogger(__name__)
_KEPT = 500
_UNEXPECTED = {"code": "Unexpected", "message": "something unexpected went wrong", "hint": "see the log"}


class Cancelled(AskError):
    """Raised in the thread that answers at the next event of a job that nobody wants any more."""


Answering = Callable[[Job], "Answer"]


class Desk:
    """`answer` runs in the desk's own threads, `at_once` of them. `finished` is told of each job that has ended, in the
    thread that answered it. A job whose asker has left for `leave_seconds` is cancelled; 0 waits for ever. At most
    `most` wait, and `most_of_one` of one person. Each hears of its place whenever that changes: `ahead`, how many come
    before it."""

    def __init__(
        self,
        answer: Answering,
        finished: Callable[[Job], None],
        most: int,
        leave_seconds: float = 0.0,
        most_of_one: int = 5,
        at_once: int = 1,
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
        self._running: list[Job] = []
        self._stops: dict[str, Callable[[], None]] = {}
        self._threads = [
            threading.Thread(target=self._work, name=f"dbt-ask-answers-{number}", daemon=True)
            for number in range(at_once)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Lets go of what waits and stops what runs."""
        with self._changed:
            self._stopping = True
            running = list(self._running)
            for job in (*self._waiting.items(), *running):
                job.cancelled.set()
            self._changed.notify_all()
        for job in running:
            self._call_stop(job)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

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
            return self._waiting.items().index(job) + len(self._running)

    def _tell(self) -> None:
        for place, job in enumerate(self._waiting.items(), len(self._running)):
            job.place(place)

    def cancel(self, job: Job) -> None:
        """At once for who asked. What runs is stopped: the query or the generation now, the rest at the next step; a
        model server that hangs is let go when its time is over."""
        with self._changed:
            job.cancelled.set()
            waited = job in self._waiting
            if waited:
                self._waiting.remove(job)
                self._tell()
            running = job in self._running
        if running:
            self._call_stop(job)
        if waited or running:
            self._end(job, "cancelled")

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

    def on_cancel(self, job: Job, stop: Callable[[], None]) -> None:
        """What stops query and generation of this job; called by the thread that answers it."""
        self._stops[job.ask] = stop

    def _call_stop(self, job: Job) -> None:
        stop = self._stops.get(job.ask)
        if stop is not None:
            stop()

    def _forget(self) -> None:
        for ask in [ask for ask, job in self._jobs.items() if job.state in ENDED][: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[ask]

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._one(job)
            with self._changed:
                self._stops.pop(job.ask, None)
                self._running.remove(job)
                self._tell()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return None
            job = self._waiting.take()
            job.state = "running"
            self._running.append(job)
            self._tell()
            return job

    def _one(self, job: Job) -> None:
        if job.cancelled.is_set():
            self._end(job, "cancelled")
            return
        job.emit("state", "running")
        try:
            answer = self._answer(job)
        except AskError as error:
            if job.cancelled.is_set():
                self._end(job, "cancelled")
                return
            _log.warning("ask %s failed: %s", job.ask, error.code)
            self._end(job, "failed", error=error.attrs())
        except Exception:  # noqa: BLE001  a thread begins here: the next question must find it alive
            _log.exception("ask %s failed", job.ask)
            self._end(job, "failed", error=_UNEXPECTED)
        else:
            self._end(job, "cancelled" if job.cancelled.is_set() else "done", answer)

    def _end(
        self, job: Job, state: State, answer: Answer | None = None, error: Mapping[str, Any] | None = None
    ) -> None:
        """The first end counts: who has cancelled does not wait for the thread that answers."""
        with self._changed:
            if job.state in ENDED:
                return
            job.state, job.answer, job.error = state, answer, dict(error or job.error)  # who left is told so
        try:
            self._finished(job)
        except AskError as error:
            _log.error("ask %s could not be recorded: %s", job.ask, error.message)
        job.end(state)
