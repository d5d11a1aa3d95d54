"""Names that stand for queries, and queries that stand for tables."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from materialized_views.blocks.facts import Facts

Queries = dict[str, exp.Select | None]


def queries_at(select: exp.Expression, facts: Facts) -> Queries:
    """The names of WITH that hold where the SELECT stands, as `facts.written` gives them.

    None for a name whose query can't be looked into: one that recurs, renames its columns, is no plain SELECT, or is
    not yet there because the SELECT stands inside of it or before it.
    """
    found: Queries = {}
    inside: exp.Expression | None = None
    node: exp.Expression | None = select
    while node is not None:
        clause = node.args.get("with_")
        if clause is not None:
            known = not clause.args.get("recursive")
            for cte in clause.expressions:
                known = known and cte is not inside
                name = facts.written(cte.args["alias"].this)
                plain = known and isinstance(cte.this, exp.Select) and not cte.args["alias"].columns
                found.setdefault(name, cte.this if plain else None)
        inside = node if isinstance(node, exp.CTE) else inside
        node = node.parent
    return found


def inner_selects(select: exp.Select, facts: Facts) -> Iterator[exp.Select]:
    """Those that FROM reads, by name or in parentheses, and those that these read."""
    queries = queries_at(select, facts)
    origin = select.args.get("from_")
    for clause in (origin, *(select.args.get("joins") or [])):
        found = inner_select(clause.this, queries, facts) if clause is not None else None
        if found is not None:
            yield found
            yield from inner_selects(found, facts)


def inner_select(source: exp.Expression, queries: Queries, facts: Facts) -> exp.Select | None:
    """The SELECT that a source of FROM stands for."""
    if isinstance(source, exp.Subquery):
        plain = not any(v for k, v in source.args.items() if k not in ("this", "alias") and v not in (None, False, []))
        return source.this if plain and isinstance(source.this, exp.Select) else None
    name = query_name(source, facts)
    return queries.get(name) if name is not None else None


def query_name(source: exp.Expression, facts: Facts) -> str | None:
    """What would be the name of a query of WITH, if there is one."""
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier) and not source.args.get("db"):
        return facts.written(source.this)
    return None
