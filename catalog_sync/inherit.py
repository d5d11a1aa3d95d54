"""What a column does not say of itself, the column of the same name says from which it was most likely made.

The nearest tables upstream that have such a column speak; where they disagree nothing is taken. A measure is made
anew, so it takes nothing. The provenance names the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable

_FIELDS = ("description", "synonyms", "value_synonyms")


def with_inherited(catalog: Catalog, wanted: Collection[TableName]) -> Catalog:
    """Fills descriptions, synonyms and synonyms of values in the wanted tables."""
    return catalog.mapped(lambda table: _table(table, catalog) if table.name in wanted else table)


def _table(table: CatalogTable, catalog: Catalog) -> CatalogTable:
    generations = list(_generations(table, catalog))
    measures = table.view.measures if table.view else {}
    return replace(
        table,
        columns=tuple(c if c.name in measures else _column(c, generations) for c in table.columns),
    )


def _column(column: CatalogColumn, generations: list[list[CatalogTable]]) -> CatalogColumn:
    for name in _FIELDS:
        if not getattr(column, name):
            column = _filled(column, name, generations)
    return column


def _filled(column: CatalogColumn, name: str, generations: list[list[CatalogTable]]) -> CatalogColumn:
    for tables in generations:
        found = [(t, getattr(twin, name)) for t in tables if (twin := t.column(column.name)) is not None]
        said = [(table, value) for table, value in found if value]
        if not said:
            continue
        table, value = said[0]
        if any(other != value for _, other in said):
            return column
        provenance = {**column.provenance, name: f"upstream:{table.name}"}
        return replace(column, **{name: value, "provenance": provenance})
    return column


def _generations(table: CatalogTable, catalog: Catalog) -> Iterator[list[CatalogTable]]:
    """Parents, then their parents, and so on; each table once."""
    seen, step = {table.name}, list(table.upstream)
    while step:
        names = [name for name in dict.fromkeys(step) if name not in seen]
        seen.update(names)
        tables = [found for name in names if (found := catalog.table(name)) is not None]
        if tables:
            yield tables
        step = [parent for found in tables for parent in found.upstream]
