"""One query block: SELECT over inner-joined tables, some outer-joined, filtered, grouped, ordered, cut.

The conditions of WHERE and of inner ON are one set, for they mean the same. `SELECT DISTINCT a, b` without
aggregates is `GROUP BY a, b`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from backends.warehouse.base import TableName
from materialized_views.blocks.expressions import Aggregate, Column, Expression, aggregates, bare


@dataclass(frozen=True)
class Table:
    """One use of a table; its position in `Block.tables` is what a Column refers to. `alias` is for printing."""

    name: TableName
    alias: str


@dataclass(frozen=True)
class OuterJoin:
    """LEFT JOIN of the table at `table`, ON all of `conditions`."""

    table: int
    conditions: frozenset[Expression]


@dataclass(frozen=True)
class Output:
    """`named` is False where the SQL gives no name of its own and the engine would make one up."""

    name: str
    expression: Expression
    named: bool = True


@dataclass(frozen=True)
class Order:
    """`nulls_first` as the dialect has it where nothing is written."""

    expression: Expression
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True)
class Block:
    """`groups` is None without aggregation and () for one row of all; `distinct` is what remains to be done on top."""

    dialect: str
    tables: tuple[Table, ...]
    conditions: frozenset[Expression]
    outputs: tuple[Output, ...]
    outer: tuple[OuterJoin, ...] = ()
    groups: tuple[Expression, ...] | None = None
    having: frozenset[Expression] = frozenset()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int | None = None
    distinct: bool = False

    @property
    def aggregated(self) -> bool:
        return self.groups is not None

    @cached_property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """Each once, in the order of outputs, HAVING, ORDER BY."""
        return tuple(dict.fromkeys(a for e in self.results() for a in aggregates(e)))

    @cached_property
    def equalities(self) -> frozenset[tuple[Column, Column]]:
        """Column = column, of the same exact type, so that one stands for the other."""
        found = (column_pair(condition) for condition in self.conditions)
        return frozenset(pair for pair in found if pair is not None)

    def results(self) -> Iterator[Expression]:
        """What is computed after grouping."""
        yield from (output.expression for output in self.outputs)
        yield from sorted(self.having, key=lambda e: e.key)
        yield from (order.expression for order in self.order)


def column_pair(condition: Expression) -> tuple[Column, Column] | None:
    """Equal numbers of two scales print differently, equal floats differ in sign: those are no pair."""
    if getattr(condition, "op", "") != "=":
        return None
    left, right = (bare(arg) for arg in condition.args)  # type: ignore[union-attr]
    if not (isinstance(left, Column) and isinstance(right, Column)):
        return None
    if left.type.family == right.type.family == "integer":
        return left, right
    return (left, right) if left.type == right.type and left.type.family in _SUBSTITUTABLE else None


_SUBSTITUTABLE = frozenset({"decimal", "text", "date", "timestamp", "boolean"})
