"""Part of layer 2: a short query that is huge once an engine has written out its aliases and CTEs.

Planning such a query can take an engine hours, and not every engine can be interrupted while it plans.
"""

from __future__ import annotations

from sqlglot import exp

from backends.errors import QueryRefused

MAX_TABLES = 64
MAX_WRITTEN_OUT = 100_000  # syntax nodes
MAX_RECURSIVE = 1


def check_size(tree: exp.Expression) -> None:
    tables = sum(1 for _ in tree.find_all(exp.Table))
    if tables > MAX_TABLES:
        raise QueryRefused("too_large", f"the query names {tables} tables of at most {MAX_TABLES}")
    if sum(1 for clause in tree.find_all(exp.With) if clause.args.get("recursive")) > MAX_RECURSIVE:
        raise QueryRefused("resource", f"more than {MAX_RECURSIVE} WITH RECURSIVE in one query")
    for select in tree.find_all(exp.Select):
        _bounded(_with_aliases(select))
    _bounded(_with_ctes(tree))


def _bounded(nodes: int) -> None:
    if nodes > MAX_WRITTEN_OUT:
        raise QueryRefused(
            "too_large",
            "the query is too large once its aliases and CTEs are written out",
            hint="refer to fewer aliases and CTEs more than once",
        )


def _with_aliases(select: exp.Select) -> int:
    """`1 as a, a + a as b, b + b as c` doubles with each alias."""
    weights: dict[str, int] = {}
    for item in select.expressions:
        if isinstance(item, exp.Alias):
            used = [column.name.lower() for column in item.find_all(exp.Column) if not column.args.get("table")]
            weights[item.alias.lower()] = len(used) + 1 + sum(weights.get(name, 0) for name in used)
    return sum(weights.values())


def _with_ctes(tree: exp.Expression) -> int:
    """`a as (...), b as (select * from a, a a2), c as (select * from b, b b2)` doubles with each CTE."""
    weights: dict[str, int] = {}
    for clause in reversed(list(tree.find_all(exp.With))):  # the inner ones first
        for cte in clause.expressions:
            name = cte.alias.lower()
            weights[name] = max(weights.get(name, 0), _weight(cte.this, weights))
    return _weight(tree, weights)


def _weight(node: exp.Expression, weights: dict[str, int]) -> int:
    return sum(1 + (weights.get(part.name.lower(), 0) if isinstance(part, exp.Table) else 0) for part in node.walk())
