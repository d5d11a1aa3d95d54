"""What a source says may not be seen any more goes first: before the warehouse is asked, before anything is built.

Only what the source says in so many words counts here: a table that is there and has lost its tier, a column that
is there and has become PII. What has vanished from the source is left to the guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from backends.vectors.base import VectorIndex
from backends.warehouse.base import TableName
from catalog_sync import store
from catalog_sync.documents import Kind, documents
from catalog_sync.index import COLLECTIONS
from catalog_sync.matching import match
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.policy import narrowed_column
from catalog_sync.sightings import Sightings


@dataclass(frozen=True)
class Revocation:
    """`catalog` is the saved one without what is revoked; `before` and `after` are the tables that lose something,
    as they were and as they are (a table that goes is in `before` alone)."""

    catalog: Catalog
    before: tuple[CatalogTable, ...]
    after: tuple[CatalogTable, ...]


def revoked(saved: Catalog, read: Catalog, cleared: Catalog) -> Revocation:
    """`read` is what the source says, `cleared` what the policy leaves of it, in the source's spelling."""
    pairs = match((table.name for table in saved), {table.name for table in read}).pairs
    tables, before, after = [], [], []
    for table in saved:
        now = _now(table, pairs, cleared)
        if now is not table:
            before.append(table)
            after += [now] if now else []
        tables += [now] if now else []
    return Revocation(saved.with_tables(tuple(tables)), tuple(before), tuple(after))


def typed(read: Catalog, saved: Catalog) -> Catalog:
    """With the warehouse's types where the source has none: whether a name looks personal depends on them."""
    pairs = match((table.name for table in read), {table.name for table in saved}).pairs
    return read.with_tables(tuple(_typed(t, saved.table(pairs[t.name])) if t.name in pairs else t for t in read))


def _typed(table: CatalogTable, known: CatalogTable | None) -> CatalogTable:
    if known is None or all(column.type for column in table.columns):
        return table
    twins = [(column, known.column(column.name)) for column in table.columns]
    columns = (replace(c, type=twin.type) if twin and not c.type else c for c, twin in twins)
    return replace(table, columns=tuple(columns))


def _now(table: CatalogTable, pairs: Mapping[TableName, TableName], cleared: Catalog) -> CatalogTable | None:
    if table.name not in pairs:
        return table
    now = cleared.table(pairs[table.name])
    if now is None:
        return None
    columns = [narrowed_column(c, twin) if (twin := now.column(c.name)) else c for c in table.columns]
    if all(new is old for new, old in zip(columns, table.columns, strict=True)):
        return table
    return replace(table, columns=tuple(columns))


def withdraw(what: Revocation, index: VectorIndex, known: Sightings, path: Path) -> None:
    """The catalogue first, for it decides what can be read; then the index."""
    if not what.before:
        return
    for table in what.before:
        known.forget(table.name)
    store.save(what.catalog, path)
    made = index.stamp()
    if made is None:
        return
    left = {document.id: document.hash for document in documents(what.catalog.with_tables(what.after))}
    gone: dict[Kind, list[str]] = {}
    for document in documents(what.catalog.with_tables(what.before)):
        if left.get(document.id) != document.hash:
            gone.setdefault(document.kind, []).append(document.id)
    index.begin(made)
    for kind, points in gone.items():
        index.delete(COLLECTIONS[kind], points)
    index.flush()
