"""Things are called by their names: "which branch" wants the branch's name, where a model puts out its code."""

from __future__ import annotations

import re

from sqlglot import exp

from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from catalog_sync.types import is_text
from plugin.generator.check.schema import Schema

_ASKS_KEY = re.compile(
    r"\b(?:ids?|identifiers?|codes?|keys?|numbers?|nos?|barcodes?|abbreviations?)\b|코드|번호|아이디|식별자|기호",
    re.IGNORECASE,
)
_NAMES = ("name", "title", "label")


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT, before names are joined; returns notes. Keys stay where one groups by
    them, so that two of one name stay two."""
    if not isinstance(tree, exp.Select) or _ASKS_KEY.search(question):
        return []
    notes = []
    for output in list(tree.selects):
        column = output.unalias()
        found = _named(column, tree, schema) if isinstance(column, exp.Column) else None
        if found is None or _is_there(found, tree):
            continue
        group = tree.args.get("group")
        if group is not None:
            group.append("expressions", found.copy())
        output.replace(found)
        notes.append(f"{column.name} -> {found.name}, by which it is called")
    return notes


def _named(column: exp.Column, select: exp.Select, schema: Schema) -> exp.Column | None:
    """The name of what the key tells apart, or leads to."""
    for alias, table in schema.read_by(select).items():
        if column.table.casefold() not in ("", alias) or table.view is not None:
            continue
        known = table.column(column.name)
        if known is None:
            continue
        if table.primary_key == (known.name,):
            name = _name_of(table)
            return exp.column(name.name, table=alias) if name else None
        key = next((k for k in table.foreign_keys if k.columns == (known.name,)), None)
        parent = next((t for t in schema.tables if key and t.name == key.to_table), None)
        name = _name_of(parent) if parent else None
        return exp.column(name.name, table=parent.name.name) if name and parent else None
    return None


def _name_of(table: CatalogTable) -> CatalogColumn | None:
    """Its one column that is a name and may be shown."""
    found = [c for c in table.columns if is_text(c.type) and c.name not in table.primary_key and _is_name(c)]
    return found[0] if len(found) == 1 and not found[0].pii and not found[0].withheld else None


def _is_name(column: CatalogColumn) -> bool:
    return any(words(spoken).endswith(_NAMES) for spoken in (column.name, *column.synonyms))


def _is_there(column: exp.Column, select: exp.Select) -> bool:
    return any(isinstance(s.unalias(), exp.Column) and s.unalias().name == column.name for s in select.selects)
