from __future__ import annotations

from datetime import datetime, timezone

import pytest

from plugin.errors import JobUnknown, SettingsError
from plugin.jobs.kinds import KINDS, run_of, schedules
from plugin.jobs.triggers import trigger_of

MONDAY = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)


def following(text: str, count: int = 3, zone: str = "UTC") -> list[str]:
    trigger, previous, found = trigger_of(text, zone), MONDAY, []
    for _ in range(count):
        previous = trigger.get_next_fire_time(previous, previous)
        found.append(previous.astimezone(timezone.utc).strftime("%a %H:%M"))
        previous = previous.replace(second=1)
    return found


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("0 3 * * *", ["Tue 03:00", "Wed 03:00", "Thu 03:00"]),
        ("*/30 * * * *", ["Mon 12:30", "Mon 13:00", "Mon 13:30"]),
        ("0 3 * * 0", ["Sun 03:00", "Sun 03:00", "Sun 03:00"]),
        ("0 3 * * 7", ["Sun 03:00", "Sun 03:00", "Sun 03:00"]),
        ("0 3 * * 1-5", ["Tue 03:00", "Wed 03:00", "Thu 03:00"]),
        ("0 3 * * 5-7", ["Fri 03:00", "Sat 03:00", "Sun 03:00"]),
        ("0 3 * * */3", ["Wed 03:00", "Sat 03:00", "Sun 03:00"]),
        ("0 3 * * mon,3", ["Wed 03:00", "Mon 03:00", "Wed 03:00"]),
        ("0 3 * * fri", ["Fri 03:00", "Fri 03:00", "Fri 03:00"]),
    ],
)
def test_cron_as_cron_means_it(text: str, runs: list[str]) -> None:
    assert following(text) == runs


def test_cron_in_a_time_zone() -> None:
    assert following("0 3 * * *", 1, "Asia/Seoul") == ["Mon 18:00"]


@pytest.mark.parametrize(("text", "seconds"), [("every 10m", 600), ("Every 2 hours", 7200), ("every 1d", 86400)])
def test_intervals(text: str, seconds: int) -> None:
    assert trigger_of(text).interval.total_seconds() == seconds


@pytest.mark.parametrize("text", ["every 0m", "every m", "3 * *", "soon", "61 * * * *", "0 3 * * 9", "0 3 * * 5-2", ""])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        trigger_of(text)
    assert "every 10m" in caught.value.hint


def test_no_such_time_zone() -> None:
    with pytest.raises(SettingsError):
        trigger_of("0 3 * * *", "Mars/North")


def test_schedules() -> None:
    defaults = schedules({})
    assert set(defaults) <= set(KINDS)
    assert schedules({"catalog-sync": "every 1h"})["catalog-sync"] == "every 1h"
    assert "catalog-sync" not in schedules({"catalog-sync": "never"})
    with pytest.raises(JobUnknown, match="catalog-snyc") as caught:
        schedules({"catalog-snyc": "every 1h"})
    assert "catalog-sync" in caught.value.hint


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_is_there_and_its_default_is_a_time_or_never(name: str) -> None:
    assert callable(run_of(name))
    if default := KINDS[name][2]:
        trigger_of(default)
