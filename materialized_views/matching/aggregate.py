"""C9: an aggregate of the query from stored ones.

SUM and COUNT add up, MIN and MAX nest, AVG is made of its parts (P1 to P3). What does not add up is used only where one
row of the view is one group of the query. A condition inside an aggregate must be one of the view's own, or be
decided by a row of the view as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from materialized_views.blocks import Check, Refused
from materialized_views.blocks.aggregates import aggregate, counted
from materialized_views.blocks.canonical import conjunction, conjuncts
from materialized_views.blocks.expressions import Aggregate, Call, Expression, Literal
from materialized_views.blocks.types import BIGINT, UNKNOWN, of_aggregate
from materialized_views.matching import types
from materialized_views.matching.coverage import Coverage
from materialized_views.matching.linear import linear
from materialized_views.matching.view import Stored, View

_NESTING = frozenset({"min", "max", "every", "some"})


@dataclass
class Rollup:
    """`fixes_row` says whether the query's groups with the given expressions leave one row of the view."""

    view: View
    coverage: Coverage
    fixes_row: Callable[[tuple[Expression, ...]], bool]

    def of(self, node: Aggregate) -> Expression:
        found = self._over_keys(node) or self._added(node) or self._as_stored(node)
        if found is None:
            raise Refused(Check.AGGREGATE, "aggregate", f"the view does not hold what {node.key} needs")
        return found

    def _over_keys(self, node: Aggregate) -> Expression | None:
        """MIN, MAX and COUNT(DISTINCT) ask only which values there are."""
        asks_values = node.function in _NESTING or (node.function == "count" and node.distinct)
        if not asks_values or node.argument is None or not self.coverage.covers(node.argument):
            return None
        if node.where is not None and not self.coverage.covers(node.where):
            return None
        where = None if node.where is None else self.coverage.express(node.where)
        return replace(node, argument=self.coverage.express(node.argument), where=where)

    def _added(self, node: Aggregate) -> Expression | None:
        if node.function == "avg" and not node.distinct:
            return self._average(node)
        if node.function == "sum" and not node.distinct:
            return self.summed(node)
        if node.function == "count":
            return self._count(node)
        if node.function in _NESTING:
            found = self.part(node)
            return None if found is None else types.typed(self.again(node.function, *found), node.type)
        return None

    def _count(self, node: Aggregate) -> Expression | None:
        found = self.part(node)
        if found is None:
            return None
        if node.distinct:
            assert node.argument is not None
            if not self.fixes_row((node.argument,)):
                raise Refused(Check.AGGREGATE, "distinct", f"distinct counts do not add up: {node.key}")
        return types.counted(self.again("sum", *found))

    def summed(self, node: Aggregate) -> Expression | None:
        condition = counted(node)
        if condition is not None or node.argument == types.ONE:
            found = self.part(Aggregate("count", None, BIGINT, where=condition))
            where = node.where if node.where is None or self.coverage.covers(node.where) else None
            if found is not None and where == node.where:
                outer = None if where is None else self.coverage.express(where)
                return types.typed(replace(self._ones(*found), where=outer), node.type)
        found = self.part(node)
        if found is None:
            return self._sum_of_cases(node) or linear(self, node)
        if not node.type.is_exact:
            return None  # floating sums depend on their order
        return types.typed(self.again("sum", *found), node.type)

    def _ones(self, column: Expression, where: Expression | None) -> Aggregate:
        """A row of the view adds its count, or 0 where it does not satisfy the condition."""
        chosen = column if where is None else Call("case", (where, column, types.ZERO), column.type)
        return self.again("sum", chosen, None)

    def _sum_of_cases(self, node: Aggregate) -> Expression | None:
        """SUM(CASE WHEN p THEN x ELSE 0 END) where p is decided by a row of the view as a whole."""
        case = node.argument
        if not isinstance(case, Call) or case.op != "case" or node.where is not None or not node.type.is_exact:
            return None
        conditions, values = case.args[:-1:2], (*case.args[1:-1:2], case.args[-1])
        sums = [self._value(value) for value in values]
        if not all(self.coverage.covers(c) for c in conditions) or any(s is None for s in sums):
            return None
        args: list[Expression] = []
        for condition, value in zip(conditions, sums[:-1], strict=True):
            assert value is not None
            args += [self.coverage.express(condition), value]
        assert sums[-1] is not None
        chosen = Call("case", (*args, sums[-1]), node.type)
        return types.typed(self.again("sum", chosen, None), node.type)

    def _value(self, value: Expression) -> Expression | None:
        """What a row of the view adds for one branch."""
        if isinstance(value, Literal):
            if value.kind == "null" or value.value == 0:
                return value
            if value.value == 1 and value.kind == "number":
                found = self.part(Aggregate("count", None, BIGINT))
                return found[0] if found is not None and found[1] is None else None
            return None
        found = self.part(aggregate("sum", value, False, self.coverage.dialect))
        return found[0] if found is not None and found[1] is None else None

    def _average(self, node: Aggregate) -> Expression | None:
        assert node.argument is not None
        dialect = self.coverage.dialect
        total = self.summed(replace(node, function="sum", type=of_aggregate("sum", node.argument.type, dialect)))
        of_values = aggregate("count", node.argument, False, dialect)
        wheres = [w for w in (of_values.where, node.where) if w is not None]
        count = self._count(replace(of_values, where=conjunction(wheres) if wheres else None))
        if total is None or count is None or not node.argument.type.is_exact:
            return None
        return types.quotient(total, count, dialect)

    def _as_stored(self, node: Aggregate) -> Expression | None:
        """At exact grain MAX picks the only value there is."""
        found = self.part(node)
        if found is None or found[1] is not None or not self.fixes_row(()):
            return None
        only = self.again("max", found[0], None)
        return only if node.type == UNKNOWN else types.typed(only, node.type)

    def part(self, node: Aggregate) -> tuple[Expression, Expression | None] | None:
        """A stored aggregate of the same kind, and the condition that is left to be put on its rows."""
        wanted = self._conditions(node)
        for stored, part in self.view.parts:
            if not self._same(part, node):
                continue
            held = self._conditions(part)
            rest = [wanted[key] for key in wanted.keys() - held.keys()]
            if held.keys() <= wanted.keys() and all(self.coverage.covers(c) for c in rest):
                left = sorted((self.coverage.express(c) for c in rest), key=lambda e: e.key)
                return self._column(stored), conjunction(left) if left else None
        return None

    def _column(self, stored: Stored) -> Expression:
        if stored.type.family in ("unknown", "zoned"):
            raise Refused(Check.TYPES, "type", f"nothing is known of the type of {stored.name}")
        return stored.column

    def _same(self, part: Aggregate, node: Aggregate) -> bool:
        if (part.function, part.distinct) != (node.function, node.distinct):
            return False
        if part.argument is None or node.argument is None:
            return part.argument is node.argument
        return self._canonical(part.argument) == self._canonical(node.argument)

    def _canonical(self, node: Expression) -> Expression:
        return self.coverage.classes.canonical(node)

    def _conditions(self, node: Aggregate) -> dict[Expression, Expression]:
        return {} if node.where is None else {self._canonical(c): c for c in conjuncts(node.where)}

    def again(self, function: str, column: Expression, where: Expression | None) -> Aggregate:
        return Aggregate(function, column, of_aggregate(function, column.type, self.coverage.dialect), where=where)
