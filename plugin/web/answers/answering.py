"""A job's answer by the generator, with the asker's part of the catalogue."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backends.errors import VectorError
from plugin.web.answers.desk import Cancelled
from plugin.web.answers.job import Job
from plugin.web.answers.walled import Walled

if TYPE_CHECKING:
    from backends.vectors.base import VectorIndex
    from plugin.answer import Answer
    from plugin.web.answers.desk import Desk
    from plugin.web.reading import Reading

_log = logging.getLogger(__name__)


class Generating:
    """Called in the desk's thread. Each question takes up the index as it was last published, also while a sync writes.

    `deliver` gets the index before each question: what was published or retired since.
    """

    def __init__(self, reading: Reading, deliver: Callable[[VectorIndex], object]) -> None:
        self._reading = reading
        self._deliver = deliver
        self.desk: Desk | None = None

    def __call__(self, job: Job) -> Answer:
        from plugin.asking import asked

        bench = self._reading.bench
        job.policy = self._reading.policy(job.viewer)
        whole = self._reading.catalog()
        catalog = job.viewer.sees(whole)

        def emit(name: str, data: Any) -> None:
            if job.cancelled.is_set():
                raise Cancelled("the question was cancelled")
            job.emit(name, data)

        index = bench.answering_index
        try:
            self._deliver(index)
        except VectorError as error:  # a sync writes, or the disk is full: what is there can be asked
            _log.info("ask %s: examples come later: %s", job.ask, error.message)
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
