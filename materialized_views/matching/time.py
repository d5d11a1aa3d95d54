"""C10: a stored bucket rolls up to coarser ones of the same calendar; a range must lie on its edges.

A week rolls up to nothing (P7). A part can be taken of a bucket only where all its moments share it. An upper end
`<= day` has become `< day + 1` for dates when the block was read, and stays refused for timestamps (P8 to P10).
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from materialized_views.blocks.canonical import COARSER, CONSTANT_PARTS, cast
from materialized_views.blocks.expressions import Call, Column, Expression, Literal, bare
from materialized_views.blocks.types import BOOLEAN, DATE, INTEGER, TIMESTAMP, SqlType

if TYPE_CHECKING:
    from materialized_views.matching.coverage import Coverage
    from materialized_views.matching.view import Stored


def rolled_up(coverage: Coverage, node: Expression) -> Expression | None:
    """date_trunc or a part of a moment, from a stored bucket of the same moment."""
    if not isinstance(node, Call) or node.op not in ("trunc", "extract"):
        return None
    for stored, bucket in coverage.bucketed(node.args[0]):
        if bucket.op != "trunc":
            continue
        if node.op == "trunc":
            fits = node.detail == bucket.detail or node.detail in COARSER[bucket.detail]
        else:
            fits = node.detail in CONSTANT_PARTS[bucket.detail]
        if fits and stored.type.family in ("date", "timestamp"):
            return Call(node.op, (_moment(stored.column, node.args[0].type),), node.type, node.detail)
    return None


def _moment(column: Column, wanted: SqlType) -> Expression:
    """The stored bucket in the type of the moment, so that the engine gives the same type for it."""
    if column.type.family == wanted.family or wanted.family not in ("date", "timestamp"):
        return column
    return cast(column, wanted) if wanted.family == "timestamp" else Call("cast", (column,), DATE, DATE.text)


def aligned(coverage: Coverage, node: Expression) -> Expression | None:
    """`moment < edge` or `edge <= moment` where the edge starts a stored bucket."""
    if not isinstance(node, Call) or node.op not in ("<", "<="):
        return None
    left, right = node.args
    upper = node.op == "<" and isinstance(right, Literal)
    lower = node.op == "<=" and isinstance(left, Literal)
    if upper == lower:
        return None
    edge, moment = (right, left) if upper else (left, right)
    assert isinstance(edge, Literal)
    if edge.kind not in ("date", "timestamp"):
        return None
    for stored, bucket in coverage.bucketed(bare(moment)):
        value = _edge(stored, bucket, edge)
        if value is not None:
            column = stored.column
            return Call("<", (column, value), BOOLEAN) if upper else Call("<=", (value, column), BOOLEAN)
    return None


def _edge(stored: Stored, bucket: Call, edge: Literal) -> Literal | None:
    """The first value of the stored column at or after the edge, where the edge starts a bucket."""
    unit = bucket.detail if bucket.op == "trunc" else "year"
    moment = edge.value
    assert isinstance(moment, date)
    if (bucket.op == "extract" and bucket.detail != "year") or not starts(unit, moment):
        return None
    if bucket.op == "extract":
        return Literal("number", Decimal(moment.year), INTEGER)
    family = stored.type.family
    if family == "date" and unit in ("day", "week", "month", "quarter", "year"):
        return Literal("date", moment.date() if isinstance(moment, datetime) else moment, DATE)
    if family == "timestamp":
        whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
        return Literal("timestamp", whole, TIMESTAMP)
    return None


def starts(unit: str, moment: date) -> bool:
    """The moment is the first of its bucket."""
    clock = moment.time() if isinstance(moment, datetime) else time.min
    if unit in ("second", "minute", "hour"):
        small = {"second": clock.microsecond, "minute": clock.second + clock.microsecond}
        return not small.get(unit, clock.minute + clock.second + clock.microsecond)
    first = {
        "day": True,
        "week": moment.isoweekday() == 1,
        "month": moment.day == 1,
        "quarter": moment.day == 1 and moment.month in (1, 4, 7, 10),
        "year": moment.day == 1 and moment.month == 1,
    }
    return clock == time.min and first[unit]
