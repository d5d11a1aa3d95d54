"""Rate limits, kept in memory: a bucket for each kind of request and each who."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from plugin.web.errors import TooMany

_MOST_BUCKETS = 10_000


class Limiter:
    """A bucket holds `most` and refills in a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, kind: str, who: str, most: int) -> None:
        """Raises TooMany, with the seconds until the next."""
        now, key = self._clock(), (kind, who)
        with self._lock:
            left, at = self._buckets.pop(key, (float(most), now))
            left = min(float(most), left + (now - at) * most / 60)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        if not allowed:
            seconds = (1 - left) * 60 / most
            raise TooMany(
                "too_fast", "too many requests", hint=f"try again in {seconds:.0f} s", seconds=round(seconds, 1)
            )
