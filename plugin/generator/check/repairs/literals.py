"""Text literals against the values that the columns really hold.

Only a column whose whole domain is known can show that a literal is wrong; examples prove nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator.ask import ValueHit
from plugin.generator.check.schema import Schema


def repair(tree: exp.Expression, schema: Schema, hits: Sequence[ValueHit]) -> list[str]:
    """Puts each text literal that its column can't hold into the spelling, or the column, that has it.

    Works in place; returns notes.
    """
    notes: list[str] = []
    for scope in traverse_scope(tree):
        tables = _tables(scope, schema)
        for column, literal in _comparisons(scope):
            note = _mend(column, literal, tables, hits)
            if note:
                notes.append(note)
    return notes


def relocate(tree: exp.Expression, schema: Schema, hits: Sequence[ValueHit]) -> list[str]:
    """`supplier_name = 'KENYA'`, where the question's Kenya is a nation: the column that holds the value, which the
    repair of names then joins. Works in place; returns notes."""
    notes: list[str] = []
    for scope in traverse_scope(tree):
        tables = _tables(scope, schema)
        for column, literal in _comparisons(scope):
            owner = _owner(column, tables)
            known = owner[1].column(column.name) if owner else None
            if owner is None or known is None or literal.this in known.values:
                continue
            same = [h for h in hits if h.score == 1.0 and literal.this.casefold() in (h.phrase, h.value.casefold())]
            home = _home(known, owner, same, tables, schema)
            if home is not None and not isinstance(literal.parent, (exp.Like, exp.ILike)):
                table, hit = home
                column.set("this", exp.to_identifier(hit.column))
                column.set("table", exp.to_identifier(table))
                _replace(literal, hit.value)
                notes.append(f"value {literal.this!r} is of {hit.column}, not {known.name}")
    return notes


def _home(
    known: CatalogColumn,
    owner: tuple[str, CatalogTable],
    same: Sequence[ValueHit],
    tables: dict[str, CatalogTable],
    schema: Schema,
) -> tuple[str, ValueHit] | None:
    """(table or alias, hit) of the nearest column that has the value; None where the column itself has it."""
    if any(h.table == str(owner[1].name) and h.column == known.name for h in same):
        return None
    for alias, table in sorted(tables.items(), key=lambda item: item[0] != owner[0].casefold()):
        if hit := next((h for h in same if h.table == str(table.name)), None):
            return alias, hit
    reach = []
    for hit in same:
        target = next((t for t in schema.tables if str(t.name) == hit.table and t.view is None), None)
        path = schema.path([owner[1]], target) if target else None
        if target and path is not None and len(path) <= 2:
            reach.append((len(path), target.name.name, hit))
    reach.sort(key=lambda found: found[0])
    return (reach[0][1], reach[0][2]) if reach else None


def unquoted(tree: exp.Expression, schema: Schema) -> list[str]:
    """A name in double quotes that nothing is called by is a text: SQLite takes it so, and models write it so.

    Works in place; returns notes.
    """
    known = {c.name.casefold() for table in schema.tables for c in table.columns}
    known |= {a.alias.casefold() for a in tree.find_all(exp.Alias, exp.TableAlias) if a.alias}
    known |= {c.name.casefold() for alias in tree.find_all(exp.TableAlias) for c in alias.columns}
    notes = []
    for column in list(tree.find_all(exp.Column)):
        if not column.table and column.this.args.get("quoted") and column.name.casefold() not in known:
            column.replace(exp.Literal.string(column.name))
            notes.append(f"{column.name!r} is a text")
    return notes


def _tables(scope: Scope, schema: Schema) -> dict[str, CatalogTable]:
    found: dict[str, CatalogTable] = {}
    for alias, source in scope.sources.items():
        if isinstance(source, exp.Table) and (table := schema.table(source)):
            found[alias.casefold()] = table
    return found


def _comparisons(scope: Scope) -> Iterator[tuple[exp.Column, exp.Literal]]:
    for node in scope.find_all(exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike):
        column = node.this
        if isinstance(column, (exp.Lower, exp.Upper)):
            column = column.this
        others = node.expressions if isinstance(node, exp.In) else [node.expression]
        if isinstance(node, (exp.EQ, exp.NEQ)) and isinstance(node.this, exp.Literal):
            column, others = node.expression, [node.this]
        if isinstance(column, exp.Column):
            yield from ((column, o) for o in list(others) if isinstance(o, exp.Literal) and o.is_string)


def _mend(column: exp.Column, literal: exp.Literal, tables: dict[str, CatalogTable], hits: Sequence[ValueHit]) -> str:
    owner = _owner(column, tables)
    if owner is None:
        return ""
    alias, table = owner
    known = table.column(column.name)
    if known is None or not known.values_exact or not known.values:
        return ""
    text = literal.this.strip("%").strip() if _is_pattern(literal) else literal.this
    if literal.this in known.values or (_is_pattern(literal) and any(_like(literal.this, v) for v in known.values)):
        return ""
    value = _respelled(text, known, hits)
    if value is not None:
        _replace(literal, value)
        return f"value {text!r} -> {value!r}"
    other = _elsewhere(text, alias, tables, hits)
    if other is None:
        return ""
    new_alias, new_column, value = other
    column.set("this", exp.to_identifier(new_column))
    if column.table:
        column.set("table", exp.to_identifier(new_alias))
    _replace(literal, value)
    return f"value {text!r} is of {new_column}, not {known.name}"


def _owner(column: exp.Column, tables: dict[str, CatalogTable]) -> tuple[str, CatalogTable] | None:
    if column.table:
        table = tables.get(column.table.casefold())
        return (column.table, table) if table else None
    owners = [(a, t) for a, t in tables.items() if t.column(column.name)]
    return owners[0] if len(owners) == 1 else None


def _is_pattern(literal: exp.Literal) -> bool:
    return isinstance(literal.parent, (exp.Like, exp.ILike))


def _like(pattern: str, value: str) -> bool:
    """LIKE with % only; the case counts, as in the warehouses."""
    parts = pattern.split("%")
    if len(parts) == 1:
        return pattern == value
    if not value.startswith(parts[0]) or not value.endswith(parts[-1]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = value.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return at <= len(value) - len(parts[-1])


def _respelled(text: str, column: CatalogColumn, hits: Sequence[ValueHit]) -> str | None:
    folded = {v.casefold(): v for v in column.values}
    for value, others in column.value_synonyms.items():
        for other in others:
            folded.setdefault(other.casefold(), value)
    if text.casefold() in folded:
        return folded[text.casefold()]
    for hit in hits:
        same_words = hit.phrase.casefold() in text.casefold() or text.casefold() in hit.phrase.casefold()
        if hit.column.casefold() == column.name.casefold() and same_words and hit.value in column.values:
            return hit.value
    close = difflib.get_close_matches(text.casefold(), folded, n=1, cutoff=0.8)
    return folded[close[0]] if close else None


def _elsewhere(
    text: str, alias: str, tables: dict[str, CatalogTable], hits: Sequence[ValueHit]
) -> tuple[str, str, str] | None:
    """The one column of the query's tables that holds the value; the same table's first."""
    order = sorted(tables.items(), key=lambda item: item[0].casefold() != alias.casefold())
    for name, table in order:
        found = [(c.name, v) for c in table.columns if (v := _respelled_exactly(text, c)) is not None]
        if len(found) == 1:
            return name, *found[0]
        for hit in hits:
            if hit.phrase.casefold() == text.casefold() and (column := table.column(hit.column)):
                return name, column.name, hit.value
    return None


def _respelled_exactly(text: str, column: CatalogColumn) -> str | None:
    folded = text.casefold()
    for value in column.values:
        if value.casefold() == folded:
            return value
    for value, others in column.value_synonyms.items():
        if any(o.casefold() == folded for o in others):
            return value
    return None


def _replace(literal: exp.Literal, value: str) -> None:
    parent = literal.parent
    new = exp.Literal.string(value)
    if isinstance(parent, (exp.Like, exp.ILike)):
        parent.replace(exp.EQ(this=parent.this, expression=new))
        return
    if parent is not None and isinstance(parent.this, (exp.Lower, exp.Upper)):
        parent.set("this", parent.this.this)
    literal.replace(new)
