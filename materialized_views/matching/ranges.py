"""C5: whatever the query lets through, the view must have let through: intervals and value sets, with open and
closed ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from materialized_views.blocks.expressions import Call, Expression, Literal
from materialized_views.matching.classes import Classes


@dataclass(frozen=True)
class Domain:
    """Values an expression may have; never NULL. `low` and `high` are (value, closed), None where unbounded."""

    low: tuple[Any, bool] | None = None
    high: tuple[Any, bool] | None = None
    values: frozenset[Any] | None = None

    def meet(self, other: Domain) -> Domain:
        values = self.values if other.values is None else other.values
        if self.values is not None and other.values is not None:
            values = self.values & other.values
        low = max((b for b in (self.low, other.low) if b), key=lambda b: (b[0], not b[1]), default=None)
        high = min((b for b in (self.high, other.high) if b), key=lambda b: (b[0], b[1]), default=None)
        found = Domain(low, high, values)
        return found if values is None else replace(found, values=frozenset(v for v in values if found.holds(v)))

    def holds(self, value: Any) -> bool:
        if self.low is not None and not (value > self.low[0] or (self.low[1] and value == self.low[0])):
            return False
        return self.high is None or value < self.high[0] or (self.high[1] and value == self.high[0])

    def within(self, other: Domain) -> bool:
        if self.values is not None:
            return all(other.holds(v) and (other.values is None or v in other.values) for v in self.values)
        if other.values is not None:
            return False
        return _inside(self.low, other.low, 1) and _inside(self.high, other.high, -1)


def _inside(inner: tuple[Any, bool] | None, outer: tuple[Any, bool] | None, sign: int) -> bool:
    if outer is None:
        return True
    if inner is None:
        return False
    if inner[0] == outer[0]:
        return outer[1] or not inner[1]
    return bool(inner[0] > outer[0]) if sign > 0 else bool(inner[0] < outer[0])


def domain(condition: Expression) -> tuple[Expression, Literal, Domain] | None:
    """What the condition says of one expression: the expression, a literal of the kind compared with, the values."""
    if not isinstance(condition, Call):
        return None
    args = condition.args
    if condition.op in ("=", "in") and all(isinstance(a, Literal) for a in args[1:]):
        literals = [a for a in args[1:] if isinstance(a, Literal)]
        if len({a.kind for a in literals}) == 1 and not isinstance(args[0], Literal):
            return args[0], literals[0], Domain(values=frozenset(a.value for a in literals))
    if condition.op in ("<", "<="):
        closed = condition.op == "<="
        if isinstance(args[1], Literal) and not isinstance(args[0], Literal) and _ordered(args[1]):
            return args[0], args[1], Domain(high=(args[1].value, closed))
        if isinstance(args[0], Literal) and not isinstance(args[1], Literal) and _ordered(args[0]):
            return args[1], args[0], Domain(low=(args[0].value, closed))
    return None


def _ordered(literal: Literal) -> bool:
    """Texts are ordered by a collation that nobody told us."""
    return literal.kind in ("number", "date", "timestamp")


class Domains:
    """What all conditions of a query together say of each expression."""

    def __init__(self, conditions: Iterable[Expression], classes: Classes) -> None:
        self._classes = classes
        self._found: dict[tuple[Expression, str], Domain] = {}
        for condition in conditions:
            said = domain(condition)
            if said is not None:
                key = (classes.canonical(said[0]), said[1].kind)
                self._found[key] = self._found.get(key, Domain()).meet(said[2])

    def implies(self, condition: Expression) -> bool:
        said = domain(condition)
        if said is not None:
            held = self._found.get((self._classes.canonical(said[0]), said[1].kind))
            return held is not None and held.within(said[2])
        return self._is_not_null(condition)

    def _is_not_null(self, condition: Expression) -> bool:
        """x IS NOT NULL follows from any comparison of x with a literal."""
        if not (isinstance(condition, Call) and condition.op == "not"):
            return False
        inner = condition.args[0]
        if not (isinstance(inner, Call) and inner.op == "is null"):
            return False
        subject = self._classes.canonical(inner.args[0])
        return any(expression == subject for expression, _ in self._found)

    def pinned(self) -> list[Expression]:
        """Expressions of which one value is left."""
        return [e for (e, _), held in self._found.items() if held.values is not None and len(held.values) == 1]
