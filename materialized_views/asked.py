"""What the shapes of a workload need of a view, and what they cost without one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp, parse_one

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits, Warehouse
from materialized_views.blocks import Facts, read_block
from materialized_views.blocks.expressions import Column
from materialized_views.candidates.need import Key, Need, need_of
from materialized_views.workload.mine import Shape


@dataclass(frozen=True)
class Asked:
    """`weight` executions a day, each `base_ms` on the base tables."""

    shape: Shape
    need: Need
    base_ms: float
    weight: float


def asked_of(shape: Shape, days: float, facts: Facts, warehouse: Warehouse, limits: Limits) -> Asked:
    blocks = [read_block(_select(sql, facts.dialect), facts) for sql in shape.examples]
    needs = [need_of(block, facts) for block in blocks]
    if len({need.parts for need in needs}) > 1:  # the literals inside of aggregates are others each time
        needs = [need_of(block, facts, lift=True) for block in blocks]
    need = needs[0] if needs[0].wide else _united(needs)
    ms = shape.milliseconds if shape.milliseconds is not None else _timed(shape.examples[0], warehouse, limits)
    return Asked(shape, need, ms, shape.weight / days)


def _timed(sql: str, warehouse: Warehouse, limits: Limits) -> float:
    """Where the log does not tell, it is tried; what can't be run is worth nothing."""
    try:
        return warehouse.query(sql, limits).seconds * 1000
    except QueryTimeout as error:
        return error.seconds * 1000
    except (QueryFailed, QueryRefused):
        return 0.0


def _select(sql: str, dialect: str) -> exp.Select:
    tree = parse_one(sql, dialect=dialect)
    assert isinstance(tree, exp.Select)  # as the miner wrote it
    return tree


def _united(needs: list[Need]) -> Need:
    """One need that holds for all literals of a shape that were seen."""
    others = [need.instead for need in needs if need.instead is not None]
    same = len(others) == len(needs) and len(set(others)) == 1
    grains: dict[Column, frozenset[str]] = {}
    for key in (key for need in needs for key in need.keys):
        grains[key.column] = grains.get(key.column, key.grains) & key.grains
    return replace(
        needs[0],
        keys=tuple(Key(column, allowed) for column, allowed in grains.items()),
        parts=frozenset().union(*(need.parts for need in needs)),
        sums=frozenset().union(*(need.sums for need in needs)),
        instead=others[0] if same else None,
    )
