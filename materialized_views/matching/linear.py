"""C9: sums of arithmetic, from sums of its parts.

SUM(a - b) is SUM(a) - SUM(b) where neither is ever NULL: else a row counts for one of the sums and not for the other.
SUM(x) and SUM(m * x), with x the same for all rows behind a row of the view: x times their number, or times SUM(m).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from materialized_views.blocks.aggregates import aggregate
from materialized_views.blocks.expressions import Aggregate, Call, Expression, is_nullable
from materialized_views.blocks.types import BIGINT
from materialized_views.matching.types import typed

if TYPE_CHECKING:
    from materialized_views.matching.aggregate import Rollup

_MOST_DIGITS = 18
"""Of a decimal that is multiplied: with more, a product may not fit where the sum of products does."""


def linear(rollup: Rollup, node: Aggregate) -> Expression | None:
    """None where no rule fits."""
    assert node.argument is not None
    if not node.type.is_exact or node.distinct:
        return None
    argument = node.argument
    if isinstance(argument, Call) and argument.op in ("+", "-"):
        return _of_sides(rollup, node, argument)
    return _weighed(rollup, node, argument)


def _of_sides(rollup: Rollup, node: Aggregate, argument: Call) -> Expression | None:
    if any(is_nullable(side) or not side.type.is_exact for side in argument.args):
        return None
    sums = []
    for side in argument.args:
        whole = aggregate("sum", side, False, rollup.coverage.dialect)
        found = rollup.summed(replace(whole, where=node.where))
        if found is None:
            return None
        sums.append(found)
    return typed(Call(argument.op, tuple(sums), node.type), node.type)


def _weighed(rollup: Rollup, node: Aggregate, argument: Expression) -> Expression | None:
    """A row of the view has one value of `weight`, and adds it as often as it has rows, or times the sum of theirs."""
    for weight, whole in _splits(rollup, argument):
        if not rollup.coverage.covers(weight) or not _is_small(weight):
            continue
        found = rollup.part(replace(whole, where=node.where) if whole.argument is not None else whole)
        if found is None or (whole.argument is None and found[1] is not None):
            continue
        where = found[1]
        if whole.argument is None and node.where is not None:
            if not rollup.coverage.covers(node.where):
                continue
            where = rollup.coverage.express(node.where)
        amount = _roomy(found[0], node, rollup.coverage.dialect)
        product = Call("*", (rollup.coverage.express(weight), amount), node.type)
        return typed(rollup.again("sum", product, where), node.type)
    return None


def _splits(rollup: Rollup, argument: Expression) -> Iterator[tuple[Expression, Aggregate]]:
    """What may weigh, and what the view must hold."""
    yield argument, Aggregate("count", None, BIGINT)
    if isinstance(argument, Call) and argument.op == "*":
        left, right = argument.args
        for weight, value in ((left, right), (right, left)):
            if value.type.is_exact and weight.type.is_exact:
                yield weight, aggregate("sum", value, False, rollup.coverage.dialect)


def _is_small(weight: Expression) -> bool:
    kind = weight.type
    return kind.family == "integer" or (kind.family == "decimal" and (kind.precision or 99) <= _MOST_DIGITS)


def _roomy(amount: Expression, node: Aggregate, dialect: str) -> Expression:
    """A whole number in the type of the sum, so that the product does not overflow where the sum would not. DuckDB
    would add the digits of a decimal to those of the weight."""
    whole = amount.type.family == "integer" and (node.type.family == "integer" or dialect == "postgres")
    return typed(amount, node.type) if whole else amount
