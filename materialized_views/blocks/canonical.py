"""How expressions are made: one form for what is equal, so that comparing trees compares meanings.

Every rule here is exact on NULL. What SQL engines would convert by themselves (a text compared with a number) is
refused, but for ISO dates in quotes.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from materialized_views.blocks.expressions import Call, Expression, Literal, bare, is_daily, is_nullable
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    HUGEINT,
    INTEGER,
    NUMERIC,
    TIMESTAMP,
    UNKNOWN,
    ZONED,
    SqlType,
    of_arithmetic,
)

COARSER = {
    "second": ("minute", "hour", "day", "week", "month", "quarter", "year"),
    "minute": ("hour", "day", "week", "month", "quarter", "year"),
    "hour": ("day", "week", "month", "quarter", "year"),
    "day": ("week", "month", "quarter", "year"),
    "week": (),
    "month": ("quarter", "year"),
    "quarter": ("year",),
    "year": (),
}
"""What a stored unit rolls up to."""

_DAY_PARTS = ("year", "quarter", "month", "day", "dow", "isodow", "doy", "week")
CONSTANT_PARTS = {
    "second": (*_DAY_PARTS, "hour", "minute"),
    "minute": (*_DAY_PARTS, "hour", "minute"),
    "hour": (*_DAY_PARTS, "hour"),
    "day": _DAY_PARTS,
    "week": ("week",),
    "month": ("year", "quarter", "month"),
    "quarter": ("year", "quarter"),
    "year": ("year",),
}
"""The parts that all moments of one bucket share."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def conjunction(parts: list[Expression]) -> Expression:
    return _flat("and", parts)


def disjunction(parts: list[Expression]) -> Expression:
    return _flat("or", parts)


def _flat(op: str, parts: list[Expression]) -> Expression:
    found: dict[Expression, None] = {}
    for part in parts:
        inner = part.args if isinstance(part, Call) and part.op == op else (part,)
        found.update(dict.fromkeys(inner))
    ordered = sorted(found, key=lambda e: e.key)
    return ordered[0] if len(ordered) == 1 else Call(op, tuple(ordered), BOOLEAN)


def conjuncts(node: Expression) -> tuple[Expression, ...]:
    return node.args if isinstance(node, Call) and node.op == "and" else (node,)


def negation(node: Expression) -> Expression:
    if isinstance(node, Call) and node.op == "not":
        return node.args[0]
    if isinstance(node, Call) and node.op in ("=", "<>"):
        return Call("<>" if node.op == "=" else "=", node.args, BOOLEAN)
    if isinstance(node, Call) and node.op in ("<", "<="):
        return compare("<=" if node.op == "<" else "<", node.args[1], node.args[0])
    return Call("not", (node,), BOOLEAN)


def compare(op: str, left: Expression, right: Expression) -> Expression:
    """With a literal on the right; of dates only `<` and `>=` are left, a day later where need be.

    `a >= b` is kept as `b <= a`, so that there are four operators: =, <>, <, <=.
    """
    if isinstance(left, Literal) and not isinstance(right, Literal):
        return compare(_FLIPPED[op], right, left)
    if isinstance(right, Literal):
        return _with_literal(op, left, right)
    _check_comparable(left.type, right.type)
    if op in (">", ">="):
        op, left, right = _FLIPPED[op], right, left
    if op in ("=", "<>"):
        left, right = sorted((left, right), key=lambda e: e.key)
    return Call(op, (left, right), BOOLEAN)


def _with_literal(op: str, left: Expression, right: Literal) -> Expression:
    if right.kind == "null":
        raise Refused(Check.SHAPE, "null_comparison", "a comparison with NULL is never true")
    subject = bare(left)
    literal = as_type_of(right, subject)
    if literal.kind in ("date", "timestamp") and subject.type.family == "date":
        op, literal = _on_days(op, literal)
    if op in (">", ">="):
        return Call(_forward(op), (literal, left), BOOLEAN)
    return Call(op, (left, literal), BOOLEAN)


def _forward(op: str) -> str:
    return {">": "<", ">=": "<="}.get(op, op)


