"""LEFT JOINs that are none: a filter drops their empty rows, every row finds a partner, or nobody asks."""

from __future__ import annotations

from dataclasses import replace

from materialized_views.blocks.expressions import (
    STRICT,
    Call,
    Column,
    Expression,
    Literal,
    map_columns,
    tables,
    with_children,
)
from materialized_views.blocks.facts import Facts
from materialized_views.blocks.model import Block, Order, OuterJoin, Output, column_pair


def null_rejected(block: Block) -> frozenset[int]:
    """Outer-joined tables whose empty rows no condition lets through: these joins are inner ones."""
    outer = {join.table for join in block.outer}
    rejected = (t for condition in block.conditions for t in rejects_null_of(condition))
    return frozenset(outer.intersection(rejected))


def always_matched(block: Block, facts: Facts) -> frozenset[int]:
    """Outer-joined over a tested reference that is never NULL, and over nothing else: every row finds its partner."""
    return frozenset(join.table for join in block.outer if _is_reference(block, join, facts))


def _is_reference(block: Block, join: OuterJoin, facts: Facts) -> bool:
    pairs = [column_pair(condition) for condition in join.conditions]
    if not pairs or any(pair is None for pair in pairs):
        return False
    ends = [sorted(pair, key=lambda c: c.table == join.table) for pair in pairs if pair is not None]
    source = ends[0][0].table
    if any(near.table != source or far.table != join.table for near, far in ends):
        return False
    if source in {other.table for other in block.outer}:
        return False
    name = block.tables[join.table].name
    mapping = {near.name: far.name for near, far in ends}
    return any(
        key.to_table == name and dict(zip(key.columns, key.to_columns, strict=True)) == mapping
        for key in facts.references(facts.table(block.tables[source].name))
    )


def rejects_null_of(condition: Expression) -> frozenset[int]:
    """Tables of which a row of NULLs makes the condition false or unknown."""
    if not isinstance(condition, Call):
        return tables(condition) if isinstance(condition, Column) else frozenset()
    if condition.op in STRICT:
        return _strict(condition)
    if condition.op == "and":
        return frozenset().union(*(rejects_null_of(arg) for arg in condition.args))
    if condition.op == "or":
        return frozenset.intersection(*(rejects_null_of(arg) for arg in condition.args))
    if condition.op == "not":
        inner = condition.args[0]
        if isinstance(inner, Call) and inner.op == "is null":
            return _strict(inner.args[0])
        return _strict(inner) if isinstance(inner, Call) and inner.op in STRICT else frozenset()
    return _strict(condition.args[0]) if condition.op in ("is true", "is false") else frozenset()


def _strict(node: Expression) -> frozenset[int]:
    """Tables whose NULLs make the expression NULL."""
    if isinstance(node, Column):
        return frozenset({node.table})
    if isinstance(node, Call) and node.op in STRICT:
        return frozenset().union(*(_strict(arg) for arg in node.args if not isinstance(arg, Literal)))
    return frozenset()


def without_needless_joins(block: Block, facts: Facts) -> Block:
    """Drops a LEFT JOIN over a whole unique key when nothing uses the table: no row is lost or doubled."""
    for join in reversed(block.outer):
        if join.table not in _used(block, join) and is_to_one(block, join, facts):
            rest = replace(block, outer=tuple(j for j in block.outer if j is not join))
            return without_needless_joins(without_table(rest, join.table), facts)
    return block


def _used(block: Block, apart_from: OuterJoin) -> frozenset[int]:
    others = [c for join in block.outer if join is not apart_from for c in join.conditions]
    return frozenset().union(
        *(tables(e) for e in (*block.conditions, *block.results(), *(block.groups or ()), *others))
    )


def is_to_one(block: Block, join: OuterJoin, facts: Facts) -> bool:
    """The ON equates every column of a unique key of the joined table with columns of other tables."""
    key = facts.unique_key(facts.table(block.tables[join.table].name))
    matched = set()
    for condition in join.conditions:
        pair = column_pair(condition) or ()
        sides = [c for c in pair if c.table == join.table]
        if len(sides) == 1:
            matched.add(sides[0].name)
    return bool(key) and key <= matched


def without_table(block: Block, position: int) -> Block:
    """The block with the table taken out; nothing may refer to it."""
    return renumbered(
        replace(block, tables=tuple(t for i, t in enumerate(block.tables) if i != position)),
        {i: i - (i > position) for i in range(len(block.tables)) if i != position},
    )


def renumbered(block: Block, positions: dict[int, int]) -> Block:
    """With the columns of table i as those of table positions[i]."""
    if all(old == new for old, new in positions.items()):
        return block

    def move(node: Expression) -> Expression:
        return resorted(map_columns(node, lambda c: replace(c, table=positions[c.table])))

    return replace(
        block,
        conditions=frozenset(move(c) for c in block.conditions),
        outputs=tuple(Output(o.name, move(o.expression), o.named) for o in block.outputs),
        outer=tuple(OuterJoin(positions[j.table], frozenset(move(c) for c in j.conditions)) for j in block.outer),
        groups=None if block.groups is None else tuple(move(g) for g in block.groups),
        having=frozenset(move(h) for h in block.having),
        order=tuple(Order(move(o.expression), o.descending, o.nulls_first) for o in block.order),
    )


_SORTED = frozenset({"and", "or", "+", "*", "=", "<>"})


def resorted(node: Expression) -> Expression:
    """Settles the order of operands again after leaves were changed. A literal stays on the right of a comparison."""
    node = with_children(node, resorted)
    if isinstance(node, Call) and node.op in _SORTED:
        if node.op in ("and", "or"):
            return replace(node, args=tuple(sorted(dict.fromkeys(node.args), key=lambda e: e.key)))
        return replace(node, args=tuple(sorted(node.args, key=lambda e: e.key)))
    return node
