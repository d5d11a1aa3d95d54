"""When a job runs, as people write it: "every 10m", or the five fields of cron."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Protocol

from plugin.errors import SettingsError

_EVERY = re.compile(r"every\s+(?P<count>\d+)\s*(?P<unit>s|m|h|d)[a-z]*", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_HINT = 'write "every 10m", "every 2h", or five fields of cron as "0 3 * * 1-5" (minute hour day month weekday)'


class Trigger(Protocol):
    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None: ...


def trigger_of(text: str, timezone: str = "UTC") -> Any:
    """An APScheduler trigger. Raises SettingsError."""
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    every = _EVERY.fullmatch(text.strip())
    try:
        if every:
            count = int(every["count"])
            if count < 1:
                raise ValueError("the interval is 0")
            return IntervalTrigger(**{_UNITS[every["unit"].lower()]: count}, timezone=timezone)
        minute, hour, day, month, weekday = text.split()
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=timezone
        )
    except (ValueError, KeyError) as error:  # KeyError: no such time zone
        raise SettingsError(f"{text!r} in schedule.jobs is no time: {error}", hint=_HINT, key="schedule.jobs") from None


def _weekdays(field: str) -> str:
    """Cron counts from Sunday, with 0 and 7; APScheduler from Monday. As names nobody can be wrong."""
    if not re.search(r"\d", field):
        return field
    days: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0", "", "6") if span == "*" else span.partition("-")
        start = _day(first)
        end = _day(last) if last else (6 if step else start)
        if not 0 <= start <= end <= 7:
            raise ValueError(f"no weekdays: {part}")
        days |= {day % 7 for day in range(start, end + 1, int(step or 1))}
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(text: str) -> int:
    return _DAYS.index(text.casefold()) if text.casefold() in _DAYS else int(text)