def _on_days(op: str, literal: Literal) -> tuple[str, Literal]:
    """`d <= day` is `d < day + 1` for a DATE, and only for a DATE."""
    value = literal.value
    assert isinstance(value, date)
    day = value.date() if isinstance(value, datetime) else value
    whole = not isinstance(value, datetime) or value.time() == time.min
    if op in ("=", "<>") and not whole:
        raise Refused(Check.TYPES, "date_against_time", f"a date is compared with the moment {value}")
    if op == "<=" or (op == "<" and not whole):
        op, day = "<", day + timedelta(days=1)
    elif op == ">" or (op == ">=" and not whole):
        op, day = ">=", day + timedelta(days=1)
    return op, Literal("date", day, DATE)


def as_type_of(literal: Literal, subject: Expression) -> Literal:
    """An ISO date in quotes is a date beside a date; other conversions are refused."""
    family = subject.type.family
    if literal.kind == "text" and subject.type.is_moment:
        found = moment(str(literal.value), "date" if family == "date" else "timestamp")
        if family == "date" and found.kind != "date":  # engines cut the time off
            raise Refused(Check.TYPES, "date_against_time", f"a date is compared with the text {literal.value!r}")
        return found
    if literal.kind == "date" and family in ("timestamp", "zoned"):
        assert isinstance(literal.value, date)
        return Literal("timestamp", datetime.combine(literal.value, time.min), TIMESTAMP)
    fits = {
        "integer": ("number", "double"),
        "decimal": ("number", "double"),
        "double": ("number", "double"),
        "text": ("text",),
        "boolean": ("boolean",),
        "date": ("date", "timestamp"),
        "timestamp": ("timestamp",),
        "zoned": ("timestamp",),
    }
    if literal.kind not in fits.get(family, ()):
        kind = subject.type.text or "unknown type"
        raise Refused(Check.TYPES, "implicit_cast", f"{literal.value!r} is compared with a value of {kind}")
    return literal


def moment(text: str, kind: str) -> Literal:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(Check.TYPES, "implicit_cast", f"{text!r} is no ISO date") from None
    if value.tzinfo is not None:
        raise Refused(Check.TIME, "time_zone", f"{text!r} has a time zone")
    if kind == "date" and value.time() == time.min:
        return Literal("date", value.date(), DATE)
    return Literal("timestamp", value, TIMESTAMP)


def _check_comparable(left: SqlType, right: SqlType) -> None:
    number = left.is_number and right.is_number
    same = left.family == right.family and left.family != "unknown"
    if not (number or same or {left.family, right.family} <= {"date", "timestamp", "zoned"}):
        kinds = [kind.text or "unknown type" for kind in (left, right)]
        raise Refused(Check.TYPES, "implicit_cast", f"{kinds[0]} is compared with {kinds[1]}")


def membership(subject: Expression, options: list[Expression]) -> Expression:
    """IN over literals: sorted, without repeats; one of them is an equality."""
    literals = []
    for option in options:
        if not isinstance(option, Literal) or option.kind == "null":
            raise Refused(Check.SHAPE, "in_list", "IN must list literals that are not NULL")
        equal = compare("=", subject, option)
        assert isinstance(equal, Call)
        literals.append(equal.args[1])
    ordered = sorted(dict.fromkeys(literals), key=lambda e: e.key)
    if len(ordered) == 1:
        return Call("=", (subject, ordered[0]), BOOLEAN)
    return Call("in", (subject, *ordered), BOOLEAN)


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


def cast(node: Expression, to: SqlType) -> Expression:
    if isinstance(node, Literal):
        return _cast_literal(node, to)
    if node.type.family == "timestamp" and to.family == "date":
        return Call("cast", (truncation("day", node, "duckdb"),), to, to.text)
    if node.type.family == "zoned" and not (isinstance(node, Call) and node.op == "trunc"):
        raise Refused(Check.TIME, "time_zone", "a moment with a time zone is cast")
    return Call("cast", (node,), to, to.text)


