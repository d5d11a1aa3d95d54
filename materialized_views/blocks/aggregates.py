"""Aggregates in one form: FILTER and CASE are the same condition, COUNT of what is never NULL is COUNT(*)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from materialized_views.blocks.canonical import conjunction, negation
from materialized_views.blocks.expressions import Aggregate, Call, Expression, Literal, aggregates, is_nullable
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.types import BIGINT, BOOLEAN, of_aggregate

if TYPE_CHECKING:
    from materialized_views.blocks.read_expression import Reader

_NAMES: dict[type[exp.Expression], str] = {
    exp.Sum: "sum",
    exp.Min: "min",
    exp.Max: "max",
    exp.Avg: "avg",
    exp.LogicalAnd: "every",
    exp.LogicalOr: "some",
    exp.Median: "median",
    exp.Stddev: "stddev",
    exp.StddevSamp: "stddev_samp",
    exp.StddevPop: "stddev_pop",
    exp.Variance: "variance",
    exp.VariancePop: "var_pop",
}
CLASSES = {name: kind for kind, name in _NAMES.items()}
_ORDER_FREE = frozenset({"min", "max", "every", "some"})
"""DISTINCT changes nothing for these."""


def read_aggregate(reader: Reader, node: exp.Expression) -> Expression | None:
    """None for what is no aggregate with a rule."""
    if isinstance(node, exp.Filter):
        inner = read_aggregate(reader, node.this)
        if not isinstance(inner, Aggregate):
            raise Refused(Check.SHAPE, "filter", f"no rule for {node.sql(reader.dialect)[:80]}")
        return _restricted(inner, _row_level(reader, node.expression.this, condition=True))
    if not isinstance(node, exp.Count) and type(node) not in _NAMES:
        return None
    if not reader.aggregates:
        raise Refused(Check.SHAPE, "aggregate", f"{node.sql(reader.dialect)[:80]} can't stand here")
    return _read(reader, node)


def _read(reader: Reader, node: exp.Expression) -> Aggregate:
    extra = [k for k, v in node.args.items() if k not in ("this", "big_int") and v not in (None, False, [])]
    if extra or isinstance(node.this, (exp.Order, exp.Limit, exp.IgnoreNulls, exp.HavingMax)):
        raise Refused(Check.SHAPE, "aggregate", f"no rule for {node.sql(reader.dialect)[:80]}")
    distinct = isinstance(node.this, exp.Distinct)
    name = "count" if isinstance(node, exp.Count) else _NAMES[type(node)]
    if isinstance(node.this, exp.Star):
        return Aggregate("count", None, BIGINT)
    inner = node.this.expressions if distinct else [node.this]
    if len(inner) != 1 or (distinct and node.this.args.get("on") is not None):
        raise Refused(Check.SHAPE, "aggregate", f"no rule for {node.sql(reader.dialect)[:80]}")
    return aggregate(name, _row_level(reader, inner[0]), distinct, reader.dialect)


def _row_level(reader: Reader, node: exp.Expression, condition: bool = False) -> Expression:
    found = reader.condition(node) if condition else reader.read(node)
    if aggregates(found):
        raise Refused(Check.SHAPE, "nested_aggregate", f"aggregates in aggregates: {node.sql(reader.dialect)[:80]}")
    return found


def aggregate(name: str, argument: Expression, distinct: bool, dialect: str) -> Aggregate:
    """In canonical form."""
    distinct = distinct and name not in _ORDER_FREE
    if isinstance(argument, Literal) and name == "count" and argument.kind != "null" and not distinct:
        return Aggregate("count", None, BIGINT)
    kind = of_aggregate(name, argument.type, dialect)
    if name in ("every", "some") and argument.type != BOOLEAN:
        raise Refused(Check.TYPES, "no_condition", f"{name} of what is no condition")
    if name in ("sum", "avg") and argument.type.family in ("text", "date", "timestamp", "boolean", "zoned"):
        raise Refused(Check.TYPES, "no_number", f"{name} of a {argument.type.family}")
    if name in ("min", "max") and argument.type == BOOLEAN and dialect == "postgres":
        raise Refused(Check.TYPES, "no_order", f"{name} of a boolean")
    only = _only_where(argument)
    if only is not None:
        condition, value = only
        return _restricted(aggregate(name, value, distinct, dialect), condition)
    if name == "count" and not distinct:
        if not is_nullable(argument):
            return Aggregate("count", None, BIGINT)
        return Aggregate("count", None, BIGINT, where=negation(Call("is null", (argument,), BOOLEAN)))
    return Aggregate(name, argument, kind, distinct)


def _only_where(argument: Expression) -> tuple[Expression, Expression] | None:
    """CASE WHEN p THEN x END, which every aggregate reads as x WHERE p."""
    if not isinstance(argument, Call) or argument.op != "case" or len(argument.args) != 3:
        return None
    condition, value, otherwise = argument.args
    return (condition, value) if isinstance(otherwise, Literal) and otherwise.kind == "null" else None


def _restricted(inner: Aggregate, condition: Expression) -> Aggregate:
    where = condition if inner.where is None else conjunction([inner.where, condition])
    return Aggregate(inner.function, inner.argument, inner.type, inner.distinct, where)


def counted(found: Aggregate) -> Expression | None:
    """The condition p of SUM(CASE WHEN p THEN 1 ELSE 0 END): a count of p that is NULL over no rows at all. What stands
    in `found.where` is not in it."""
    argument = found.argument
    if found.function != "sum" or found.distinct or not isinstance(argument, Call) or argument.op != "case":
        return None
    if len(argument.args) != 3 or not (_is(argument.args[1], 1) and _is(argument.args[2], 0)):
        return None
    return argument.args[0]


def _is(node: Expression, value: int) -> bool:
    return isinstance(node, Literal) and node.kind == "number" and node.value == Decimal(value)
