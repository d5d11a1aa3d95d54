"""The catalogue as the policy of the read-only door."""

from __future__ import annotations

from collections.abc import Sequence

from backends.warehouse.base import Scope, TableName, TableScope
from catalog_sync.lazy import Lazy
from catalog_sync.model import Catalog, CatalogTable


def scope(catalog: Catalog) -> Scope:
    """What a cleared catalogue names may be read; values of PII columns must not come out."""
    if isinstance(catalog.tables, Lazy):
        return LazyScope(catalog)
    return Scope(tuple(_scope(table) for table in catalog))


class LazyScope(Scope):
    """Of a catalogue whose tables are read one by one: so are their scopes."""

    def __init__(self, catalog: Catalog) -> None:
        object.__setattr__(self, "_catalog", catalog)
        object.__setattr__(self, "tables", ())

    _catalog: Catalog
    __eq__ = object.__eq__  # two of them have nothing to compare but what is on disk
    __hash__ = object.__hash__

    def names(self) -> Sequence[TableName]:
        return self._catalog.names()

    def table(self, name: TableName) -> TableScope | None:
        found = self._catalog.table(name)
        return _scope(found) if found else None


def _scope(table: CatalogTable) -> TableScope:
    return TableScope(
        name=table.name,
        columns={column.name: column.type for column in table.columns},
        hidden=frozenset(column.name for column in table.columns if column.pii),
    )
