"""What one block needs of a view: tables, dimensions, grains of time, and additive parts of its aggregates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backends.warehouse.base import TableName
from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.canonical import COARSER, CONSTANT_PARTS
from materialized_views.blocks.expressions import (
    Aggregate,
    Call,
    Column,
    Expression,
    Literal,
    bare,
    children,
    columns,
)
from materialized_views.blocks.outer import renumbered
from materialized_views.candidates.parts import Parts, described
from materialized_views.candidates.paths import Path, is_join, joins, paths_of

GRAINS = ("year", "quarter", "month", "week", "day", "hour", "")
"""Coarse first; "" is the column as it is."""


@dataclass(frozen=True)
class Key:
    """A column that must be a dimension, and the grains that would do."""

    column: Column
    grains: frozenset[str]


@dataclass(frozen=True)
class Need:
    """All expressions have `Path.number` in the place of a table's position. `wide` where nothing is aggregated;
    `sums` are the parts that were asked as a SUM, not as an AVG. `exact`: with no dimension besides `keys`, because
    numbers of different values are among the parts. `instead` is another way to the same answer."""

    root: TableName
    paths: frozenset[Path]
    keys: tuple[Key, ...]
    parts: frozenset[Aggregate]
    wide: bool = False
    sums: frozenset[Aggregate] = field(default=frozenset(), compare=False)
    exact: bool = False
    instead: Need | None = field(default=None, compare=False)

    @property
    def ways(self) -> tuple[Need, ...]:
        return (self,) if self.instead is None else (self, self.instead)


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
    parts = Parts(held, facts, lift)
    parts.of(block.aggregates)
    usages = [u for e in (*(block.groups or ()), *filters, *parts.lifted) for u in _usages(e)]
    needed = Need(
        root, held, _allowed(_keys(usages), held, facts), frozenset(parts.found), sums=frozenset(parts.asked_sums)
    )
    counted_once = [a for a in block.aggregates if a.function == "count" and a.distinct and a.where is None]
    if not counted_once or not block.groups:
        return needed
    others = Parts(held, facts, lift)
    others.of(a for a in block.aggregates if a not in counted_once)
    return replace(needed, instead=_exactly(needed, block.groups, [*filters, *others.lifted], others, counted_once))


def _exactly(
    needed: Need, groups: Iterable[Expression], filters: Iterable[Expression], parts: Parts, distinct: list[Aggregate]
) -> Need | None:
    """With the numbers of different values ready, one row for each group: where every filter is over columns of the
    groups, or holds a column at one value."""
    found = [Key(c, grains) for c, grains in map(_group, groups) if c is not None]
    found += [Key(c, frozenset({""})) for c in map(_pinned, filters) if c is not None]
    keys = {key.column: key for key in reversed(found)}
    used = [usage for e in (*groups, *filters) for usage in _usages(e)]
    if any(u.column not in keys or not keys[u.column].grains <= u.grains for u in used):
        return None
    return Need(
        needed.root,
        needed.paths,
        tuple(sorted(keys.values(), key=lambda k: k.column.key)),
        frozenset({*parts.found, *distinct}),
        sums=frozenset(parts.asked_sums),
        exact=True,
    )


def _group(group: Expression) -> tuple[Column | None, frozenset[str]]:
    """The column that is grouped by, at this grain alone."""
    inner = bare(group)
    if isinstance(inner, Call) and inner.op == "trunc" and isinstance(column := bare(inner.args[0]), Column):
        return column, frozenset({inner.detail})
    return (inner, frozenset({""})) if isinstance(inner, Column) else (None, frozenset())


def _pinned(condition: Expression) -> Column | None:
    """The column that equals one literal, of a type of which one value has one form."""
    if not isinstance(condition, Call) or condition.op not in ("=", "in") or len(condition.args) != 2:
        return None
    column, value = bare(condition.args[0]), condition.args[1]
    exact = isinstance(column, Column) and column.type.family != "double"
    return column if exact and isinstance(column, Column) and isinstance(value, Literal) else None


def _allowed(keys: tuple[Key, ...], paths: frozenset[Path], facts: Facts) -> tuple[Key, ...]:
    """Values of personal columns must not be kept a second time, in a view."""
    for key in keys:
        found = described(key.column, paths, facts)
        if found.pii or found.withheld:
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
