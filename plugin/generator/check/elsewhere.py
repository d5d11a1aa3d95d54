"""A statement whose tables lack what it names, told of the tables that have it."""

from __future__ import annotations

from sqlglot import exp

from catalog_sync.model import CatalogTable
from plugin.generator.check.repairs.names import Repair
from plugin.generator.check.schema import Schema

_TRIED = 3


def retold(tree: exp.Expression, schema: Schema) -> tuple[exp.Select, Repair] | None:
    """The SELECT from the table that has the most of its columns, shown ones first, and those that keys lead to; None
    where something would be missing still."""
    if not isinstance(tree, exp.Select) or len(list(tree.find_all(exp.Select))) > 1 or tree.args.get("with_"):
        return None
    outputs = {s.alias.casefold() for s in tree.selects if isinstance(s, exp.Alias)}
    needed = {c.name for c in tree.find_all(exp.Column) if isinstance(c.this, exp.Identifier)}
    needed -= {n for n in needed if n.casefold() in outputs}
    held = sorted(schema.tables, key=lambda table: -_held(table, needed))[:_TRIED]
    for table in held:
        if 2 * _held(table, needed) < len(needed) or not needed:
            break
        told = _from(tree.copy(), table)
        names = Repair(schema)
        names.run(told)
        if not names.missing:
            names.notes.insert(0, f"told of {table.name.name}, which has what the tables of the query lack")
            return told, names
    return None


def _held(table: CatalogTable, needed: set[str]) -> int:
    return sum(table.column(name) is not None for name in needed)


def _from(select: exp.Select, table: CatalogTable) -> exp.Select:
    schema = exp.to_identifier(table.name.schema) if table.name.schema else None
    node = exp.Table(this=exp.to_identifier(table.name.name), db=schema)
    select.set("from_", exp.From(this=node))
    select.set("joins", [])
    for column in select.find_all(exp.Column):
        column.set("table", None)
    return select
