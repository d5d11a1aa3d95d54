"""How the published systems write a schema. Each layout is a function of what was linked: slices, cells, values.

Only columns that a slice holds are written, and only keys between tables that are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from catalog_sync.documents import words
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey
from plugin.generator.ask import Ask, TableSlice
from plugin.generator.compose.layout import short_type

MAX_CELL_CHARS = 40


def columns(part: TableSlice) -> list[CatalogColumn]:
    return [c for c in part.table.columns if c.name in part.columns]


def cells(ask: Ask, table: CatalogTable, column: str) -> tuple[str, ...]:
    return tuple(c[:MAX_CELL_CHARS] for c in ask.cells.get((str(table.name), column), ()))


def matched(ask: Ask, table: CatalogTable, column: str, most: int = 25) -> tuple[str, ...]:
    """The values of a column that the question names."""
    return tuple(v.value for v in ask.values if v.table == str(table.name) and v.column == column)[:most]


def keys(slices: Sequence[TableSlice]) -> Iterator[tuple[CatalogTable, ForeignKey]]:
    shown = {part.table.name for part in slices}
    for part in slices:
        yield from ((part.table, key) for key in part.table.foreign_keys if key.to_table in shown)


def joins(slices: Sequence[TableSlice]) -> list[str]:
    """`a.x = b.y`, a line for each column of a key."""
    return [
        f"{name(table.name.name)}.{name(own)} = {name(key.to_table.name)}.{name(other)}"
        for table, key in keys(slices)
        for own, other in zip(key.columns, key.to_columns, strict=True)
    ]


def name(text: str) -> str:
    """Quoted where it is no plain word."""
    return text if text.isidentifier() else f'"{text}"'


def codes(ask: Ask) -> str:
    """CodeS: a line a table, each column with type, key, comment and two cells; keys; matched contents."""
    lines = ["database schema :"]
    for part in ask.slices:
        written = " , ".join(_codes_column(ask, part.table, column) for column in columns(part))
        lines.append(f"table {name(part.table.name.name)} , columns = [ {written} ]")
    found = [
        f"{name(part.table.name.name)}.{name(column)} ( {' , '.join(values)} )"
        for part in ask.slices
        for column in part.columns
        if (values := matched(ask, part.table, column))
    ]
    lines += ["foreign keys :", *(joins(ask.slices) or ["None"]), "matched contents :", *(found or ["None"])]
    return "\n".join(lines)


def _codes_column(ask: Ask, table: CatalogTable, column: CatalogColumn) -> str:
    said = [short_type(column.type).lower() or "text"]
    said += ["primary key"] if column.name in table.primary_key else []
    if column.description and column.description.casefold() != words(column.name):
        said.append(f"comment : {column.description[:80]}")
    shown = cells(ask, table, column.name)
    said += [f"values : {' , '.join(shown)}"] if shown else []
    return f"{name(table.name.name)}.{name(column.name)} ( {' | '.join(said)} )"


def references(ask: Ask) -> str:
    """PET-SQL: table(columns); the first cells of each column; key references."""
    tables = [f"# {name(p.table.name.name)}({', '.join(map(name, p.columns))})" for p in ask.slices]
    contents = []
    for part in ask.slices:
        shown = [f"{name(c)}[{', '.join(cells(ask, part.table, c))}]" for c in part.columns]
        contents.append(f"# {name(part.table.name.name)}({', '.join(shown)})")
    linked = [
        f"# {name(table.name.name)}({', '.join(map(name, key.columns))}) references "
        f"{name(key.to_table.name)}({', '.join(map(name, key.to_columns))})"
        for table, key in keys(ask.slices)
    ]
    blocks = ["### Tables and their columns", *tables]
    blocks += ["### First cells of each column", *contents] if ask.cells else []
    blocks += ["### Keys to join by", *linked] if linked else []
    return "\n".join(blocks)


def number_sign(ask: Ask) -> str:
    """C3 and DBCopilot: # table ( column ( "value" ), ... ), then the joins."""
    lines = []
    for part in ask.slices:
        written = [_with_values(c, matched(ask, part.table, c, most=2)) for c in part.columns]
        lines.append(f"# {name(part.table.name.name)} ( {', '.join(written)} )")
    return "\n".join([*lines, *(f"# {join}" for join in joins(ask.slices))])


