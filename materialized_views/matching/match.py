"""One block against one view: all checks in order, then the block over the view. The first "no" is the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from materialized_views.blocks import Block, Check, Facts, Order, Output, Refused, Table
from materialized_views.blocks.canonical import compare
from materialized_views.blocks.expressions import Aggregate, Call, Expression, aggregates, with_children
from materialized_views.blocks.outer import renumbered
from materialized_views.matching import equality, grouping, lossless, outer, residual, tables
from materialized_views.matching.aggregate import Rollup
from materialized_views.matching.backjoin import extended
from materialized_views.matching.classes import Classes
from materialized_views.matching.coverage import Coverage
from materialized_views.matching.ranges import Domains
from materialized_views.matching.view import View

Change = Callable[[Expression], Expression]
How = Literal[
    "lossless joins",
    "joined to its tables",
    "the same rows",
    "filters on its columns",
    "added up",
    "grouped",
    "equals a query of its base tables",
    "as its declared grain allows",
]
"""What a proof needed, in the words of receipts."""


@dataclass(frozen=True)
class Match:
    """`block` reads the view alone. `how` names what the proof needed, for the receipt."""

    view: View
    block: Block
    how: tuple[How, ...] = ()


def match(query: Block, view: View, facts: Facts, beside: frozenset[int] = frozenset()) -> Match:
    """`beside` are tables of the query that are to be joined to the view (`backjoin.py`).

    Raises Refused with the reason of the first assignment of tables; any one that is proved will do."""
    first: Refused | None = None
    own = len(view.block.tables)
    view = extended(view, query, beside, facts) if beside else view
    if view.block.aggregated and not query.aggregated:
        raise Refused(Check.GROUPING, "rows_wanted", "the query wants rows, the view holds groups")
    for assignment in tables.assignments(query, view.block):
        try:
            return _Assigned(query, view, assignment, facts, view.block.tables[own:]).match()
        except Refused as refused:
            first = first or refused
    assert first is not None
    raise first


class _Assigned:
    """The query on the tables of the view, with the view's lossless joins added to it."""

    def __init__(
        self, query: Block, view: View, assignment: dict[int, int], facts: Facts, beside: tuple[Table, ...]
    ) -> None:
        self.view, self.facts, self.beside = view, facts, beside
        extra = frozenset(range(len(view.block.tables))) - frozenset(assignment.values())
        peeled = lossless.peel(view.block, extra, facts) if extra else frozenset()
        moved = replace(renumbered(query, assignment), tables=view.block.tables)
        self.block, self.guards = outer.align(moved, view.block, extra)
        self.query = replace(moved, conditions=moved.conditions | peeled)
        self.how: list[How] = ["lossless joins"] if extra else []
        self.how += ["joined to its tables"] if beside else []

    def match(self) -> Match:
        classes = Classes(self.query.equalities)
        equality.check(self.block, classes)
        domains = residual.check(self.query, self.block, classes)
        conditions = self._compensation(classes)
        coverage = Coverage(self.view.keys, classes, self.query.dialect)
        if self.view.block.aggregated:
            change = self._regrouped(coverage, domains, classes)
        else:
            change = _through_aggregates(coverage)
            self.how.append("the same rows")
        found = self._over_view(change, conditions, coverage)
        return Match(self.view, found, tuple(self.how))

    def _compensation(self, classes: Classes) -> frozenset[Expression]:
        """What the query filters and the view did not. An equality is not used to prove itself, nor is the ON of an
        outer join before the guard that drops its empty rows."""
        of_view = Coverage(self.view.keys, Classes(self.block.equalities), self.query.dialect)
        found = [
            compare("=", of_view.express(left), of_view.express(right))
            for left, right in equality.missing(self.query, self.block)
        ]
        coverage = Coverage(self.view.keys, classes, self.query.dialect)
        found += [coverage.express(c) for c in residual.compensation(self.query, self.block, classes)]
        as_built = Coverage(self.view.keys, Classes(self.view.block.equalities), self.query.dialect)
        found += [as_built.express(guard) for guard in self.guards]
        if found:
            self.how.append("filters on its columns")
        return frozenset(found)

    def _regrouped(self, coverage: Coverage, domains: Domains, classes: Classes) -> Change:
        groups = self.query.groups or ()
        by_view = grouping.express_groups(groups, coverage)
        determination = grouping.Determination(self.view, self.query, classes, self.facts)
        pinned = [e for e in domains.pinned() if e.type.family != "double"] + _nulls(self.query.conditions)

        def fixes_row(more: Iterable[Expression]) -> bool:
            return determination.fixes_row((*groups, *pinned, *more))

        rollup = Rollup(self.view, coverage, fixes_row)
        self.how.append("added up" if self.query.aggregates else "grouped")

        def change(node: Expression) -> Expression:
            if node in by_view:
                return by_view[node]
            return rollup.of(node) if isinstance(node, Aggregate) else with_children(node, change)

        return change

    def _over_view(self, express: Change, conditions: frozenset[Expression], coverage: Coverage) -> Block:
        query = self.query
        groups = None if query.groups is None else tuple(dict.fromkeys(coverage.express(g) for g in query.groups))
        return Block(
            dialect=query.dialect,
            tables=(Table(self.view.name, self.view.name.name), *self.beside),
            conditions=conditions,
            outputs=tuple(Output(o.name, express(o.expression), o.named) for o in query.outputs),
            groups=groups,
            having=frozenset(express(h) for h in query.having),
            order=tuple(Order(express(o.expression), o.descending, o.nulls_first) for o in query.order),
            limit=query.limit,
            offset=query.offset,
            distinct=query.distinct,
        )


def _through_aggregates(coverage: Coverage) -> Change:
    """Over a view without groups an aggregate stays, over the view's columns."""

    def change(node: Expression) -> Expression:
        if isinstance(node, Aggregate):
            return with_children(node, coverage.express)
        return with_children(node, change) if aggregates(node) else coverage.express(node)

    return change


def _nulls(conditions: Iterable[Expression]) -> list[Expression]:
    """Expressions that a condition holds at NULL."""
    return [c.args[0] for c in conditions if isinstance(c, Call) and c.op == "is null"]
