"""Deliveries of webhooks that were seen lately: none counts twice."""

from __future__ import annotations

import threading
from collections import OrderedDict

_MOST = 2000


class Deliveries:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def is_first(self, digest: str) -> bool:
        """Of the last that came. `digest` stands for the whole delivery."""
        with self._lock:
            if digest in self._seen:
                return False
            self._seen[digest] = None
            if len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        return True
