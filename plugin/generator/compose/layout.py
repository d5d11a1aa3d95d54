"""How a schema slice is written into a prompt: CREATE TABLE statements with what a person would add as comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backends.vectors.tokens import terms
from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator.ask import TableSlice

MAX_VALUES_SHOWN = 4
MAX_VALUE_CHARS = 30
MAX_DESCRIPTION_CHARS = 60
MAX_TABLE_DESCRIPTION_CHARS = 110
_ADDED_UP = frozenset({"sum", "count", ""})


def ddl(
    slices: Sequence[TableSlice],
    wanted_values: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
    asked: frozenset[str] = frozenset(),
) -> str:
    """`wanted_values`: (table, column) -> values that the question names; these are shown first. `asked`: the terms of
    the question; a column's description is shown where it has one of them that the column's name has not."""
    shown = {s.table.name for s in slices}
    return "\n".join(_create(s, shown, wanted_values or {}, asked) for s in slices)


def _create(
    part: TableSlice,
    shown: set[TableName],
    wanted: Mapping[tuple[str, str], tuple[str, ...]],
    asked: frozenset[str],
) -> str:
    table = part.table
    columns = [c for c in table.columns if c.name in part.columns]
    lines = [
        (
            f"  {_quoted(c.name)} {short_type(c.type)}".rstrip(),
            _comment(table, c, wanted.get((str(table.name), c.name), ()), asked),
        )
        for c in columns
    ]
    keys = [
        f"  FOREIGN KEY ({', '.join(k.columns)}) REFERENCES {k.to_table.name}({', '.join(k.to_columns)})"
        for k in table.foreign_keys
        if k.to_table in shown and k.to_table != table.name
    ]
    rows = [line + ("," if i < len(lines) - 1 or keys else "") + note for i, (line, note) in enumerate(lines)]
    rows += [key + ("," if i < len(keys) - 1 else "") for i, key in enumerate(keys)]
    head = _first_sentence(table.description, MAX_TABLE_DESCRIPTION_CHARS)
    return "\n".join([f"CREATE TABLE {_quoted(table.name.name)} (" + (f" -- {head}" if head else ""), *rows, ");"])


def _comment(table: CatalogTable, column: CatalogColumn, wanted: tuple[str, ...], asked: frozenset[str]) -> str:
    parts = []
    if column.name in table.primary_key and len(table.primary_key) == 1:
        parts.append("primary key")
    how = table.view.measures.get(column.name, "") if table.view else ""
    if how not in _ADDED_UP:
        parts.append(how)
    description = _first_sentence(column.description)
    if description and set(terms(description)) & asked - set(terms(column.name)):
        parts.append(description)
    values = [*wanted, *(v for v in column.values if v not in wanted)]
    values = [v for v in values if len(v) <= MAX_VALUE_CHARS][:MAX_VALUES_SHOWN]
    if values:
        more = ", ..." if len(column.values) > len(values) else ""
        parts.append(", ".join(f"'{v}'" for v in values) + more)
    return f" -- {'; '.join(parts)}" if parts else ""


def _first_sentence(text: str, most: int = MAX_DESCRIPTION_CHARS) -> str:
    flat = " ".join(text.split())
    end = flat.find(". ")
    flat = flat[:end] if end > 0 else flat.rstrip(".")
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"


def short_type(text: str) -> str:
    base = text.split("(")[0].strip().upper()
    return {
        "CHARACTER VARYING": "VARCHAR",
        "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP",
        "DOUBLE PRECISION": "DOUBLE",
    }.get(base, base)


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'
