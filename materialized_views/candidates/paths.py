"""Where a table stands in a join tree: by which references one gets to it from the fact.

Two queries that join the same tables the same way have the same paths, whatever their aliases and order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

from backends.warehouse.base import TableName
from catalog_sync.model import ForeignKey
from materialized_views.blocks import Block, Check, Facts, Refused
from materialized_views.blocks.expressions import Expression
from materialized_views.blocks.model import column_pair


@dataclass(frozen=True)
class Step:
    """From a table to the one that it refers to by a unique key, so that no row is doubled. `lossless`: tested to
    find a partner for every row."""

    columns: tuple[str, ...]
    table: TableName
    to_columns: tuple[str, ...]
    lossless: bool = True


@dataclass(frozen=True)
class Path:
    """`steps` is empty for the fact itself."""

    root: TableName
    steps: tuple[Step, ...] = ()

    @property
    def table(self) -> TableName:
        return self.steps[-1].table if self.steps else self.root

    @property
    def parent(self) -> Path:
        return Path(self.root, self.steps[:-1])

    def __str__(self) -> str:
        return "".join([str(self.root), *(f" >{','.join(s.columns)}> {s.table}" for s in self.steps)])

    @property
    def number(self) -> int:
        """Stands for the path in expressions, in the place of a table's position."""
        return crc32(str(self).encode())

    def ancestors(self) -> Iterator[Path]:
        """Itself and all on the way to the fact."""
        for count in range(len(self.steps), -1, -1):
            yield Path(self.root, self.steps[:count])


@dataclass(frozen=True)
class _Edge:
    child: int
    parent: int
    key: ForeignKey
    lossless: bool


def paths_of(block: Block, facts: Facts) -> tuple[Path, ...]:
    """By position in the block. Raises Refused where the tables don't hang on one fact by references to unique keys."""
    edges = list(_edges(block, facts))
    if len({edge.parent for edge in edges}) < len(edges):
        raise Refused(Check.TABLES, "no_tree", "a table is joined to two others at once")
    roots = [i for i in range(len(block.tables)) if all(edge.parent != i for edge in edges)]
    if len(roots) != 1:
        names = " and ".join(str(block.tables[i].name) for i in roots)
        raise Refused(Check.TABLES, "no_tested_join", f"no reference to a tested key joins {names or 'a circle'}")
    paths = {roots[0]: Path(block.tables[roots[0]].name)}
    while len(paths) < len(block.tables):
        grown = [edge for edge in edges if edge.child in paths and edge.parent not in paths]
        if not grown:
            raise Refused(Check.TABLES, "no_tree", "the tables are joined in a circle")
        for edge in grown:
            step = Step(edge.key.columns, edge.key.to_table, edge.key.to_columns, edge.lossless)
            paths[edge.parent] = Path(block.tables[roots[0]].name, (*paths[edge.child].steps, step))
    return tuple(paths[i] for i in range(len(block.tables)))


def _edges(block: Block, facts: Facts) -> Iterator[_Edge]:
    equal = {frozenset((a.table, a.name, b.table, b.name)) for a, b in block.equalities}
    for i, table in enumerate(block.tables):
        lossless = facts.references(facts.table(table.name))
        for key in facts.table(table.name).foreign_keys:
            for j, other in enumerate(block.tables):
                if i == j or other.name != key.to_table:
                    continue
                if facts.unique_key(facts.table(other.name)) != frozenset(key.to_columns):
                    continue
                pairs = zip(key.columns, key.to_columns, strict=True)
                if all(frozenset((i, ours, j, theirs)) in equal for ours, theirs in pairs):
                    yield _Edge(i, j, key, key in lossless)


def joins(paths: Iterable[Path]) -> frozenset[frozenset[tuple[int, str]]]:
    """Which columns the steps equate, with `Path.number` for the table."""
    found = set()
    for path in paths:
        if path.steps:
            step, parent = path.steps[-1], path.parent.number
            for ours, theirs in zip(step.columns, step.to_columns, strict=True):
                found.add(frozenset(((parent, ours), (path.number, theirs))))
    return frozenset(found)


def is_join(condition: Expression, known: frozenset[frozenset[tuple[int, str]]]) -> bool:
    pair = column_pair(condition)
    return pair is not None and frozenset((c.table, c.name) for c in pair) in known
