"""A job's answer by the generator, with the asker's part of the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backends.errors import IndexLocked
from plugin.web.answers.desk import Cancelled
from plugin.web.answers.job import Job
from plugin.web.answers.walled import Walled

if TYPE_CHECKING:
    from backends.vectors.base import VectorIndex
    from plugin.answer import Answer
    from plugin.web.answers.desk import Desk
    from plugin.web.reading import Reading

_ATTEMPTS = 60
_PAUSE = 1.0  # seconds between attempts to open an index that a sync holds


class Generating:
    """Called in the desk's thread. The index is open only while a question is answered, so that a sync can run.

    `opened` gets the index before each question: what was published or retired while it was open elsewhere.
    """

    def __init__(self, reading: Reading, opened: Callable[[VectorIndex], object]) -> None:
        self._reading = reading
        self._on_opened = opened
        self.desk: Desk | None = None

    def __call__(self, job: Job) -> Answer:
        from plugin.asking import asked

        bench = self._reading.bench
        whole = self._reading.catalog()
        catalog = job.viewer.sees(whole)

        def emit(name: str, data: Any) -> None:
            if job.cancelled.is_set():
                raise Cancelled("the question was cancelled")
            job.emit(name, data)

        with self._index(job) as index:
            self._on_opened(index)
            seen = index if job.viewer.domains is None else Walled(index, catalog)
            services = bench.services(emit, catalog=catalog, index=seen, whole=whole)

            def stop() -> None:
                services.llm.cancel()
                services.warehouse.cancel()

            self._stops_with(stop)
            try:
                # what was answered by a view is compared by the job `view-checks`
                return asked(job.question, bench.pipeline(), services, job.ask, seen=bench.views_in_use.note)
            finally:
                self._stops_with(None)

    def _stops_with(self, stop: Any) -> None:
        if self.desk is not None:
            self.desk.on_cancel(stop)

    @contextmanager
    def _index(self, job: Job) -> Iterator[VectorIndex]:
        index = self._opened(job)
        try:
            yield index
        finally:
            index.close()

    def _opened(self, job: Job, pause: threading.Event | None = None) -> VectorIndex:
        for attempt in range(_ATTEMPTS):
            try:
                return self._reading.bench.open_index()
            except IndexLocked:
                if attempt == _ATTEMPTS - 1:
                    raise
                if attempt == 0:
                    job.emit("stage", "wait.sync")
                if job.cancelled.wait(_PAUSE):
                    raise Cancelled("the question was cancelled") from None
        raise AssertionError("unreachable")
