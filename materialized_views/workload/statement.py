"""One entry of a log, whatever the log is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Statement:
    """`milliseconds` is the mean of `calls` executions, None where the log does not time. `at` has a time zone."""

    sql: str
    at: datetime | None = None
    milliseconds: float | None = None
    user: str = ""
    calls: int = 1
    question: str = ""


@dataclass(frozen=True)
class Problem:
    """An entry that could not be used, and why: counted and shown, never dropped in silence."""

    where: str
    reason: str
    text: str = ""


Entry = Statement | Problem
