"""Was the right part of the schema found? Tables, columns and literals of the gold SQL against what was shown or used.

Without `optimize` of sqlglot: scopes are walked, columns without a table go to the one source that has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope


@dataclass(frozen=True)
class Used:
    """Lower case; tables without schema, columns as `table.column`; `values` are text literals as they stand."""

    tables: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


def used(sql: str, dialect: str, known: Mapping[str, Collection[str]]) -> Used | None:
    """`known`: columns of each table, lower case. None where the statement can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
        scopes = traverse_scope(tree)
    except SqlglotError:
        return None
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tables = {t.name.lower() for t in tree.find_all(exp.Table)} - ctes
    columns = {c for scope in scopes for c in _columns(scope, known)}
    values = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
    if dialect == "sqlite":
        names = {name for columns_ in known.values() for name in columns_}
        values |= {c.name for c in tree.find_all(exp.Column) if is_text_in_quotes(c, names)}
    return Used(frozenset(tables), frozenset(columns), frozenset(values))


def is_text_in_quotes(column: exp.Column, known: Collection[str]) -> bool:
    """SQLite takes "Aruba" for a text where no column is called so. `known`: all columns, lower case."""
    return not column.table and bool(column.this.args.get("quoted")) and column.name.lower() not in known


def _columns(scope: Scope, known: Mapping[str, Collection[str]]) -> Iterable[str]:
    sources = {
        alias.lower(): source.name.lower() for alias, source in scope.sources.items() if isinstance(source, exp.Table)
    }
    for column in scope.columns:
        name = column.name.lower()
        if column.table:
            homes = [sources[column.table.lower()]] if column.table.lower() in sources else []
        else:
            homes = [table for table in sources.values() if name in known.get(table, ())]
        if homes:
            yield f"{homes[0]}.{name}"
    if any(isinstance(item, exp.Star) or item.is_star for item in scope.expression.selects):
        for table in sources.values():
            yield from (f"{table}.{name}" for name in known.get(table, ()))


def shown(tables: Mapping[str, Collection[str]], values: Collection[str] = ()) -> Used:
    """What was put before the model: columns by table (with or without schema)."""
    plain = {name.rsplit(".", 1)[-1].lower(): columns for name, columns in tables.items()}
    columns = {f"{table}.{column.lower()}" for table, names in plain.items() for column in names}
    return Used(frozenset(plain), frozenset(columns), frozenset(values))


def linking(gold: Used, given: Used) -> dict[str, float]:
    """Recall and precision of each kind that the gold statement has, 0..1; `all_found`: nothing is missing of its
    tables and columns."""
    found: dict[str, float] = {}
    for kind in ("tables", "columns", "values"):
        wanted, had = getattr(gold, kind), getattr(given, kind)
        if wanted:
            found[f"{kind}_recall"] = len(wanted & had) / len(wanted)
            found[f"{kind}_precision"] = len(wanted & had) / len(had) if had else 0.0
    missing = (gold.tables - given.tables) | (gold.columns - given.columns)
    return {**found, "all_found": float(not missing)}
