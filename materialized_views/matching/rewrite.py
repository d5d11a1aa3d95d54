"""Sends the blocks of a statement to views: each SELECT over base tables that a view is proved to answer.

A block that is replaced by one with equal rows and the same column names can stand anywhere: in a CTE, a derived
table, an arm of UNION. What stands around it is left as it is. Outer blocks are tried first, with the inner queries of
plain rows that they read as part of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from backends.warehouse.base import TableName
from materialized_views.blocks import Block, Check, Facts, Refusal, Refused, read_block, write_block
from materialized_views.blocks.model import Output
from materialized_views.blocks.queries import query_name
from materialized_views.matching import scope
from materialized_views.matching.index import ViewIndex
from materialized_views.matching.match import How, Match, match
from materialized_views.matching.scope import Standing
from materialized_views.matching.view import View


@dataclass(frozen=True)
class Rewritten:
    """One block: its view, what the proof needed, and how many tables the block had joined."""

    view: TableName
    how: tuple[How, ...]
    tables: int = 1

    def __str__(self) -> str:
        return f"{self.view}: {', '.join(self.how)}"


@dataclass(frozen=True)
class Rewrite:
    """`sql` gives the same rows as the statement it was made from. `refused` are blocks that stay with base tables."""

    sql: str
    blocks: tuple[Rewritten, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def proof(self) -> str:
        return "; ".join(str(block) for block in self.blocks)


@dataclass
class Rewriter:
    """Views of one catalogue, indexed once. `standings` is the registry's word on each view; without it all count as
    built by the last dbt run."""

    facts: Facts
    index: ViewIndex
    standings: Mapping[TableName, Standing] | None = None

    def rewrite(self, sql: str, needed_until: datetime | None = None) -> Rewrite | Refusal:
        """`needed_until`: the answer must hold all data up to then; None takes whatever the view has.

        A Refusal when no block could be sent to a view: that of the first block with aggregates, else the first.
        """
        try:
            tree = statement(sql, self.facts.dialect)
        except Refused as refused:
            return refused.refusal
        done: list[Rewritten] = []
        refusals: list[tuple[bool, Refusal]] = []
        gone: set[int] = set()
        for select in list(tree.find_all(exp.Select)):
            if id(select) in gone:
                continue
            try:
                block = read_block(select, self.facts, merge=True)
            except Refused as refused:
                refusals.append((False, refused.refusal))
                continue
            found = self._best(block, select, needed_until)
            if isinstance(found, Refusal):
                refusals.append((block.aggregated, found))
                continue
            done.append(Rewritten(found.view.name, found.how, len(block.tables)))
            gone |= {id(inner) for inner in select.find_all(exp.Select)} - _of_with(select)
            tree = replaced(tree, select, write_block(found.block))
        if done:
            tree = _without_unread(tree, self.facts)
            return Rewrite(tree.sql(self.facts.dialect), tuple(done), tuple(r for _, r in refusals))
        return next((r for aggregated, r in refusals if aggregated), refusals[0][1])

    def _best(self, block: Block, select: exp.Select, needed_until: datetime | None) -> Match | Refusal:
        """The first view that is proved, cheapest first; else the reason of the one that came furthest."""
        if any(self.facts.table(table.name).view is not None for table in block.tables):
            return Refusal(Check.TABLES, "reads_view", "the block reads a view already")
        if select.parent is not None and any(not o.named for o in block.outputs) and not _is_scalar(select):
            return Refusal(Check.SHAPE, "unnamed", "a column of an inner query has no name of its own")
        named = _with_names(block, select)
        furthest: Refusal | None = None
        try:
            for view in self.index.candidates(block):
                found = self._tried(named, view, needed_until)
                if isinstance(found, Match):
                    return found
                furthest = max((r for r in (furthest, found) if r), key=_stage)
        except Refused as refused:
            furthest = refused.refusal
        for view, beside in self.index.joinable(block):
            found = self._tried(named, view, needed_until, beside)
            if isinstance(found, Match):
                return found
            furthest = max((r for r in (furthest, found) if r), key=_stage)
        assert furthest is not None
        return furthest

    def _tried(
        self, block: Block, view: View, needed_until: datetime | None, beside: frozenset[int] = frozenset()
    ) -> Match | Refusal:
        try:
            self._check_scope(view, needed_until)
            return match(block, view, self.facts, beside)
        except Refused as refused:
            return replace(refused.refusal, view=str(view.name))

    def _check_scope(self, view: View, needed_until: datetime | None) -> None:
        if self.standings is not None and view.name not in self.standings:
            raise Refused(Check.SCOPE, "not_deployed", f"{view.name} is not built")
        scope.check(view, self.facts, (self.standings or {}).get(view.name), needed_until)


_ORDER = list(Check)


def _stage(refusal: Refusal) -> int:
    return _ORDER.index(refusal.check)


def statement(sql: str, dialect: str) -> exp.Expression:
    """One SELECT or set operation."""
    try:
        trees = [tree for tree in parse(sql, dialect=dialect) if tree is not None]
    except SqlglotError as error:
        raise Refused(Check.SHAPE, "parse", f"the statement can't be parsed: {str(error).splitlines()[0]}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise Refused(Check.SHAPE, "statement", "not one query")
    return trees[0]


def _of_with(select: exp.Select) -> set[int]:
    """The SELECTs of its WITH, which stays where it is."""
    clause = select.args.get("with_")
    return {id(inner) for inner in clause.find_all(exp.Select)} if clause is not None else set()


def _without_unread(tree: exp.Expression, facts: Facts) -> exp.Expression:
    """Queries of WITH that nothing names any more are left out."""
    for clause in list(tree.find_all(exp.With)):
        for cte in reversed(list(clause.expressions)):
            name = facts.written(cte.args["alias"].this)
            read = any(query_name(table, facts) == name for table in tree.find_all(exp.Table))
            if not read and isinstance(cte.this, exp.Query):
                cte.pop()
        if not clause.expressions:
            clause.pop()
    return tree


def _is_scalar(select: exp.Select) -> bool:
    """A query that stands for one value: nobody reads its column by name."""
    parent = select.parent
    return isinstance(parent, exp.Subquery) and not isinstance(parent.parent, (exp.From, exp.Join))


def _with_names(block: Block, select: exp.Select) -> Block:
    """What the engine would call a column without a name is not ours to say; on top its SQL as written will do."""
    items = select.expressions
    written = [item.sql() for item in items] if len(items) == len(block.outputs) else [o.name for o in block.outputs]
    named = (o.name if o.named else text for o, text in zip(block.outputs, written, strict=True))
    return replace(block, outputs=tuple(Output(n, o.expression) for n, o in zip(named, block.outputs, strict=True)))


def replaced(tree: exp.Expression, select: exp.Select, written: exp.Select) -> exp.Expression:
    """The tree with the SELECT written anew; its WITH stays."""
    clause = select.args.get("with_")
    if clause is not None:
        written.set("with_", clause)
    if select is tree:
        return written
    select.replace(written)
    return tree
