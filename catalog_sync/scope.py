"""The catalogue as the policy of the read-only door."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from backends.warehouse.base import Scope, TableName, TableScope
from catalog_sync.lazy import Lazy
from catalog_sync.model import Catalog, CatalogTable


def scope(catalog: Catalog) -> Scope:
    """What a cleared catalogue names may be read; values of PII columns must not come out."""
    in_the_making = isinstance(catalog.tables, Lazy) and catalog.tables.directory is None
    return ScopeInTheMaking(catalog) if in_the_making else CatalogScope(catalog)


class CatalogScope(Scope):
    """Table by table, when it is asked for."""

    def __init__(self, catalog: Catalog) -> None:
        object.__setattr__(self, "_catalog", catalog)

    _catalog: Catalog
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __len__(self) -> int:
        return len(self._catalog.tables)

    def called(self, name: str) -> Sequence[TableName]:
        return self._catalog.directory.bare(name)

    def first(self, most: int) -> Sequence[str]:
        return self._catalog.directory.first(most)

    def table(self, name: TableName) -> TableScope | None:
        found = self._catalog.table(name)
        return _scope(found) if found else None


class ScopeInTheMaking(CatalogScope):
    """Of a sync, which has no directory yet: all names are kept."""

    def called(self, name: str) -> Sequence[TableName]:
        return self._called.get(name.casefold(), ())

    def first(self, most: int) -> Sequence[str]:
        return sorted(map(str, self._catalog.names()))[:most]

    @cached_property
    def _called(self) -> dict[str, list[TableName]]:
        found: dict[str, list[TableName]] = {}
        for name in self._catalog.names():
            found.setdefault(name.name.casefold(), []).append(name)
        return found


def _scope(table: CatalogTable) -> TableScope:
    return TableScope(
        name=table.name,
        columns={column.name: column.type for column in table.columns},
        hidden=frozenset(column.name for column in table.columns if column.pii),
    )
