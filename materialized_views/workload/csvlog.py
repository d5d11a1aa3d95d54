"""PostgreSQL's csvlog, where `log_min_duration_statement` or `log_duration` with `log_statement` is on.

Columns by position, as the manual of PostgreSQL has them under "Using CSV-Format Log Output".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone

from materialized_views.workload.columns import moment
from materialized_views.workload.statement import Entry, Problem, Statement

_LOG_TIME, _USER, _SEVERITY, _MESSAGE = 0, 1, 11, 13
_COLUMNS = 23  # of the oldest version in support; later ones add more
_TIMED = re.compile(r"duration: (?P<ms>[\d.]+) ms\s+(?:statement|execute [^:]*): (?P<sql>.*)", re.DOTALL)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \w+")


def fits(first: Sequence[str]) -> bool:
    return len(first) >= _COLUMNS and _STAMP.fullmatch(first[_LOG_TIME]) is not None


def statement_of(row: Sequence[str], where: str) -> Entry | None:
    """None for a line that logs something else than a timed statement."""
    if len(row) < _COLUMNS:
        return Problem(where, f"a csvlog line has {_COLUMNS} columns or more, this one {len(row)}")
    found = _TIMED.fullmatch(row[_MESSAGE].strip())
    if found is None or row[_SEVERITY] != "LOG":
        return None
    return Statement(found["sql"], _at(row[_LOG_TIME]), float(found["ms"]), row[_USER])


def _at(text: str) -> datetime | None:
    """Zones of a log are names such as UTC or CEST; only UTC can be told for sure, the others are taken for it."""
    stamp, _, zone = text.rpartition(" ")
    found = moment(stamp)
    return found.replace(tzinfo=timezone.utc) if found and zone else found
