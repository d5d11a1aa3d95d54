"""Outer joins of query and view: the same, not asked for, or INNER in the query over LEFT in the view.

The reverse, a query that LEFT-joins what the view INNER-joins, would miss rows (P21, P22); reading a block has already
made an inner join of every LEFT JOIN that is one.
"""

from __future__ import annotations

from dataclasses import replace

from materialized_views.blocks import Block, Check, Refused
from materialized_views.blocks.expressions import Call, Expression, columns
from materialized_views.blocks.types import BOOLEAN
from materialized_views.matching.classes import Classes


def align(query: Block, view: Block, extra: frozenset[int]) -> tuple[Block, list[Expression]]:
    """The view as it is once the returned conditions are put on it."""
    asked = {join.table: join for join in query.outer}
    held = {join.table: join for join in view.outer}
    for position in asked.keys() - held.keys():
        raise Refused(Check.SHAPE, "outer_join", f"the view drops rows without {view.tables[position].name}")
    conditions: list[Expression] = []
    for position, join in held.items():
        if position in extra:
            continue
        if position in asked:
            if asked[position].conditions != join.conditions:
                raise Refused(Check.SHAPE, "outer_join", f"{view.tables[position].name} is joined on other conditions")
            continue
        if not join.conditions <= query.conditions:
            raise Refused(Check.SHAPE, "outer_join", f"{view.tables[position].name} is joined on other conditions")
        conditions.append(_matched(query, view, position))
        view = replace(
            view,
            conditions=view.conditions | join.conditions,
            outer=tuple(j for j in view.outer if j.table != position),
        )
    return view, conditions


def _matched(query: Block, view: Block, position: int) -> Expression:
    """`column IS NOT NULL`, of a column of the table that is NULL only where no row was found.

    The query reads it from an inner join, where it is not nullable; a grouped column of the view that is such a one
    stands for the key.
    """
    keys = view.groups if view.groups is not None else tuple(o.expression for o in view.outputs)
    never_null = {
        c for e in (*query.conditions, *query.results(), *(query.groups or ())) for c in columns(e) if not c.nullable
    }
    known = Classes()
    for key in keys:
        found = known.canonical(key)
        if found in never_null and columns(found)[0].table == position:
            return Call("not", (Call("is null", (found,), BOOLEAN),), BOOLEAN)
    raise Refused(
        Check.COVERAGE, "outer_join", f"the view does not show whether a row of {view.tables[position].name} was found"
    )
