"""Things are called by their names: "which branch" wants the branch's name, where a model puts out its code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import words
from catalog_sync.types import is_text
from plugin.generator.check.repairs.outputs import leave_out
from plugin.generator.check.schema import Schema, form

_ASKS_KEY = re.compile(
    r"\b(?:ids?|identifiers?|codes?|keys?|numbers?(?!\s+of\b)|nos?|barcodes?|abbreviations?)\b(?!\s*[:#=]?\s*\d)|코드|번호|아이디|식별자|기호",
    re.IGNORECASE,
)
_NAMES = ("name", "title", "label")
_ASKS_ALL = re.compile(
    r"\b(?:details?|info|information|everything|records?|rows|(?:all|every)(?: the)? (?:columns?|fields?|data)|about)\b"
    r"|정보|내역|상세|전부|모든\s?(?:열|항목|데이터)|대해",
    re.IGNORECASE,
)


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the outermost SELECT, before names are joined; returns notes. Keys stay where one groups by
    them, so that two of one name stay two."""
    if not isinstance(tree, exp.Select) or _ASKS_KEY.search(question):
        return []
    notes = list(_starred(tree, schema, question))
    for output in list(tree.selects):
        column = output.unalias()
        found = _named(column, tree, schema) if isinstance(column, exp.Column) else None
        if found is None:
            continue
        if _is_there(found, [other for other in tree.selects if other is not output]):
            leave_out(tree, output)
            notes.append(f"left out {column.name}, beside {found.name}, by which it is called")
            continue
        group = tree.args.get("group")
        if group is not None:
            group.append("expressions", found.copy())
        output.replace(found)
        notes.append(f"{column.name} -> {found.name}, by which it is called")
    return notes


def _starred(select: exp.Select, schema: Schema, question: str) -> Iterator[str]:
    """ "Which countries" wants what they are called, where a model puts out all that is known of them."""
    star = select.selects[0] if len(select.selects) == 1 else None
    known = schema.read_by(select)
    if not (isinstance(star, exp.Star) or (isinstance(star, exp.Column) and isinstance(star.this, exp.Star))):
        return
    said = set(terms(question))
    spoken = {a: t for a, t in known.items() if said & set(terms(t.name.name)) and star.name and t.view is None}
    alias = (star.table if isinstance(star, exp.Column) else "").casefold() or (list(spoken) or [""])[0]
    name = name_of(known[alias]) if alias in known and not _ASKS_ALL.search(question) else None
    if name is not None:
        select.set("expressions", [exp.column(name.name, table=alias)])
        yield f"* -> {name.name}, by which it is called"


def _named(column: exp.Column, select: exp.Select, schema: Schema) -> exp.Column | None:
    """The name of what the key tells apart, or leads to."""
    for alias, table in schema.read_by(select).items():
        if column.table.casefold() not in ("", alias) or table.view is not None:
            continue
        known = table.column(column.name)
        if known is None:
            continue
        if table.primary_key == (known.name,):
            name = name_of(table)
            return exp.column(name.name, table=alias) if name else None
        if known.name.casefold().endswith("_code") and (twin := table.column(f"{known.name[:-5]}_name")):
            return exp.column(twin.name, table=alias) if not twin.pii else None
        key = next((k for k in table.foreign_keys if k.columns == (known.name,)), None)
        parent = next((t for t in schema.tables if key and t.name == key.to_table), None)
        name = name_of(parent) if parent else None
        return exp.column(name.name, table=parent.name.name) if name and parent else None
    return None


def name_of(table: CatalogTable) -> CatalogColumn | None:
    """Its one column that is a name and may be shown; of several the one that is just that, `name` or `store_name`."""
    found = [c for c in table.columns if is_text(c.type) and c.name not in table.primary_key and _is_name(c)]
    if len(found) > 1:
        just = {*_NAMES, *(f"{form(table.name.name)} {name}" for name in _NAMES)}
        found = [c for c in found if words(c.name) in just]
    return found[0] if len(found) == 1 and not found[0].pii and not found[0].withheld else None


def _is_name(column: CatalogColumn) -> bool:
    return any(words(spoken).endswith(_NAMES) for spoken in (column.name, *column.synonyms))


def _is_there(column: exp.Column, outputs: Sequence[exp.Expression]) -> bool:
    return any(isinstance(o.unalias(), exp.Column) and o.unalias().name == column.name for o in outputs)