def _cast_literal(node: Literal, to: SqlType) -> Expression:
    if node.kind == "text" and to.family in ("date", "timestamp"):
        found = moment(str(node.value), to.family)
        if found.kind != to.family:
            raise Refused(Check.TYPES, "cast", f"{node.value!r} is cast to a date")
        return found
    return Call("cast", (node,), to, to.text)


def truncation(unit: str, node: Expression, dialect: str) -> Expression:
    """date_trunc; of two, one inside the other, the coarser stays."""
    inner, kind = bare(node), _of_truncation(node, dialect)
    while isinstance(inner, Call) and inner.op == "trunc" and unit in (inner.detail, *COARSER[inner.detail]):
        argument = inner.args[0]
        if _of_truncation(argument, dialect) != kind:
            break
        inner, node = bare(argument), argument
    if isinstance(inner, Call) and inner.op == "trunc" and inner.detail in COARSER[unit] and inner.type == kind:
        return inner
    if inner.type.family not in ("date", "timestamp"):
        raise Refused(Check.TIME, "time_zone", "date_trunc of what is no plain date or timestamp")
    return Call("trunc", (node,), kind, unit)


def _of_truncation(node: Expression, dialect: str) -> SqlType:
    """PostgreSQL turns a date into a moment of the session's time zone first."""
    return ZONED if dialect == "postgres" and node.type.family == "date" else TIMESTAMP


def extraction(part: str, node: Expression, dialect: str) -> Expression:
    inner = bare(node)
    if isinstance(inner, Call) and inner.op == "trunc" and part in CONSTANT_PARTS[inner.detail]:
        node = inner.args[0]
        inner = bare(node)
    zoned_bucket = isinstance(inner, Call) and inner.op == "trunc" and is_daily(inner.detail)
    if inner.type.family not in ("date", "timestamp") and not zoned_bucket:
        raise Refused(Check.TIME, "time_zone", "a part of what is no plain date or timestamp")
    return Call("extract", (node,), NUMERIC if dialect == "postgres" else BIGINT, part)


def case(parts: list[Expression]) -> Expression:
    """Condition, value, condition, value, ..., the last value."""
    kinds = [value.type for value in (*parts[1:-1:2], parts[-1]) if value.type.family != "null"]
    return Call("case", tuple(parts), _common(kinds))


def coalesce(parts: list[Expression]) -> Expression:
    if not is_nullable(parts[0]):
        same = _common([p.type for p in parts]) == parts[0].type
        return parts[0] if same else Call("coalesce", tuple(parts), UNKNOWN)
    return Call("coalesce", tuple(parts), _common([p.type for p in parts if p.type.family != "null"]))


def _common(kinds: list[SqlType]) -> SqlType:
    """The type of a value that is one of several."""
    families = {"number" if kind.is_number else kind.family for kind in kinds} - {"unknown"}
    if len(families) > 1:
        raise Refused(Check.TYPES, "implicit_cast", f"one value is {' or '.join(sorted(families))}")
    if not kinds:
        return UNKNOWN
    if all(kind == kinds[0] for kind in kinds):
        return kinds[0]
    if all(kind.family == "integer" for kind in kinds):
        return max(kinds, key=lambda kind: kind.bits)
    if all(kind.is_exact for kind in kinds):
        scales = [0 if kind.family == "integer" else kind.scale for kind in kinds]
        known = [scale for scale in scales if scale is not None]
        return SqlType("decimal", scale=max(known), text="NUMERIC") if len(known) == len(scales) else UNKNOWN
    return UNKNOWN


def number(text: str) -> Literal:
    if "e" in text.casefold():
        return Literal("double", Decimal(text), SqlType("double", text="DOUBLE PRECISION"))
    value = Decimal(text)
    if "." in text:
        scale = len(text.split(".", 1)[1])
        return Literal("number", value, SqlType("decimal", precision=len(text) - 1, scale=scale, text="NUMERIC"))
    small = abs(value) < 2**31, abs(value) < 2**63
    return Literal("number", value, INTEGER if small[0] else BIGINT if small[1] else HUGEINT)
