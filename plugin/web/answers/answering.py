"""A job's answer by the generator, with the asker's part of the catalogue."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backends.errors import VectorError
from plugin.web.answers.desk import Cancelled
from plugin.web.answers.job import Job
from plugin.web.answers.walled import Walled

if TYPE_CHECKING:
    from backends.vectors.base import VectorIndex
    from plugin.answer import Answer
    from plugin.generator.stage import Services
    from plugin.web.answers.desk import Desk
    from plugin.web.reading import Reading

_log = logging.getLogger(__name__)


class Generating:
    """Called in the desk's threads. Each question takes up the index as it was last published, while a sync writes too.

    `deliver` gets the index before each question: what was published or retired since.
    """

    def __init__(self, reading: Reading, deliver: Callable[[VectorIndex], object]) -> None:
        self._reading = reading
        self._deliver = deliver
        self._opening = threading.Lock()
        self.desk: Desk | None = None

    def __call__(self, job: Job) -> Answer:
        from plugin.asking import asked

        bench = self._reading.bench
        job.policy = self._reading.policy(job.viewer)

        def emit(name: str, data: Any) -> None:
            if job.cancelled.is_set():
                raise Cancelled("the question was cancelled")
            job.emit(name, data)

        with self._opening:
            services = self._services(job, emit)

        def stop() -> None:
            services.llm.cancel()
            services.warehouse.cancel()

        if self.desk is not None:
            self.desk.on_cancel(job, stop)
        # what was answered by a view is compared by the job `view-checks`
        return asked(job.question, bench.pipeline(), services, job.ask, seen=bench.views_in_use.note)

    def _services(self, job: Job, emit: Callable[[str, Any], None]) -> Services:
        """By one thread at a time: parts are made when first asked for, and the index takes up what is new."""
        bench = self._reading.bench
        whole = self._reading.catalog()
        catalog = job.viewer.sees(whole)
        index = bench.answering_index
        try:
            self._deliver(index)
        except VectorError as error:  # a sync writes, or the disk is full: what is there can be asked
            _log.info("ask %s: examples come later: %s", job.ask, error.message)
        seen = index if job.viewer.domains is None else Walled(index, catalog)
        return bench.services(emit, catalog=catalog, index=seen, whole=whole)
