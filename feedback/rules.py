"""What a team may set of the feedback loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Rules:
    """`self_approval`: one may approve one's own SQL, which is then recorded. `gate`: publishing needs a benchmark
    that did not get worse. `benchmark_share` of question clusters is held out. `daily_limit`: proposals of one
    person in 24 hours. `near`: cosine from which two questions are nearly the same."""

    self_approval: bool = False
    gate: bool = True
    benchmark_share: float = 0.2
    daily_limit: int = 50
    near: float = 0.9
    lease: timedelta = timedelta(minutes=5)
    undo: timedelta = timedelta(seconds=15)
