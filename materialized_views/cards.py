"""What a question view promises, in a few lines for prompts and people."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView

_VALUES = 10


def card(table: CatalogTable) -> str:
    """English, a line a fact, stable for equal tables. Raises ValueError for a table that is no question view."""
    if table.view is None:
        raise ValueError(f"{table.name} is no question view")
    return "\n".join(_lines(table, table.view))


def _lines(table: CatalogTable, view: QuestionView) -> Iterator[str]:
    description = " ".join(table.description.split())
    yield f"{table.name.name}: {description}" if description else table.name.name
    yield f"one row for each {', '.join(view.grain)}"
    if view.time_column:
        yield f"time: {_time(table, view.time_column)}"
    dimensions = [c for c in table.columns if c.name not in view.measures and c.name != view.time_column]
    if dimensions:
        yield "dimensions: " + "; ".join(_dimension(column) for column in dimensions)
    for name, formula in view.measures.items():
        yield f"measure {_measure(table, view, name, formula)}"
    if view.base_tables:
        yield f"made from {', '.join(base.name for base in view.base_tables)}"
    if view.freshness:
        yield f"freshness: {view.freshness}"


def _time(table: CatalogTable, name: str) -> str:
    column = table.column(name)
    if column is None:
        return name
    reach = f", from {column.min_value} to {column.max_value}" if column.max_value else ""
    return f"{name} {column.type}".rstrip() + reach


def _dimension(column: CatalogColumn) -> str:
    text = f"{column.name} {column.type}".rstrip()
    if not column.values:
        return text
    more = ", ..." if len(column.values) > _VALUES or not column.values_exact else ""
    return f"{text} ({', '.join(column.values[:_VALUES])}{more})"


def _measure(table: CatalogTable, view: QuestionView, name: str, formula: str) -> str:
    column = table.column(name)
    head = f"{name} {column.type if column else ''}".rstrip() + (f" = {formula}" if formula else "")
    if name in view.additive:
        return f"{head}; over several rows: sum({name})"
    return f"{head}; not additive: only as it stands, for exactly one {', '.join(view.grain)}"
