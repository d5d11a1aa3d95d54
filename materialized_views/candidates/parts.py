"""Additive parts of the aggregates of a block, and what has to be a dimension because it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from catalog_sync.model import CatalogColumn
from materialized_views.blocks import Check, Facts, Refused
from materialized_views.blocks.aggregates import counted
from materialized_views.blocks.canonical import conjunction, negation
from materialized_views.blocks.expressions import Aggregate, Call, Column, Expression, Literal, columns, is_nullable
from materialized_views.blocks.types import BIGINT, BOOLEAN, of_aggregate
from materialized_views.candidates.paths import Path

_PARTS = frozenset({"count", "sum", "min", "max"})


@dataclass
class Parts:
    """Additive parts, and expressions whose columns must be dimensions instead."""

    paths: frozenset[Path]
    facts: Facts
    lift: bool
    found: set[Aggregate] = field(default_factory=lambda: {Aggregate("count", None, BIGINT)})
    asked_sums: set[Aggregate] = field(default_factory=set)
    lifted: list[Expression] = field(default_factory=list)

    def of(self, aggregates: Iterable[Aggregate]) -> None:
        for aggregate in aggregates:
            condition = counted(aggregate)
            if condition is not None:
                aggregate = Aggregate("count", None, BIGINT, where=condition)
            self._add(aggregate)

    def _add(self, aggregate: Aggregate) -> None:
        if aggregate.distinct:
            self.lifted += [e for e in (aggregate.argument, aggregate.where) if e is not None]
            return
        if aggregate.where is not None and self._may_lift(aggregate.where):
            self.lifted.append(aggregate.where)
            aggregate = replace(aggregate, where=None)
        if aggregate.function == "avg":
            self.found |= set(_average(aggregate, self.facts.dialect))
        elif aggregate.function == "sum":
            self._add_sum(aggregate)
        elif aggregate.function in _PARTS:
            self.found.add(aggregate)
        else:
            raise Refused(Check.AGGREGATE, "not_additive", f"{aggregate.function} does not add up from parts")

    def _add_sum(self, aggregate: Aggregate) -> None:
        """Of a difference of what is never NULL both sums; of CASE the sums of its values, by its conditions."""
        argument = aggregate.argument
        sides: tuple[Expression, ...] = ()
        if isinstance(argument, Call) and argument.op in ("+", "-") and not any(map(is_nullable, argument.args)):
            sides = argument.args
        if isinstance(argument, Call) and argument.op == "case" and aggregate.where is None:
            conditions, values = argument.args[:-1:2], (*argument.args[1:-1:2], argument.args[-1])
            summed = tuple(v for v in values if not isinstance(v, Literal))
            plain = all(v.value in (None, 0, 1) for v in values if isinstance(v, Literal))
            if plain and summed and all(self._may_lift(c) for c in conditions):
                self.lifted += conditions
                sides = summed
        sums = {aggregate}
        if sides and all(side.type.is_exact for side in sides):
            dialect, where = self.facts.dialect, aggregate.where
            sums = {Aggregate("sum", s, of_aggregate("sum", s.type, dialect), where=where) for s in sides}
        self.found |= sums
        self.asked_sums |= sums

    def _may_lift(self, condition: Expression) -> bool:
        """Its columns have few values, so they may as well be dimensions, and serve any condition on them."""
        found = [described(c, self.paths, self.facts) for c in columns(condition)]
        small = all(c.values_exact or self.facts.type(c).family == "boolean" for c in found)
        return bool(found) and (small or self.lift)


def _average(aggregate: Aggregate, dialect: str) -> Iterator[Aggregate]:
    argument, where = aggregate.argument, aggregate.where
    assert argument is not None
    yield Aggregate("sum", argument, of_aggregate("sum", argument.type, dialect), where=where)
    if is_nullable(argument):
        known = negation(Call("is null", (argument,), BOOLEAN))
        where = known if where is None else conjunction([where, known])
    yield Aggregate("count", None, BIGINT, where=where)


def described(column: Column, paths: frozenset[Path], facts: Facts) -> CatalogColumn:
    path = next(p for p in paths if p.number == column.table)
    found = facts.table(path.table).column(column.name)
    assert found is not None
    return found
