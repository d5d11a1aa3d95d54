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
from materialized_views.blocks.queries import queries_at, query_name
from materialized_views.matching import declared
from materialized_views.matching.expand import expand
from materialized_views.matching.inline import tables_read
from materialized_views.matching.match import How, match
from materialized_views.matching.rewrite import replaced, statement
from materialized_views.matching.view import View


@dataclass(frozen=True)
class ProvedBlock:
    """`kind`: "expanded" when it was said over base tables and proved back, or "declared"."""

    view: TableName
    kind: str

    @property
    def how(self) -> tuple[How, ...]:
        return ("equals a query of its base tables" if self.kind == "expanded" else "as its declared grain allows",)

    def __str__(self) -> str:
        return f"{self.view.name}: {', '.join(self.how)}"


@dataclass(frozen=True)
class Proof:
    """Every block that reads a view. Empty where the statement reads none: then there is nothing to justify.

    `base_sql` is the whole statement over base tables, which gives the same rows; "" where a block is only declared.
    """

    blocks: tuple[ProvedBlock, ...]
    base_sql: str = ""

    @property
    def proof(self) -> str:
        return "; ".join(str(block) for block in self.blocks) or "base tables only"


class Prover:
    def __init__(self, facts: Facts, views: Iterable[View], compiled: Mapping[str, str]) -> None:
        self._facts, self._compiled = facts, compiled
        self._views = {view.name: view for view in views}

    def prove(self, sql: str) -> Proof | Refusal:
        try:
            return self._proof(statement(sql, self._facts.dialect))
        except Refused as refused:
            return refused.refusal

    def _proof(self, tree: exp.Expression) -> Proof:
        found: list[ProvedBlock] = []
        read = self._times_read(tree)
        for select in reversed(list(tree.find_all(exp.Select))):
            table = self._view_of(tree, select)
            if table is None:
                continue
            base = self._base(read_block(select, self._facts), table)
            found.append(ProvedBlock(table.name, "declared" if base is None else "expanded"))
            if base is not None:
                tree = replaced(tree, select, write_block(base))
        if len(found) != read:
            raise Refused(Check.TABLES, "joins_view", "a view is read where no block reads it alone")
        whole = all(block.kind == "expanded" for block in found)
        return Proof(tuple(found), tree.sql(self._facts.dialect) if whole else "")

    def _times_read(self, tree: exp.Expression) -> int:
        """How often a view stands anywhere in the statement."""
        return sum(table.view is not None for _, table in tables_read(tree, self._facts))

    def _view_of(self, tree: exp.Expression, select: exp.Select) -> CatalogTable | None:
        """The view that the block reads, if it may be read so."""
        queries = queries_at(select, self._facts)
        clauses = [c.this for c in (select.args.get("from_"), *(select.args.get("joins") or [])) if c is not None]
        reads = [self._find(node) for node in clauses if query_name(node, self._facts) not in queries]
        views = [table for table in reads if table is not None and table.view is not None]
        if not views:
            return None
        if len(clauses) > 1:
            raise Refused(Check.TABLES, "joins_view", f"{views[0].name} is joined with something else")
        inner = not _is_top(tree, select) and not self._holds_rows(views[0])
        if inner and not read_block(select, self._facts).aggregated:
            raise Refused(Check.GROUPING, "inner_rows", f"rows of {views[0].name} go into an outer query as they are")
        return views[0]

    def _base(self, block: Block, table: CatalogTable) -> Block | None:
        """Over base tables, and proved back; None where only the declaration speaks for it."""
        view = self._views.get(table.name)
        if view is None or not view.block.aggregated:
            declared.check(block, table, view, self._compiled.get(table.unique_id, ""), self._facts)
        if view is None:
            return None
        base = expand(block, view, table, self._facts)
        match(base, view, self._facts)
        return base

    def _holds_rows(self, table: CatalogTable) -> bool:
        """No groups: an outer query can do with the rows what it could do with those of a base table."""
        view = self._views.get(table.name)
        if view is None:
            return declared.holds_rows(self._compiled.get(table.unique_id, ""), self._facts)
        return not view.block.aggregated

    def _find(self, node: exp.Expression) -> CatalogTable | None:
        """None for what is no one table of the catalogue."""
        try:
            return self._facts.find(node) if isinstance(node, exp.Table) else None
        except Refused:
            return None


def _is_top(tree: exp.Expression, select: exp.Select) -> bool:
    """The statement itself, or an arm of its set operations."""
    node: exp.Expression | None = select
    while node is not None and node is not tree:
        node = node.parent
        if not isinstance(node, (exp.SetOperation, exp.Subquery)):
            return node is None
    return not isinstance(tree, exp.Subquery)
