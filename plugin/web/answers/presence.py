"""Which servers are alive: each holds a lease, and gives up the questions of one that has died."""

from __future__ import annotations

import logging
from threading import Event, Thread

from backends.errors import DatabaseError
from feedback.asks import AskLog
from plugin.jobs.leases import Leases

_PREFIX = "server:"
_log = logging.getLogger(__name__)


class Presence:
    """Use it as a context: alive from its beginning to its end."""

    def __init__(self, leases: Leases, asks: AskLog) -> None:
        self._leases = leases
        self._asks = asks
        self._ended = Event()
        self._thread = Thread(target=self._stay, name="dbt-ask-presence", daemon=True)

    @property
    def server(self) -> str:
        return self._leases.worker

    def __enter__(self) -> Presence:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._leases.give(_PREFIX + self.server)

    def elsewhere(self, server: str) -> bool:
        """Whether another server that is alive has it."""
        return server != self.server and server in self._leases.alive(_PREFIX)

    def _stay(self) -> None:
        while not self._ended.wait(self._leases.seconds / 3):
            try:
                self._look()
            except DatabaseError as error:  # it may be back before the lease runs out
                _log.warning("the lease of this server was not renewed: %s", error.message)

    def _look(self) -> None:
        self._leases.take(_PREFIX + self.server)
        given_up = self._asks.abandon("the server stopped before it was answered", self._leases.alive(_PREFIX))
        if given_up:
            _log.warning("%d questions of a server that has died were given up", given_up)
