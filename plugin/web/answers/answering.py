"""A job's answer by the generator, with the asker's part of the catalogue."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backends.errors import IndexLocked
from plugin.web.answers.desk import Cancelled
from plugin.web.answers.job import Job

if TYPE_CHECKING:
    from backends.vectors.base import VectorIndex
    from plugin.answer import Answer
    from plugin.web.answers.desk import Desk
    from plugin.web.reading import Reading

_ATTEMPTS = 60
_PAUSE = 1.0  # seconds between attempts to open an index that a sync holds


class Generating:
    """Called in the desk's thread. The index is open only while a question is answered, so that a sync can run."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.desk: Desk | None = None

    def __call__(self, job: Job) -> Answer:
        from plugin.answer import answer
        from plugin.generator.ask import Ask

        bench = self._reading.bench
        catalog = job.viewer.sees(self._reading.catalog())
        started = time.perf_counter()

        def emit(name: str, data: Any) -> None:
            if job.cancelled.is_set():
                raise Cancelled("the question was cancelled")
            job.emit(name, data)

        with self._index(job) as index:
            services = bench.services(emit, catalog=catalog, index=index)

            def stop() -> None:
                services.llm.cancel()
                services.warehouse.cancel()

            self._stops_with(stop)
            try:
                done = bench.pipeline()(Ask(job.question), services)
            finally:
                self._stops_with(None)
            return answer(done, services, time.perf_counter() - started)

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
