"""Views in a statement, each replaced by the SQL that makes it: the same statement over base tables.

This always means the same and needs no understanding of the statement. It says nothing of whether the statement is a
sensible one: `prove.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Check, Facts, Refused
from materialized_views.blocks.write import identifier
from materialized_views.matching.rewrite import statement

_DEEPEST = 5
"""Views that stand on views."""


def tables_read(tree: exp.Expression, facts: Facts) -> Iterator[tuple[exp.Table, CatalogTable]]:
    """Every table that stands anywhere in the statement, by whatever syntax, but for names of queries. Raises Refused
    for what is no one table of the catalogue."""
    for node in list(tree.find_all(exp.Table)):
        if isinstance(node.this, exp.Identifier) and not _is_query(node, facts):
            yield node, facts.find(node)


def _is_query(node: exp.Table, facts: Facts) -> bool:
    """The name is one of WITH, where it stands: inside of itself a name that does not recur is the table's, and so is
    one that comes later, but for PostgreSQL where WITH is RECURSIVE."""
    if node.args.get("db"):
        return False
    name = facts.written(node.this)
    inside: exp.Expression = node
    above = node.parent
    while above is not None:
        clause = above if isinstance(above, exp.With) else above.args.get("with_")
        if clause is not None and clause is not inside:
            known = clause.expressions
            if clause is above:
                own, recursive = next(i for i, cte in enumerate(known) if cte is inside), clause.args.get("recursive")
                if not (recursive and facts.dialect == "postgres"):
                    known = known[: own + 1 if recursive else own]
            if any(facts.written(cte.args["alias"].this) == name for cte in known):
                return True
        inside, above = above, above.parent
    return False


def views_read(sql: str, facts: Facts) -> tuple[CatalogTable, ...]:
    """Raises Refused."""
    tree = statement(sql, facts.dialect)
    return tuple({t.name: t for _, t in tables_read(tree, facts) if t.view is not None}.values())


def inlined(sql: str, definitions: Mapping[str, str], facts: Facts) -> str:
    """`definitions` by unique_id. Raises Refused where one is not known."""
    return _inlined(statement(sql, facts.dialect), definitions, facts, 0).sql(facts.dialect)


def _inlined(tree: exp.Expression, definitions: Mapping[str, str], facts: Facts, depth: int) -> exp.Expression:
    for node, table in list(tables_read(tree, facts)):
        if table.view is None:
            if depth and not node.args.get("db") and table.name.schema:  # no name of a query around it is meant
                node.set("db", identifier(table.name.schema))
            continue
        sql = definitions.get(table.unique_id, "")
        if not sql or depth == _DEEPEST:
            raise Refused(Check.SCOPE, "definition", f"nobody knows the SQL that makes {table.name}")
        if node.args.get("joins") or node.args.get("sample"):
            raise Refused(Check.SHAPE, "table", f"no rule for {node.sql(facts.dialect)}")
        made = _inlined(statement(sql, facts.dialect), definitions, facts, depth + 1)
        alias = node.args.get("alias") or exp.TableAlias(this=node.this.copy())
        node.replace(exp.Subquery(this=made, alias=alias.copy()))
    for column in tree.find_all(exp.Column):  # a query has no schema
        column.set("db", None)
        column.set("catalog", None)
    return tree
