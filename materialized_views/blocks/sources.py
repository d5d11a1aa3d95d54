"""What stands in FROM: tables of the catalogue, and queries of plain rows, whose tables and filters become the block's.

`SELECT ... FROM (SELECT a.x AS u FROM a WHERE p) AS t` reads the rows of `a` with p, with `t.u` for `a.x`: no row more
or less, whatever is joined to it, as long as nothing in the inner query groups, cuts or drops repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from catalog_sync.model import CatalogTable
from materialized_views.blocks.expressions import Expression, Literal
from materialized_views.blocks.facts import Facts
from materialized_views.blocks.model import Block, Table
from materialized_views.blocks.outer import renumbered
from materialized_views.blocks.queries import Queries, inner_select, queries_at, query_name
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.scope import Scope

_INNER = frozenset({"", "INNER", "CROSS"})

ReadInner = Callable[[exp.Select], Block]


@dataclass(frozen=True)
class Sources:
    """`joins`: for each clause of FROM the position of its first table, and how it is joined. `conditions` are those
    of inner queries."""

    scope: Scope
    tables: tuple[Table, ...]
    joins: tuple[tuple[int, exp.Join | None], ...]
    conditions: frozenset[Expression]

    @property
    def outer_joined(self) -> frozenset[int]:
        return frozenset(position for position, join in self.joins if is_left(join))


def sources(select: exp.Select, facts: Facts, read_inner: ReadInner | None) -> Sources:
    """`read_inner` reads an inner query; None refuses them."""
    scope, queries = Scope(facts), queries_at(select, facts)
    tables: list[Table] = []
    joins: list[tuple[int, exp.Join | None]] = []
    conditions: frozenset[Expression] = frozenset()
    for source, join in _clauses(select):
        joins.append((len(tables), join))
        inner = inner_select(source, queries, facts) if read_inner is not None else None
        if inner is None or read_inner is None:
            name, table = _table(source, facts, queries)
            scope.add(facts.written(name), table)
            tables.append(Table(table.name, name.name))
            continue
        if is_left(join):
            raise Refused(Check.SHAPE, "reads_query", "a query is outer-joined")
        block = _moved(read_inner(inner), len(tables))
        scope.add_query(_called(source, facts), _columns(block, facts), [facts.table(t.name) for t in block.tables])
        tables += block.tables
        conditions |= block.conditions
    return Sources(scope, tuple(tables), tuple(joins), conditions)


def _clauses(select: exp.Select) -> list[tuple[exp.Expression, exp.Join | None]]:
    origin = select.args.get("from_")
    if origin is None:
        raise Refused(Check.SHAPE, "no_table", "a SELECT without FROM")
    joins: list[exp.Join] = select.args.get("joins") or []
    for join in joins:
        _check_join(join)
    return [(origin.this, None), *((join.this, join) for join in joins)]


def _check_join(join: exp.Join) -> None:
    side, kind = (join.side or "").upper(), (join.kind or "").upper()
    written = [k for k, v in join.args.items() if v not in (None, False, [])]
    known = {"this", "on", "using", "side", "kind"}
    if set(written) - known or side not in ("", "LEFT") or kind not in (_INNER | {"OUTER"}):
        raise Refused(Check.SHAPE, "join", f"no rule for {' '.join((join.method, side, kind)).strip()} JOIN")


def is_left(join: exp.Join | None) -> bool:
    return join is not None and (join.side or "").upper() == "LEFT"


def _table(source: exp.Expression, facts: Facts, queries: Queries) -> tuple[exp.Identifier, CatalogTable]:
    """What it is called here, and what it is."""
    if not isinstance(source, exp.Table) or source.args.get("joins") or source.args.get("sample"):
        raise Refused(Check.SHAPE, "reads_query", "FROM holds what is no plain table")
    known = {"this", "db", "catalog", "alias", "joins"}
    extra = [k for k, v in source.args.items() if k not in known and v not in (None, False, [])]
    alias = source.args.get("alias")
    if extra or (alias is not None and alias.columns):
        raise Refused(Check.SHAPE, "table", f"no rule for {source.sql()}")
    if query_name(source, facts) in queries:
        raise Refused(Check.SHAPE, "reads_query", f"{source.name} is a query, not a table")
    return (alias.this if alias is not None else source.this), facts.find(source)


def _called(source: exp.Expression, facts: Facts) -> str:
    """ "" for a query that has no name: its columns can still be read without one."""
    alias = source.args.get("alias")
    extra = [k for k, v in source.args.items() if k not in ("this", "alias") and v not in (None, False, [])]
    if extra or (alias is not None and alias.columns):
        raise Refused(Check.SHAPE, "table", f"no rule for {source.sql()}")
    identifier = alias.this if alias is not None else source.this
    return facts.written(identifier) if isinstance(identifier, exp.Identifier) else ""


def _moved(inner: Block, first: int) -> Block:
    """Its tables from position `first` on. Refused where its rows are not those of its joins and filters."""
    cut = inner.limit is not None or inner.offset is not None
    if inner.aggregated or inner.distinct or cut or inner.outer:
        raise Refused(Check.SHAPE, "reads_query", "FROM holds a query that groups, cuts, or joins outer")
    return renumbered(replace(inner, order=()), {i: first + i for i in range(len(inner.tables))})


def _columns(block: Block, facts: Facts) -> Mapping[str, Expression | None]:
    """Output name -> what it is. None for what can't be read by name: two of one name, and constants, which mean other
    things where they stand by themselves (a position of ORDER BY, a text that is a date)."""
    found: dict[str, Expression | None] = {}
    for output in block.outputs:
        name = facts.folded(output.name)
        usable = output.named and name not in found and not isinstance(output.expression, Literal)
        found[name] = output.expression if usable else None
    return found
