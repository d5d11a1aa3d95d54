"""A view as the matcher sees it: its stored columns, and what each of them is over the base tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable
from materialized_views.blocks import Block, Check, Facts, Refusal, Refused, read_block
from materialized_views.blocks.aggregates import counted
from materialized_views.blocks.expressions import Aggregate, Call, Column, Expression, Literal, aggregates, bare
from materialized_views.blocks.types import BIGINT, UNKNOWN, SqlType


@dataclass(frozen=True)
class Stored:
    """One column of the view: `meaning` is what it holds, over the tables of the view's block. `table` is 0 for the
    view itself, else which of the tables beside it (`backjoin.py`) has the column."""

    name: str
    type: SqlType
    meaning: Expression
    table: int = 0

    @property
    def column(self) -> Column:
        return Column(self.table, self.name, self.type)


@dataclass(frozen=True)
class View:
    """`definition` is the hash of the SQL that was read. `row_key` are columns that a test found unique together."""

    name: TableName
    block: Block
    stored: tuple[Stored, ...]
    definition: str
    row_key: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> tuple[Stored, ...]:
        """What can be filtered and grouped by: group keys and what is made of them alone, or every column of a view
        without aggregation."""
        return tuple(s for s in self.stored if not aggregates(s.meaning))

    @cached_property
    def parts(self) -> tuple[tuple[Stored, Aggregate], ...]:
        """Stored aggregates, under casts that keep the value; a SUM of ones and zeros is a count."""
        found = []
        for stored in self.stored if self.block.groups is not None else ():
            meaning = bare(stored.meaning)
            if isinstance(meaning, Aggregate):
                condition = counted(meaning)
                if condition is not None and meaning.where is None:
                    found.append((stored, Aggregate("count", None, BIGINT, where=condition)))
                found.append((stored, meaning))
        return tuple(found)

    @cached_property
    def hidden_keys(self) -> bool:
        """Some group key is not stored, so that rows that look alike may stand side by side."""
        shown = {bare(s.meaning) for s in self.keys}
        return any(bare(group) not in shown for group in self.block.groups or ())


def definition_of(sql: str) -> str:
    return sha256(" ".join(sql.split()).encode()).hexdigest()[:12]


def compiled_sql(manifest: Mapping[str, Any]) -> dict[str, str]:
    """unique_id -> SQL of every model that dbt has compiled."""
    nodes = manifest.get("nodes") or {}
    return {unique_id: node["compiled_code"] for unique_id, node in nodes.items() if node.get("compiled_code")}


def read_views(facts: Facts, compiled: Mapping[str, str]) -> tuple[tuple[View, ...], tuple[Refusal, ...]]:
    """Every question view of the catalogue whose definition is one block, and why the others are not usable."""
    views, refusals = [], []
    for table in facts.catalog.views():
        try:
            views.append(read_view(table, compiled.get(table.unique_id, ""), facts))
        except Refused as refused:
            found = refused.refusal
            refusals.append(Refusal(found.check, found.code, found.detail, str(table.name)))
    return tuple(views), tuple(refusals)


def read_view(table: CatalogTable, sql: str, facts: Facts) -> View:
    """Raises Refused where the definition is not one block over tables of the catalogue."""
    block = read_block(top_select(sql, facts.dialect), facts, merge=True)
    _check_definition(block, facts)
    stored = tuple(_stored(table, block, facts))
    return View(table.name, block, stored, definition_of(sql), facts.unique_key(table))


def top_select(sql: str, dialect: str) -> exp.Select:
    try:
        trees = parse(sql, dialect=dialect) if sql.strip() else []
    except SqlglotError as error:
        raise Refused(Check.SHAPE, "parse", f"the definition can't be parsed: {error}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Select):
        raise Refused(
            Check.SHAPE, "definition", "the definition is no single SELECT" if sql.strip() else "not compiled"
        )
    return trees[0]


def _check_definition(block: Block, facts: Facts) -> None:
    cut = block.limit is not None or block.offset is not None
    if cut or block.distinct or block.having:
        raise Refused(Check.SHAPE, "definition", "the view drops rows after grouping (LIMIT, DISTINCT or HAVING)")
    if block.groups == ():
        raise Refused(Check.SHAPE, "definition", "the view is one row of all")
    for table in block.tables:
        if facts.table(table.name).view is not None:
            raise Refused(Check.SHAPE, "definition", f"the view stands on the view {table.name}")


def _stored(table: CatalogTable, block: Block, facts: Facts) -> Iterable[Stored]:
    for output in block.outputs:
        column = table.column(output.name)
        if column is None:
            raise Refused(Check.SCOPE, "columns", f"{table.name} has no column {output.name}: it was built otherwise")
        kind = facts.type(column)
        yield Stored(column.name, kind if kind != UNKNOWN else _built(output.expression), output.expression)


def _built(meaning: Expression) -> SqlType:
    """What the engine makes of it where the catalogue does not say."""
    return meaning.type if isinstance(meaning, (Column, Aggregate, Call, Literal)) else UNKNOWN
