from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from materialized_views.blocks.canonical import COARSER, CONSTANT_PARTS
from materialized_views.matching.time import starts

MOMENTS = [datetime(2023, 12, 25) + timedelta(hours=6 * i) for i in range(4 * 400)]


def bucket(unit: str, moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "second": moment.replace(microsecond=0),
        "minute": moment.replace(second=0, microsecond=0),
        "hour": moment.replace(minute=0, second=0, microsecond=0),
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1),
        "year": day.replace(day=1, month=1),
    }[unit]


@pytest.mark.parametrize("unit", list(COARSER))
def test_what_a_unit_rolls_up_to(unit: str) -> None:
    """Coarser is what never differs within one bucket; every unit that this holds for is there."""
    for coarse in COARSER:
        held = all(bucket(coarse, m) == bucket(coarse, bucket(unit, m)) for m in MOMENTS)
        finer = list(COARSER).index(unit) >= list(COARSER).index(coarse)
        assert (coarse in COARSER[unit]) == (held and not finer)


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month", "quarter", "year"])
def test_parts_that_a_bucket_shares(unit: str) -> None:
    parts = {
        "year": lambda m: m.year,
        "quarter": lambda m: (m.month - 1) // 3,
        "month": lambda m: m.month,
        "day": lambda m: m.day,
        "dow": lambda m: m.isoweekday() % 7,
        "isodow": lambda m: m.isoweekday(),
        "doy": lambda m: m.timetuple().tm_yday,
        "week": lambda m: m.isocalendar()[1],
        "hour": lambda m: m.hour,
    }
    for part, value in parts.items():
        shared = all(value(m) == value(bucket(unit, m)) for m in MOMENTS)
        assert (part in CONSTANT_PARTS[unit]) == shared, part


@pytest.mark.parametrize("unit", list(COARSER))
def test_a_bucket_starts_where_truncation_changes_nothing(unit: str) -> None:
    odd = [timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=1), timedelta(minutes=30)]
    for moment in (m + extra for m in MOMENTS[::3] for extra in odd):
        assert starts(unit, moment) == (bucket(unit, moment) == moment)


def test_a_date_is_its_midnight() -> None:
    assert starts("month", date(2024, 2, 1))
    assert starts("hour", date(2024, 2, 3))
    assert not starts("month", date(2024, 2, 3))
