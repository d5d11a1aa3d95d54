"""What one block needs of a view: tables, dimensions, grains of time, and additive parts of its aggregates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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


def need_of(block: Block, facts: Facts) -> Need:
    """Raises Refused for what no view of additive parts can answer."""
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
    parts, lifted = _parts(block.aggregates, held, facts)
    usages = [u for e in (*(block.groups or ()), *filters, *lifted) for u in _usages(e)]
    sums = frozenset(a for a in block.aggregates if a.function == "sum")
    return Need(root, held, _allowed(_keys(usages), held, facts), frozenset(parts), sums=sums)


def _parts(found: Iterable[Aggregate], paths: frozenset[Path], facts: Facts) -> tuple[set[Aggregate], list[Expression]]:
    """Additive parts, and expressions whose columns must be dimensions instead."""
    parts: set[Aggregate] = {Aggregate("count", None, BIGINT)}
    lifted: list[Expression] = []
    for aggregate in found:
        condition = counted(aggregate)
        if condition is not None:
            aggregate = Aggregate("count", None, BIGINT, where=condition)
        if aggregate.distinct:
            lifted += [e for e in (aggregate.argument, aggregate.where) if e is not None]
            continue
        if aggregate.where is not None and _is_small(aggregate.where, paths, facts):
            lifted.append(aggregate.where)
            aggregate = Aggregate(aggregate.function, aggregate.argument, aggregate.type)
        if aggregate.function == "avg":
            parts |= set(_average(aggregate, facts.dialect))
        elif aggregate.function in _PARTS:
            parts.add(aggregate)
        else:
            raise Refused(Check.AGGREGATE, "not_additive", f"{aggregate.function} does not add up from parts")
    return parts, lifted


def _average(aggregate: Aggregate, dialect: str) -> Iterator[Aggregate]:
    argument, where = aggregate.argument, aggregate.where
    assert argument is not None
    yield Aggregate("sum", argument, of_aggregate("sum", argument.type, dialect), where=where)
    if is_nullable(argument):
        known = negation(Call("is null", (argument,), BOOLEAN))
        where = known if where is None else conjunction([where, known])
    yield Aggregate("count", None, BIGINT, where=where)


def _is_small(condition: Expression, paths: frozenset[Path], facts: Facts) -> bool:
    """Its columns have few values, so they may as well be dimensions, and serve any condition on them."""
    found = [_described(c, paths, facts) for c in columns(condition)]
    return bool(found) and all(c.values_exact or facts.type(c).family == "boolean" for c in found)


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
