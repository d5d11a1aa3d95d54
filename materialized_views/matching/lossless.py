"""C3: a table that only the view has must neither lose nor double a row.

Peeled are, leaf first, tables that hang on exactly one other over a whole tested reference that is never NULL and
leads to a unique key, and tables LEFT-joined over a unique key. No other condition may touch them (P16 to P20).
"""

from __future__ import annotations

from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.expressions import Expression, tables
from materialized_views.blocks.model import column_pair
from materialized_views.blocks.outer import is_to_one


def peel(view: Block, extra: frozenset[int], facts: Facts) -> frozenset[Expression]:
    """The conditions by which the extra tables are joined; the query may take them as its own."""
    left = remaining(view, extra, facts)
    if left & extra:
        name = view.tables[min(left & extra)].name
        raise Refused(Check.LOSSLESS, "join_may_lose_rows", f"the join of {name} is not proved to keep every row once")
    return frozenset(c for c in view.conditions if tables(c) & extra)


def remaining(view: Block, extra: frozenset[int], facts: Facts) -> frozenset[int]:
    """Positions that can't be peeled, with `extra` as those that may."""
    kept = frozenset(range(len(view.tables)))
    while True:
        leaf = next((t for t in sorted(kept & extra) if _is_leaf(view, t, kept, facts)), None)
        if leaf is None:
            return kept
        kept -= {leaf}


def _is_leaf(view: Block, table: int, kept: frozenset[int], facts: Facts) -> bool:
    touching = [c for c in view.conditions if table in tables(c) and tables(c) <= kept]
    outer = {join.table: join for join in view.outer}
    if any(table in tables(c) for t, join in outer.items() if t in kept - {table} for c in join.conditions):
        return False
    if table in outer:
        return not touching and is_to_one(view, outer[table], facts)
    return _is_referenced(view, table, touching, facts) if len(kept) > 1 else False


def _is_referenced(view: Block, table: int, touching: list[Expression], facts: Facts) -> bool:
    """All that touches the table are the equations of one reference from one other table."""
    pairs = [column_pair(condition) for condition in touching]
    if not pairs or any(pair is None for pair in pairs):
        return False
    ends = [sorted(pair, key=lambda c: c.table == table) for pair in pairs if pair is not None]
    source = ends[0][0].table
    if source == table or any(near.table != source or far.table != table for near, far in ends):
        return False
    if source in {join.table for join in view.outer}:
        return False
    equations = {(near.name, far.name) for near, far in ends}
    name = view.tables[table].name
    key = facts.unique_key(facts.table(name))
    return any(
        reference.to_table == name
        and set(zip(reference.columns, reference.to_columns, strict=True)) == equations
        and key
        and key <= set(reference.to_columns)
        for reference in facts.references(facts.table(view.tables[source].name))
    )
