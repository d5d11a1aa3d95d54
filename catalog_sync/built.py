"""The catalogue as the warehouse has it: the engine's spelling, columns, types and order win over what is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from backends.warehouse.base import ColumnInfo, TableName, Warehouse
from catalog_sync.guessed_keys import Owners, called_as_own, guessed
from catalog_sync.matching import match
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey, QuestionView
from catalog_sync.policy import Decision
from catalog_sync.records import key_of, text_of
from catalog_sync.scratch import Drawer


@dataclass(frozen=True)
class Built:
    """`catalog` still has every table, `kept` those that are really there; `missing` says which are not.
    `spelled` is the source's name -> the warehouse's, `columns` what that said of a table and
    what keys follow from it, as a text."""

    catalog: Catalog
    kept: frozenset[TableName]
    spelled: Mapping[TableName, TableName]
    columns: Callable[[TableName], str]
    missing: tuple[Decision, ...]
    notes: tuple[str, ...]


def as_built(catalog: Catalog, kept: Collection[TableName], warehouse: Warehouse) -> Built:
    """Asks the warehouse for its tables once, and for the columns of the kept ones."""
    names = catalog.names()
    spelled = match(names, warehouse.tables()).pairs
    there, owners = _Columns(), Owners()
    missing: list[Decision] = []
    present: set[TableName] = set()
    notes: list[str] = []
    for table in catalog:
        if table.name not in kept:
            continue
        found = spelled.get(table.name)
        columns = warehouse.columns(found) if found is not None else []
        if columns and found is not None:
            present.add(found)
            there.put(table.name, columns)
            owners.add(found, table, columns)
            notes += _phantoms(table, columns)
        else:
            missing.append(Decision(table.name, "not_built", "not built yet: run dbt build"))

    def built(table: CatalogTable) -> CatalogTable:
        columns = there.get(table.name)
        if not columns:
            return _respelled(table, spelled)
        return guessed(_respelled(_with_columns(table, columns), spelled), owners)

    def told(name: TableName) -> str:
        """With the keys that the columns suggest, which follow from other tables too."""
        now, columns = spelled.get(name, name), there.get(name)
        keys = owners.keys(now, columns, called_as_own(now, columns))
        return there.text(name) + "".join(f"{key.columns}{key.to_table}" for key in keys)

    changed = catalog.mapped(built, {spelled.get(name, name): name for name in names})
    return Built(changed, frozenset(present), spelled, told, tuple(missing), tuple(notes))


class _Columns:
    """What the warehouse said, for the time of a sync."""

    def __init__(self) -> None:
        self._drawer = Drawer()

    def put(self, table: TableName, columns: list[ColumnInfo]) -> None:
        self._drawer.put(key_of(table), text_of([(c.name, c.type, c.nullable) for c in columns]))

    def text(self, table: TableName) -> str:
        return self._drawer.get(key_of(table))

    def get(self, table: TableName) -> list[ColumnInfo]:
        text = self.text(table)
        return [ColumnInfo(*column) for column in json.loads(text)] if text else []


def _phantoms(table: CatalogTable, columns: list[ColumnInfo]) -> list[str]:
    there = {column.name.casefold() for column in columns}
    return [
        f"{table.name} has no column {c.name}, though the project describes it: it is left out"
        for c in table.columns
        if c.name.casefold() not in there
    ]


def _with_columns(table: CatalogTable, columns: list[ColumnInfo]) -> CatalogTable:
    spelled = {column.name.casefold(): column.name for column in columns}

    def there(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(spelled.get(name.casefold(), name) for name in names)

    return replace(
        table,
        columns=tuple(_column(table, column) for column in columns),
        primary_key=there(table.primary_key),
        foreign_keys=tuple(replace(key, columns=there(key.columns)) for key in table.foreign_keys),
    )


def _column(table: CatalogTable, there: ColumnInfo) -> CatalogColumn:
    known = table.column(there.name) or CatalogColumn(there.name, pii=table.pii_by_default)
    provenance = {**known.provenance, "name": "warehouse", "type": "warehouse"}
    nullable = known.nullable and there.nullable
    return replace(known, name=there.name, type=there.type, nullable=nullable, provenance=provenance)


def _respelled(table: CatalogTable, spelled: Mapping[TableName, TableName]) -> CatalogTable:
    def name(written: TableName) -> TableName:
        return spelled.get(written, written)

    def key(written: ForeignKey) -> ForeignKey:
        return replace(written, to_table=name(written.to_table))

    def view(written: QuestionView) -> QuestionView:
        return replace(written, base_tables=tuple(name(base) for base in written.base_tables))

    return replace(
        table,
        name=name(table.name),
        foreign_keys=tuple(key(written) for written in table.foreign_keys),
        upstream=tuple(name(parent) for parent in table.upstream),
        view=view(table.view) if table.view else None,
    )
