"""C11: the types of the query, whatever the view stores; NULL and 0 over no rows; division as the dialect has it."""

from __future__ import annotations

from decimal import Decimal

from materialized_views.blocks import Check, Refused
from materialized_views.blocks.expressions import Call, Expression, Literal
from materialized_views.blocks.types import BIGINT, DOUBLE, INTEGER, NUMERIC, SqlType

ZERO = Literal("number", Decimal(0), INTEGER)
ONE = Literal("number", Decimal(1), INTEGER)


def typed(node: Expression, wanted: SqlType) -> Expression:
    """The value in the type that the query gives it. The value is known to fit."""
    if node.type == wanted or _same(node.type, wanted):
        return node
    if wanted.family in ("unknown", "null", "zoned") or node.type.family in ("unknown", "zoned"):
        raise Refused(Check.TYPES, "type", f"{node.type.text or 'a type without rules'} for {wanted.text or 'another'}")
    return Call("cast", (node,), wanted, wanted.text)


def _same(left: SqlType, right: SqlType) -> bool:
    """PostgreSQL's NUMERIC carries its digits along."""
    if left.family != right.family:
        return False
    return left.family == "decimal" and right.text == "NUMERIC"


def counted(total: Expression) -> Expression:
    """A count that was added up: BIGINT, and 0 where there was nothing to add."""
    return Call("coalesce", (Call("cast", (total,), BIGINT, BIGINT.text), ZERO), BIGINT)


def quotient(total: Expression, count: Expression, dialect: str) -> Expression:
    """AVG from its parts: never an integer division, NULL over no values."""
    wanted = NUMERIC if dialect == "postgres" else DOUBLE
    divisor = Call("nullif", (count, ZERO), BIGINT)
    return Call("/", (Call("cast", (total,), wanted, wanted.text), divisor), wanted)
