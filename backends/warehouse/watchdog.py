"""Layer 5: a query that runs past its limit is cancelled in the engine, not abandoned."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN = 0.25  # seconds; a cancel that comes before the engine has begun is lost, so it is repeated


class Watchdog:
    """Cancels what runs in `over` after `seconds` (never where None), or as soon as it is told to stop."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._done = False
        self.expired = False
        self.stopped = False

    @contextmanager
    def over(self, cancel: Callable[[], None]) -> Iterator[None]:
        thread = threading.Thread(target=self._watch, args=(cancel,), name="query-watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._lock:  # no cancel may reach the next query on this connection
                self._done = True
            self._wake.set()
            thread.join()

    def stop(self) -> None:
        """From any thread."""
        self.stopped = True
        self._wake.set()

    def _watch(self, cancel: Callable[[], None]) -> None:
        self.expired = not self._wake.wait(self._seconds)
        while True:
            with self._lock:
                if self._done:
                    return
                self._wake.clear()
                cancel()
            self._wake.wait(_AGAIN)
