"""What a source says may not be seen any more goes first: before the warehouse is asked, before anything is built.

Only what the source says in so many words counts here: a table that is there and has lost its tier, a column that
is there and has become PII. What has vanished from the source is left to the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from backends.vectors.base import VectorIndex
from backends.warehouse.base import TableName
from catalog_sync.documents import Kind, documents_of
from catalog_sync.index import COLLECTIONS
from catalog_sync.matching import match
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.policy import narrowed, narrowed_column
from catalog_sync.records import hash_of, name_of, record_of, table_of
from catalog_sync.shelf import Shelf
from catalog_sync.sightings import Sightings
from catalog_sync.store import Store

_DELETES = 1024


@dataclass(frozen=True)
class Revocation:
    """`saved` is the catalogue as it was; `before` and `after` are the tables that lose something, as they were and as
    they are (a table that goes is in `before` alone)."""

    saved: Catalog
    before: Shelf
    after: Shelf

    @property
    def catalog(self) -> Catalog:
        """The saved one without what is revoked."""
        gone = set(self.before.names()) - set(self.after.names())
        left = {name: name for name in self.saved.names() if name not in gone}
        return self.saved.mapped(lambda table: self.after.named(table.name) or table, left)


def revoked(
    saved: Catalog,
    read: Catalog,
    cleared: Catalog,
    unchanged: Callable[[TableName, TableName], bool] = lambda _saved, _read: False,
) -> Revocation:
    """`read` is what the source says, `cleared` what the policy leaves of it, in the source's spelling. Of tables that
    are kept and `unchanged` (by the saved and the source's name) nothing is revoked."""
    pairs = match(saved.names(), set(read.names())).pairs
    kept = set(cleared.names())
    before, after = Shelf.of(), Shelf.of()
    for name in saved.names():
        if name in pairs and pairs[name] in kept and unchanged(name, pairs[name]):
            continue
        table = saved.table(name)
        now = _now(table, pairs, cleared) if table else None
        if table is not None and now is not table:
            before.extend([table])
            after.extend([now] if now else [])
    return Revocation(saved, before, after)


def typed(read: Catalog, saved: Catalog) -> Catalog:
    """With the warehouse's types where the source has none: whether a name looks personal depends on them."""
    pairs = match(read.names(), set(saved.names())).pairs

    def typed_one(table: CatalogTable) -> CatalogTable:
        if table.name not in pairs or all(column.type for column in table.columns):
            return table
        return _typed(table, saved.table(pairs[table.name]))

    return read.mapped(typed_one)


def _typed(table: CatalogTable, known: CatalogTable | None) -> CatalogTable:
    if known is None:
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


def withdraw(what: Revocation, index: VectorIndex, known: Sightings, store: Store) -> None:
    """The catalogue and its values first, for it decides what can be read; then the index."""
    if not len(what.before):
        return
    with store.change():
        for key, _ in what.before.hashes():
            known.forget(name_of(key))
        left = set()
        for key, found, record in what.after.rows():
            left.add(key)
            store.put_record(key, found, record)
        store.remove(key for key, _ in what.before.hashes() if key not in left)
    made = index.stamp()
    if made is None:
        return
    index.begin(made)
    gone: dict[Kind, list[str]] = {}
    for kind, point in _points(what):
        gone.setdefault(kind, []).append(point)
        if len(gone[kind]) >= _DELETES:
            index.delete(COLLECTIONS[kind], gone.pop(kind))
    for kind, points in gone.items():
        index.delete(COLLECTIONS[kind], points)
    index.flush()


def narrow(store: Store, allowed: Catalog, hashes: Mapping[str, str]) -> None:
    """The saved catalogue without what `allowed` has no more; `hashes` are those of its records. Within a change of
    the store."""
    now, gone = hashes, []
    for key, found, record in store.shelf.rows():
        if key not in now:
            gone.append(key)
        elif now[key] != found:
            old, new = table_of(record), allowed.table(name_of(key))
            left = narrowed(old, new) if new else old
            if left != old:
                text = record_of(left)
                store.put_record(key, hash_of(text), text)
    store.remove(gone)


def _points(what: Revocation) -> Iterator[tuple[Kind, str]]:
    """Of the tables that lose something: what is not in the index any more as it was."""
    project = what.saved.project
    for table in what.before:
        now = what.after.named(table.name)
        left = {document.id: document.hash for document in documents_of(project, now)} if now else {}
        for document in documents_of(project, table):
            if left.get(document.id) != document.hash:
                yield document.kind, document.id
