"""C2 for tables that the view lacks, or lacks columns of: they are joined to the view again.

A view that groups by the key of a dimension can be joined to it like its fact could: all rows behind one row of the
view find the same row of the dimension. So the view is matched as if it had been made of the dimension as well,
grouped by all its columns, with no condition between them; the query brings the join itself. Only over a tested unique
key: no row of the view is doubled.
"""

from __future__ import annotations

from dataclasses import replace

from materialized_views.blocks import Block, Check, Facts, Refused, Table
from materialized_views.blocks.expressions import Column, Expression, columns
from materialized_views.blocks.model import column_pair
from materialized_views.matching.view import Stored, View


def to_one(query: Block, facts: Facts) -> frozenset[int]:
    """Tables of the query that it joins by a whole tested key to columns of others: they may be joined later."""
    outer = {join.table for join in query.outer}
    found = set()
    for position, table in enumerate(query.tables):
        key = facts.unique_key(facts.table(table.name))
        ends = [pair for pair in query.equalities if {c.table for c in pair} - {position} and _at(pair, position)]
        equated = {c.name for pair in ends for c in pair if c.table == position}
        if key and key <= equated and position not in outer:
            found.add(position)
    return frozenset(found) if len(found) < len(query.tables) else frozenset()


def _at(pair: tuple[Column, Column], position: int) -> bool:
    return any(column.table == position for column in pair)


def extended(view: View, query: Block, positions: frozenset[int], facts: Facts) -> View:
    """The view with these tables of the query beside it."""
    block, stored = view.block, list(view.stored)
    groups = list(block.groups or ())
    for place, position in enumerate(sorted(positions), start=1):
        table = query.tables[position]
        if not facts.unique_key(facts.table(table.name)):
            raise Refused(Check.TABLES, "tables", f"{table.name} has no tested key to join the view by")
        at = len(block.tables)
        block = replace(block, tables=(*block.tables, Table(table.name, table.alias)))
        for column in facts.table(table.name).columns:
            meaning = Column(at, column.name, facts.type(column), column.nullable)
            stored.append(Stored(column.name, meaning.type, meaning, place))
            groups.append(meaning)
    grouped = None if block.groups is None else tuple(groups)
    return replace(view, block=replace(block, groups=grouped), stored=tuple(stored), row_key=frozenset())


def spoken_of(query: Block, position: int) -> tuple[Column, ...]:
    """Columns of the table that the query needs for more than to join it."""
    conditions = (c for c in query.conditions if column_pair(c) is None)
    found: tuple[Expression, ...] = (*conditions, *(query.groups or ()), *query.results())
    return tuple(dict.fromkeys(c for e in found for c in columns(e) if c.table == position))
