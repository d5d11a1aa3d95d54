"""What one block needs of a view: tables, dimensions, grains of time, and additive parts of its aggregates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn
from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.aggregates import counted
from materialized_views.blocks.canonical import COARSER, CONSTANT_PARTS, conjunction, negation
from materialized_views.blocks.expressions import (
    Aggregate,
    Call,
    Column,
    Expression,
    Literal,
    bare,
    children,
    columns,
    is_nullable,
)
from materialized_views.blocks.outer import renumbered
from materialized_views.blocks.types import BIGINT, BOOLEAN, of_aggregate
from materialized_views.candidates.paths import Path, is_join, joins, paths_of

GRAINS = ("year", "quarter", "month", "week", "day", "hour", "")
"""Coarse first; "" is the column as it is."""

_PARTS = frozenset({"count", "sum", "min", "max"})


@dataclass(frozen=True)
class Key:
    """A column that must be a dimension, and the grains that would do."""

    column: Column
    grains: frozenset[str]


@dataclass(frozen=True)
class Need:
    """All expressions have `Path.number` in the place of a table's position. `wide` where nothing is aggregated;
    `sums` are the parts that were asked as a SUM, not as an AVG."""

    root: TableName
    paths: frozenset[Path]
    keys: tuple[Key, ...]
    parts: frozenset[Aggregate]
    wide: bool = False
    sums: frozenset[Aggregate] = field(default=frozenset(), compare=False)


def need_of(block: Block, facts: Facts, *, lift: bool = False) -> Need:
    """With `lift` whatever is compared inside an aggregate becomes a dimension, and not only what has few values.

    Raises Refused for what no view of additive parts can answer."""
    if block.outer:
        raise Refused(Check.SHAPE, "outer_join", "an outer join that may find no partner")
    paths = paths_of(block, facts)
    block = renumbered(block, {i: path.number for i, path in enumerate(paths)})
    known = joins(paths)
    filters = [c for c in sorted(block.conditions, key=lambda e: e.key) if not is_join(c, known)]
    root, held = paths[0].root, frozenset(paths)
    if not block.aggregated:
        found = {c for e in (*block.results(), *filters) for c in columns(e)}
        keys = _keys(Key(c, frozenset({""})) for c in found)
        return Need(root, held, _allowed(keys, held, facts), frozenset(), wide=True)
    parts = _Parts(held, facts, lift)
    parts.of(block.aggregates)
    usages = [u for e in (*(block.groups or ()), *filters, *parts.lifted) for u in _usages(e)]
    return Need(
        root, held, _allowed(_keys(usages), held, facts), frozenset(parts.found), sums=frozenset(parts.asked_sums)
    )


@dataclass
class _Parts:
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
        found = [_described(c, self.paths, self.facts) for c in columns(condition)]
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


def _described(column: Column, paths: frozenset[Path], facts: Facts) -> CatalogColumn:
    path = next(p for p in paths if p.number == column.table)
    found = facts.table(path.table).column(column.name)
    assert found is not None
    return found


def _allowed(keys: tuple[Key, ...], paths: frozenset[Path], facts: Facts) -> tuple[Key, ...]:
    """Values of personal columns must not be kept a second time, in a view."""
    for key in keys:
        described = _described(key.column, paths, facts)
        if described.pii or described.withheld:
            raise Refused(Check.SCOPE, "personal", f"{key.column.name} holds personal data")
    return keys


def _keys(usages: Iterable[Key]) -> tuple[Key, ...]:
    """One for each column, with the grains that all usages allow; the column as it is always does."""
    grains: dict[Column, frozenset[str]] = {}
    for usage in usages:
        grains[usage.column] = grains.get(usage.column, usage.grains) & usage.grains
    ordered = sorted(grains, key=lambda c: c.key)
    return tuple(Key(column, grains[column]) for column in ordered)


def _usages(node: Expression) -> Iterator[Key]:
    """Every column below, with the grains from which the node can still be computed."""
    if isinstance(node, Column):
        yield Key(node, frozenset({"", "day"}) if node.type.family == "date" else frozenset({""}))
        return
    if isinstance(node, Call):
        column, grains = _temporal(node)
        if column is not None:
            yield Key(column, grains | {""})
            return
    for child in children(node):
        yield from _usages(child)


def _temporal(node: Call) -> tuple[Column | None, frozenset[str]]:
    """Truncations, parts and comparisons of a moment with a literal."""
    nothing: tuple[Column | None, frozenset[str]] = (None, frozenset())
    if node.op in ("trunc", "extract"):
        inner = bare(node.args[0])
        if not isinstance(inner, Column) or not inner.type.is_moment:
            return nothing
        if node.op == "trunc":
            return inner, frozenset(g for g in GRAINS if g and (g == node.detail or node.detail in COARSER[g]))
        return inner, frozenset(g for g in GRAINS if g and node.detail in CONSTANT_PARTS[g])
    if node.op in ("<", "<=") and len(node.args) == 2:
        left, right = (bare(arg) for arg in node.args)
        below = node.op == "<" and isinstance(left, Column) and isinstance(right, Literal)
        above = node.op == "<=" and isinstance(left, Literal) and isinstance(right, Column)
        column, literal = (left, right) if below else (right, left)
        if (below or above) and isinstance(column, Column) and isinstance(literal, Literal):
            return (column, _aligned(literal)) if isinstance(literal.value, date) else nothing
    return nothing


def _aligned(literal: Literal) -> frozenset[str]:
    """The grains at whose boundary the moment lies."""
    value = literal.value
    assert isinstance(value, date)
    moment = value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
    if moment.minute or moment.second or moment.microsecond:
        return frozenset()
    found = {"hour"}
    if moment.hour == 0:
        found.add("day")
        if moment.weekday() == 0:
            found.add("week")
        if moment.day == 1:
            found.add("month")
            if moment.month in (1, 4, 7, 10):
                found.add("quarter")
            if moment.month == 1:
                found.add("year")
    return frozenset(found)


def coarsest(grains: frozenset[str]) -> str:
    return next(grain for grain in GRAINS if grain in grains)
