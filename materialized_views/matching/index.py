"""Views by their tables and columns: those that can serve a block at all, without trying the others.

What is asked here is necessary for a match, never sufficient; a view that fails would be refused by the checks too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from backends.warehouse.base import TableName
from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.expressions import Aggregate, Column, Expression, columns
from materialized_views.blocks.model import column_pair
from materialized_views.matching.backjoin import spoken_of, to_one
from materialized_views.matching.classes import Classes
from materialized_views.matching.lossless import remaining
from materialized_views.matching.view import View

Name = tuple[TableName, str]

_ADDED = frozenset({"sum", "count", "avg"})
"""Each may be made from parts of the others."""


class ViewIndex:
    """Cheapest first: fewest rows where they are known, else groups before rows, then fewest keys."""

    def __init__(self, views: Iterable[View], facts: Facts, rows: Mapping[TableName, int] | None = None) -> None:
        known, self._facts = rows or {}, facts
        self._bits: dict[Name, int] = {}
        ordered = sorted(views, key=lambda v: _cost(v, known.get(v.name)))
        self._entries = [_Entry(view, facts, self._mask) for view in ordered]

    def candidates(self, query: Block) -> list[View]:
        """Raises Refused where there is none."""
        names = frozenset(table.name for table in query.tables)
        found = [entry for entry in self._entries if names <= entry.tables]
        if not found:
            raise Refused(Check.TABLES, "no_view", "no view has the tables of the block")
        found = [entry for entry in found if entry.hub <= names]
        if not found:
            raise Refused(
                Check.LOSSLESS, "join_may_lose_rows", "views with these tables join others that may lose rows"
            )
        groups, filters, measures = self._needs(query)
        found = [entry for entry in found if entry.has_keys(groups)]
        if not found:
            raise Refused(Check.GROUPING, "group", "no view with these tables has all columns of GROUP BY")
        found = [entry for entry in found if entry.filtered or entry.has_keys(filters)]
        if not found:
            raise Refused(Check.COVERAGE, "column", "no view with these tables and groups has all filtered columns")
        found = [entry for entry in found if entry.has_measures(measures)]
        if not found:
            raise Refused(
                Check.AGGREGATE, "aggregate", "no view with these tables, groups and filters holds its aggregates"
            )
        return [entry.view for entry in found]

    def joinable(self, query: Block) -> Iterator[tuple[View, frozenset[int]]]:
        """Views that lack tables of the query, or columns of them, and hold the columns by which these are joined:
        with the positions of the tables."""
        late = to_one(query, self._facts)
        if not late:
            return
        classes = Classes(query.equalities)
        members: dict[Column, int] = {}
        for column in {c for pair in query.equalities for c in pair}:
            root = classes.root(column)
            members[root] = members.get(root, 0) | self._mask([_name(query, column)])
        spoken = {t: [self._mask([_name(query, c)]) for c in spoken_of(query, t)] for t in late}
        for entry in self._entries:
            lacking = frozenset(
                t for t in late if query.tables[t].name not in entry.tables or not entry.has_keys(spoken[t])
            )
            beside = _linked(query, lacking, late, {r for r, mask in members.items() if mask & entry.reach}, classes)
            own = frozenset(t.name for i, t in enumerate(query.tables) if i not in beside)
            if beside and own <= entry.tables and entry.hub <= own:
                yield entry.view, beside

    def _needs(self, query: Block) -> tuple[list[int], list[int], list[tuple[str, int]]]:
        """For each column of a group, then of a filter, then of an aggregate (with what that does to it), the bits of
        those that the query makes equal to it."""
        classes = Classes(query.equalities)
        members: dict[Column, int] = {}
        spoken = (*query.conditions, *(query.groups or ()), *query.aggregates)
        for column in dict.fromkeys(c for e in spoken for c in columns(e)):
            root = classes.root(column)
            members[root] = members.get(root, 0) | self._mask([_name(query, column)])
        filters = [c for c in query.conditions if column_pair(c) is None]
        measures = [(_kind(a), mask) for a in query.aggregates for mask in _masks([a], members, classes)]
        return _masks(query.groups or (), members, classes), _masks(filters, members, classes), measures

    def _mask(self, names: Iterable[Name]) -> int:
        found = 0
        for name in names:
            found |= 1 << self._bits.setdefault(name, len(self._bits))
        return found


class _Entry:
    """`reach` are the columns that its keys speak of, `measured` those of its aggregates by what these do to them; both
    with those that the view makes equal to them."""

    def __init__(self, view: View, facts: Facts, mask: Callable[[Iterable[Name]], int]) -> None:
        self.view, block = view, view.block
        self.tables = frozenset(table.name for table in block.tables)
        every = frozenset(range(len(block.tables)))
        self.hub = frozenset(block.tables[i].name for i in remaining(block, every, facts))
        self.filtered = any(column_pair(c) is None for c in _all_conditions(block))
        pairs = {pair for pair in map(column_pair, _all_conditions(block)) if pair is not None}
        classes = Classes(pairs)
        joined = {c for pair in pairs for c in pair}

        def spoken(nodes: Iterable[Expression]) -> int:
            found = {c for node in nodes for c in columns(node)}
            roots = {classes.root(c) for c in found}
            return mask(_name(block, c) for c in found | joined if classes.root(c) in roots)

        self.reach = spoken(key.meaning for key in view.keys)
        parts = [part for _, part in view.parts]
        self.measured = {kind: spoken(p for p in parts if _kind(p) == kind) for kind in map(_kind, parts)}

    def has_keys(self, needs: list[int]) -> bool:
        return all(need & self.reach for need in needs)

    def has_measures(self, needs: list[tuple[str, int]]) -> bool:
        return all(need & (self.reach | self.measured.get(kind, 0)) for kind, need in needs)


def _linked(
    query: Block, beside: frozenset[int], late: frozenset[int], held: set[Column], classes: Classes
) -> frozenset[int]:
    """With those tables on the way whose columns join them and are not held; none where one can't be joined."""
    while beside:
        open_ends = {
            near.table
            for pair in query.equalities
            for near, far in (pair, pair[::-1])
            if far.table in beside and near.table not in beside and classes.root(near) not in held
        }
        if not open_ends:
            return beside
        if not open_ends <= late:
            return frozenset()
        beside |= open_ends
    return beside


def _all_conditions(block: Block) -> Iterable[Expression]:
    return (*block.conditions, *(c for join in block.outer for c in join.conditions))


def _masks(nodes: Iterable[Expression], members: Mapping[Column, int], classes: Classes) -> list[int]:
    return list({members[classes.root(c)] for node in nodes for c in columns(node)})


def _kind(aggregate: Aggregate) -> str:
    return "added" if aggregate.function in _ADDED else aggregate.function


def _name(block: Block, column: Column) -> Name:
    return block.tables[column.table].name, column.name


def _cost(view: View, rows: int | None) -> tuple[float, bool, int, str]:
    return (float("inf") if rows is None else rows, not view.block.aggregated, len(view.keys), str(view.name))
