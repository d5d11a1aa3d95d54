"""Joins that add nothing but rows: a table of which no column is used and which the question does not speak of."""

from __future__ import annotations

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Schema


def drop_unused(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place, from the last join backwards; returns notes.

    A join can stand for "has one"; then the question names the table, and the join stays.
    """
    said = set(terms(question))
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        for join in reversed(select.args.get("joins") or []):
            table = schema.table(join.this) if isinstance(join.this, exp.Table) else None
            if table is None or _speaks_of(said, table) or _is_used(join, select):
                continue
            join.pop()
            notes.append(f"left out {table.name.name}, of which nothing is used")
    return notes


def _speaks_of(said: set[str], table: CatalogTable) -> bool:
    named = set(terms(table.name.name)) | {t for synonym in table.synonyms for t in terms(synonym)}
    return bool(said & named)


def _is_used(join: exp.Join, select: exp.Select) -> bool:
    alias = join.this.alias_or_name.casefold()
    own = {id(c) for c in join.find_all(exp.Column)}
    others = [c for c in select.find_all(exp.Column) if id(c) not in own]
    if any(c.table.casefold() == alias or (not c.table and isinstance(c.this, exp.Star)) for c in others):
        return True
    unqualified = any(not c.table for c in others)
    star = any(isinstance(s, exp.Star) for s in select.selects)
    return star or unqualified or not join.args.get("on") or (join.side or "").upper() in ("LEFT", "FULL", "RIGHT")
