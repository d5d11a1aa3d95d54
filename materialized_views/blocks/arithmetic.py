"""Operators over numbers, and literal dates moved by literal intervals."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from materialized_views.blocks.expressions import Call, Expression, Literal
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.types import BIGINT, INTEGER, TIMESTAMP, UNKNOWN, of_arithmetic


def arithmetic(op: str, left: Expression, right: Expression, dialect: str) -> Expression:
    kind = of_arithmetic(op, left.type, right.type, dialect)
    if left.type.family == right.type.family == "date" and op == "-":
        return Call(op, (left, right), INTEGER if dialect == "postgres" else BIGINT)
    if left.type.is_moment or right.type.is_moment:
        return _shifted(op, left, right)
    odd = [side.type for side in (left, right) if not side.type.is_number and side.type != UNKNOWN]
    if odd:
        raise Refused(Check.TYPES, "implicit_cast", f"{op} over {odd[0].text or 'NULL'}")
    if op in ("+", "*"):
        left, right = sorted((left, right), key=lambda e: e.key)
    return Call(op, (left, right), kind)


def _shifted(op: str, left: Expression, right: Expression) -> Expression:
    """A literal date plus or minus an interval."""
    if not (isinstance(left, Literal) and isinstance(right, Literal) and right.kind == "interval"):
        raise Refused(Check.TIME, "date_arithmetic", f"{op} between a date and what is no literal interval")
    amount, unit = str(right.value).split(" ")
    value, count = left.value, int(amount) * (1 if op == "+" else -1)
    assert isinstance(value, date)
    if unit in ("day", "week"):
        return _midnight(value + timedelta(days=count * (7 if unit == "week" else 1)))
    months = value.month - 1 + count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = value.year + months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return _midnight(value.replace(year=year, month=month, day=min(value.day, last)))


def _midnight(value: date) -> Literal:
    """Both engines give a timestamp."""
    moved = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    return Literal("timestamp", moved, TIMESTAMP)
