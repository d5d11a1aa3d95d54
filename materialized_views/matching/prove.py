"""Justifies SQL that was written on question views, block by block.

A block is said again over the base tables (`expand.py`), and what that gives is sent to the view again: only when the
matcher proves that the view answers it does the block count as proved. Where the definition is no single block, the
view's declaration (grain, measures, additive) is what stands behind it, and the proof says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable
from materialized_views.blocks import Block, Check, Facts, Refusal, Refused, read_block, write_block
from materialized_views.matching import declared
from materialized_views.matching.expand import expand
from materialized_views.matching.match import match
from materialized_views.matching.rewrite import blocks, statement
from materialized_views.matching.view import View


@dataclass(frozen=True)
class ProvedBlock:
    """`kind`: "expanded" with the SQL over base tables that gives the same rows, or "declared" with none."""

    view: TableName
    kind: str
    base_sql: str = ""

    def __str__(self) -> str:
        how = "equals a query of its base tables" if self.kind == "expanded" else "as its declared grain allows"
        return f"{self.view.name}: {how}"


@dataclass(frozen=True)
class Proof:
    """Every block that reads a view. Empty where the statement reads none: then there is nothing to justify."""

    blocks: tuple[ProvedBlock, ...]

    @property
    def proof(self) -> str:
        return "; ".join(str(block) for block in self.blocks) or "base tables only"


class Prover:
    def __init__(self, facts: Facts, views: Iterable[View], compiled: Mapping[str, str]) -> None:
        self._facts, self._compiled = facts, compiled
        self._views = {view.name: view for view in views}

    def prove(self, sql: str) -> Proof | Refusal:
        try:
            tree = statement(sql, self._facts.dialect)
            found = [self._proved(tree, select, ctes) for select, ctes in blocks(tree, self._facts)]
        except Refused as refused:
            return refused.refusal
        return Proof(tuple(block for block in found if block is not None))

    def _proved(self, tree: exp.Expression, select: exp.Select, ctes: frozenset[str]) -> ProvedBlock | None:
        reads = [table for node in _sources(select, ctes, self._facts) if (table := self._find(node)) is not None]
        views = [table for table in reads if table.view is not None]
        if not views:
            return None
        if len(list(_sources(select, frozenset(), self._facts))) > 1:
            raise Refused(Check.TABLES, "joins_view", f"{views[0].name} is joined with something else")
        block, table = read_block(select, self._facts, ctes), views[0]
        if not block.aggregated and not _is_top(tree, select) and table.name not in self._rowwise(table):
            raise Refused(Check.GROUPING, "inner_rows", f"rows of {table.name} go on into an outer query as they are")
        return self._of(block, table)

    def _of(self, block: Block, table: CatalogTable) -> ProvedBlock:
        view = self._views.get(table.name)
        if view is None or not view.block.aggregated:
            declared.check(block, table, view, self._compiled.get(table.unique_id, ""), self._facts)
        if view is None:
            return ProvedBlock(table.name, "declared")
        base = expand(block, view, table, self._facts)
        match(base, view, self._facts)
        return ProvedBlock(table.name, "expanded", write_block(base).sql(self._facts.dialect))

    def _rowwise(self, table: CatalogTable) -> frozenset[TableName]:
        """The view, if its rows are rows of a base table: then nothing is lost on them."""
        view = self._views.get(table.name)
        if view is None:
            return frozenset()
        return frozenset() if view.block.aggregated else frozenset({table.name})

    def _find(self, node: exp.Table) -> CatalogTable | None:
        try:
            return self._facts.find(node)
        except Refused:
            return None


def _sources(select: exp.Select, ctes: frozenset[str], facts: Facts) -> Iterable[exp.Expression]:
    """What stands in FROM, but for names of queries."""
    origin = select.args.get("from_")
    for clause in (origin, *(select.args.get("joins") or [])):
        if clause is None:
            continue
        node = clause.this
        named = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and not node.args.get("db")
        if not (named and facts.written(node.this) in ctes):
            yield node


def _is_top(tree: exp.Expression, select: exp.Select) -> bool:
    """The statement itself, or an arm of its set operations."""
    node: exp.Expression | None = select
    while node is not None and node is not tree:
        node = node.parent
        if not isinstance(node, (exp.SetOperation, exp.Subquery)):
            return node is None
    return not isinstance(tree, exp.Subquery)
