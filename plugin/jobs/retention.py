"""The job `retention`: what is older than the settings keep goes. The audit stays, and questions with feedback."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Engine, delete, select

from backends.database import session
from feedback.asks import AskRecord
from feedback.model import FeedbackRecord, SignalRecord
from plugin.jobs.model import JobRun
from plugin.operate.budget import UsageRecord

if TYPE_CHECKING:
    from plugin.assemble import Workbench

_USAGE_DAYS = 31


def run(bench: Workbench, now: datetime | None = None) -> Mapping[str, Any]:
    """How many of each were deleted."""
    chosen, now, state = bench.settings.retention, now or datetime.now(timezone.utc), bench.state
    usage = delete(UsageRecord).where(UsageRecord.day < (now - timedelta(days=_USAGE_DAYS)).date())
    return {
        "asks": _asks(state, now - timedelta(days=chosen.asks_days)) if chosen.asks_days else 0,
        "runs": _runs(state, now - timedelta(days=chosen.runs_days)) if chosen.runs_days else 0,
        "usage": _done(state, usage),
        "logs": _logs(bench.project.log, now - timedelta(days=chosen.logs_days)) if chosen.logs_days else 0,
    }


def _asks(engine: Engine, before: datetime) -> int:
    """With the signals of those that go. A question with feedback is the evidence of an example."""
    said = select(FeedbackRecord.ask)
    old = select(AskRecord.id).where(AskRecord.asked_at < before, AskRecord.id.not_in(said))
    _done(engine, delete(SignalRecord).where(SignalRecord.ask.in_(old)))
    return _done(engine, delete(AskRecord).where(AskRecord.id.in_(old)))


def _runs(engine: Engine, before: datetime) -> int:
    return _done(engine, delete(JobRun).where(JobRun.finished_at < before))


def _done(engine: Engine, deleting: Delete) -> int:
    with session(engine) as opened:
        return int(opened.connection().execute(deleting).rowcount)


def _logs(log: Path, before: datetime) -> int:
    """Not the one that is written."""
    old = [path for path in log.parent.glob(f"{log.name}.*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