def _with_values(column: str, values: tuple[str, ...]) -> str:
    return name(column) + (" ( " + ", ".join(f'"{v}"' for v in values) + " )" if values else "")


def code(ask: Ask) -> str:
    """DAIL-SQL and BIRD: CREATE TABLE statements with their keys, nothing else."""
    return "\n\n".join(_created(part, ask.slices) for part in ask.slices)


def _created(part: TableSlice, slices: Sequence[TableSlice]) -> str:
    table = part.table
    lines = [f"{name(c.name)} {short_type(c.type).lower()}".rstrip() for c in columns(part)]
    if table.primary_key and set(table.primary_key) <= set(part.columns):
        lines.append(f"primary key ({', '.join(map(name, table.primary_key))})")
    lines += [
        f"foreign key ({', '.join(map(name, key.columns))}) references "
        f"{name(key.to_table.name)}({', '.join(map(name, key.to_columns))})"
        for owner, key in keys(slices)
        if owner.name == table.name
    ]
    return f"create table {name(table.name.name)} (\n" + ",\n".join(f"  {line}" for line in lines) + "\n)"


def listed(ask: Ask) -> str:
    """DIN-SQL: Table t, columns = [*, a, b]; the keys as lists."""
    lines = [
        f"Table {name(p.table.name.name)}, columns = [{', '.join(['*', *map(name, p.columns)])}]" for p in ask.slices
    ]
    primary = [f"{name(p.table.name.name)}.{name(c)}" for p in ask.slices for c in p.table.primary_key]
    lines.append(f"Foreign_keys = [{', '.join(joins(ask.slices))}]")
    return "\n".join([*lines, f"Primary_keys = [{', '.join(primary)}]"])


def bracket(ask: Ask) -> str:
    """MAC-SQL: a bracket a table; each column with its readable name and example values; keys apart."""
    lines = []
    for part in ask.slices:
        lines += [f"# Table: {name(part.table.name.name)}", "["]
        for column in columns(part):
            said = [words(column.name) + "."]
            said += [f"{column.description[:80].rstrip('.')}."] if column.description else []
            shown = cells(ask, part.table, column.name)
            said += [f"Value examples: [{', '.join(map(repr, shown))}]."] if shown else []
            lines.append(f"  ({name(column.name)}, {' '.join(said)}),")
        lines.append("]")
    return "\n".join([*lines, "# Foreign keys", *(joins(ask.slices) or ["None"])])


def json_tables(ask: Ask) -> str:
    """Pinterest: the metastore's record of each table; values of columns that have few."""
    return json.dumps([_record(ask, part) for part in ask.slices], ensure_ascii=False, indent=1)


def _record(ask: Ask, part: TableSlice) -> dict[str, object]:
    made = []
    for column in columns(part):
        entry: dict[str, object] = {"name": column.name, "type": short_type(column.type)}
        if column.description:
            entry["description"] = column.description
        if column.values_exact and column.values:
            entry["values"] = list(column.values[:20])
        made.append(entry)
    shown = {p.table.name for p in ask.slices}
    linked = [k for k in part.table.foreign_keys if k.to_table in shown]
    return {
        "table": part.table.name.name,
        "description": part.table.description,
        "columns": made,
        **({"references": [f"{', '.join(k.columns)} -> {k.to_table.name}.{', '.join(k.to_columns)}" for k in linked]}
           if linked else {}),
    }  # fmt: skip


LAYOUTS: Mapping[str, Callable[[Ask], str]] = {
    "codes": codes,
    "references": references,
    "number-sign": number_sign,
    "code": code,
    "listed": listed,
    "bracket": bracket,
    "json": json_tables,
}
