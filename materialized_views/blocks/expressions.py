"""Expressions of a block: immutable, hashable, comparable. Equal expressions have equal values on every row.

A type takes no part in equality: it follows from the leaves. The order of operands of commutative operators is
settled when an expression is made (`canonical.py`), so that `a + b` equals `b + a`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from materialized_views.blocks.types import BOOLEAN, SqlType, keeps_value

Value = str | int | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class Column:
    """`table` is the position of the table in its block."""

    table: int
    name: str
    type: SqlType = field(compare=False)
    nullable: bool = field(default=True, compare=False)

    @cached_property
    def key(self) -> str:
        return f"{self.table:03}.{self.name}"


@dataclass(frozen=True)
class Literal:
    """`kind`: number, double, text, date, timestamp, boolean, null. It tells True from 1."""

    kind: str
    value: Value
    type: SqlType = field(compare=False)

    @cached_property
    def key(self) -> str:
        return f"~{self.kind}:{self.value}"


@dataclass(frozen=True)
class Call:
    """An operator or function. `detail` is what is no expression: a unit, a part, the type of a cast."""

    op: str
    args: tuple[Expression, ...]
    type: SqlType = field(compare=False)
    detail: str = ""

    @cached_property
    def key(self) -> str:
        return f"{self.op}[{self.detail}]({','.join(a.key for a in self.args)})"

    @cached_property
    def _hash(self) -> int:
        return hash((self.op, self.args, self.detail))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Aggregate:
    """`argument` is None for count(*); `where` is a FILTER, or the CASE that does the same."""

    function: str
    argument: Expression | None
    type: SqlType = field(compare=False)
    distinct: bool = False
    where: Expression | None = None

    @cached_property
    def key(self) -> str:
        inner = self.argument.key if self.argument is not None else "*"
        where = f" where {self.where.key}" if self.where is not None else ""
        return f"{self.function}({'distinct ' if self.distinct else ''}{inner}{where})"


Expression = Column | Literal | Call | Aggregate

NULL = Literal("null", None, SqlType("null"))
TRUE = Literal("boolean", True, BOOLEAN)


def children(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Aggregate):
        return tuple(part for part in (node.argument, node.where) if part is not None)
    return ()


def walk(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from walk(child)


def columns(node: Expression) -> tuple[Column, ...]:
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Column)))


def tables(node: Expression) -> frozenset[int]:
    return frozenset(column.table for column in columns(node))


def aggregates(node: Expression) -> tuple[Aggregate, ...]:
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Aggregate)))


def with_children(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same node over changed children; leaves come back as they are."""
    if isinstance(node, Call):
        return replace(node, args=tuple(change(arg) for arg in node.args))
    if isinstance(node, Aggregate):
        return replace(
            node,
            argument=None if node.argument is None else change(node.argument),
            where=None if node.where is None else change(node.where),
        )
    return node


def map_columns(node: Expression, change: Callable[[Column], Expression]) -> Expression:
    return change(node) if isinstance(node, Column) else with_children(node, lambda child: map_columns(child, change))


def bare(node: Expression) -> Expression:
    """Without casts around it that keep the value."""
    while isinstance(node, Call) and node.op == "cast" and _keeps(node):
        node = node.args[0]
    return node


def _keeps(cast: Call) -> bool:
    inner = cast.args[0]
    if keeps_value(inner.type, cast.type):
        return True
    if isinstance(inner, Call) and inner.op == "extract" and cast.type.is_exact:
        return True  # parts are whole numbers
    return isinstance(inner, Call) and inner.op == "trunc" and cast.type.family == "date" and is_daily(inner.detail)


def is_daily(unit: str) -> bool:
    """A truncation to this unit is at midnight."""
    return unit in ("day", "week", "month", "quarter", "year")


def is_nullable(node: Expression) -> bool:
    """False only where NULL is impossible on every row of the block."""
    if isinstance(node, Column):
        return node.nullable
    if isinstance(node, Literal):
        return node.kind == "null"
    if isinstance(node, Aggregate):
        return node.function != "count"
    if node.op in ("is null", "is true", "is false"):
        return False
    if node.op == "coalesce":
        return all(is_nullable(arg) for arg in node.args)
    if node.op in STRICT and node.op != "/":
        return any(is_nullable(arg) for arg in node.args)
    return True


STRICT = frozenset({"=", "<>", "<", "<=", "+", "-", "*", "/", "neg", "cast", "trunc", "extract", "like", "ilike", "in"})
"""Operators that give NULL as soon as one operand is NULL (`in` over literals that are not NULL)."""
