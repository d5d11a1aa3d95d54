"""Which column of a log means what: the names that query histories of warehouses and exports use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from materialized_views.workload.statement import Entry, Problem, Statement

_SQL = ("sql", "query", "query_text", "statement", "sql_text", "querytxt")
_AT = ("at", "asked_at", "start_time", "creation_time", "log_time", "timestamp", "starttime", "executed_at", "date")
_USER = ("user", "user_name", "usename", "user_email", "rolname", "username", "userid")
_CALLS = ("calls", "executions", "count")
_QUESTION = ("question",)
_MILLISECONDS = {
    "milliseconds": 1.0, "duration_ms": 1.0, "mean_exec_time": 1.0, "mean_time": 1.0, "total_elapsed_time": 1.0,
    "elapsed_ms": 1.0, "duration": 1.0, "seconds": 1000.0, "elapsed_time": 0.001,
}  # fmt: skip
"""Column -> milliseconds in one of its units. Redshift's elapsed_time is in microseconds."""


def names_sql(columns: tuple[str, ...]) -> bool:
    return any(column.strip().casefold() in _SQL for column in columns)


def statement_of(row: Mapping[str, Any], where: str) -> Entry:
    """Columns of unknown names are passed over; a row without SQL is a problem."""
    known = {str(key).strip().casefold(): value for key, value in row.items() if key is not None}
    sql = str(_first(known, _SQL) or "").strip()
    if not sql:
        return Problem(where, "it holds no SQL")
    try:
        return Statement(
            sql=sql,
            at=moment(_first(known, _AT)),
            milliseconds=_milliseconds(known),
            user=str(_first(known, _USER) or ""),
            calls=max(1, int(float(_first(known, _CALLS) or 1))),
            question=str(_first(known, _QUESTION) or ""),
        )
    except (ValueError, TypeError, OverflowError) as error:
        return Problem(where, f"a column can't be read: {error}", sql)


def moment(value: Any) -> datetime | None:
    """ISO text, a driver's datetime or seconds since 1970; without a zone it is UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc)
    text = str(value).strip().replace(" UTC", "+00:00").removesuffix("Z")
    found = value if isinstance(value, datetime) else datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _milliseconds(known: Mapping[str, Any]) -> float | None:
    for name, factor in _MILLISECONDS.items():
        if known.get(name) not in (None, ""):
            return float(known[name]) * factor
    return None


def _first(known: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((known[name] for name in names if known.get(name) not in (None, "")), None)
