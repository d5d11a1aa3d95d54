"""Results on a review card: run with the rights of who looks, kept in memory for the same rights alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from feedback.beside import Difference, Side, beside
from plugin.web.accounts.viewer import Viewer

if TYPE_CHECKING:
    from plugin.web.reading import Reading

_KEPT = 300


@dataclass(frozen=True)
class Run:
    """`rows` are JSON values. `error` is why there are none."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    truncated: bool = False
    seconds: float = 0.0
    error: str = ""


class Evidence:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._runs: OrderedDict[tuple[str, str], Run] = OrderedDict()
        self._lock = threading.Lock()

    def run(self, viewer: Viewer, sql: str) -> Run:
        key = (self._reading.policy(viewer), sql)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
                return self._runs[key]
        made = self._run(viewer, sql)
        with self._lock:
            self._runs[key] = made
            while len(self._runs) > _KEPT:
                self._runs.popitem(last=False)
        return made

    def compare(self, viewer: Viewer, ours: str, theirs: str) -> Difference | None:
        """None where one of them does not run."""
        left, right = self.run(viewer, ours), self.run(viewer, theirs)
        return None if left.error or right.error else beside(left.rows, right.rows)

    def _run(self, viewer: Viewer, sql: str) -> Run:
        from plugin.answer import plain

        try:
            rows = self._reading.run(viewer, sql)
        except QueryFailed as failed:
            return Run(error=failed.engine_message)
        except (QueryRefused, QueryTimeout) as refused:
            return Run(error=refused.message)
        made = tuple(tuple(plain(value) for value in row) for row in rows.rows)
        return Run(rows.columns, made, rows.truncated, rows.seconds)


def picked(run: Run, side: Side | None, most: int) -> list[int]:
    """Which rows to show of many, in their order: those that differ come first."""
    marked = sorted(side.alone | {row for row, _ in side.other}) if side else []
    known = set(marked)
    rest = (i for i in range(len(run.rows)) if i not in known)
    return sorted(islice(chain(marked, rest), most))
