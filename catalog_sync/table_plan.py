"""What is to be done to an index, table by table; a long plan waits on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog_sync.documents import Document, Kind, count_of, digest
from catalog_sync.index import CATALOG_KINDS
from catalog_sync.model import Catalog, CatalogTable
from catalog_sync.records import name_of, text_of
from catalog_sync.scratch import Pile


@dataclass(frozen=True)
class Outline:
    """What the documents of a table come to: their digest, and how many there are of each kind."""

    digest: str
    counts: Mapping[Kind, int]

    @classmethod
    def of(cls, table: CatalogTable) -> Outline:
        return cls(digest(table), count_of(table))


@dataclass(frozen=True)
class Touched:
    """A table that is new or not as it was: the ids of the documents to write (None for all of them), and of the
    points to delete. Of a table that is gone the points alone."""

    table: str
    write: frozenset[str] | None = None
    delete: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)

    def told(self) -> str:
        return text_of([self.table, None if self.write is None else sorted(self.write), self.delete])

    @classmethod
    def of(cls, text: str) -> Touched:
        table, write, delete = json.loads(text)
        return cls(table, None if write is None else frozenset(write), delete)


@dataclass
class TablePlan:
    """`carried` are documents of other kinds, which a rebuild must take along. `size`: documents to embed."""

    catalog: Catalog
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    carried: tuple[Document, ...] = ()
    rebuild: str = ""
    size: int = 0
    _touched: Pile = field(default_factory=Pile)

    def touch(self, touched: Touched, size: int) -> None:
        self.size += size
        self._touched.add(touched.told())

    def touched(self) -> Iterator[Touched]:
        return (Touched.of(text) for text in self._touched)

    def deletions(self) -> Iterator[tuple[Kind, str]]:
        """A table's own document first: without it the others are looked for again, should we stop half way."""
        for touched in self.touched():
            for kind in CATALOG_KINDS:
                yield from ((kind, point) for point in touched.delete.get(kind, ()))

    def tables(self) -> Iterator[tuple[CatalogTable, frozenset[str] | None]]:
        """Those of which something is to be written, with the ids."""
        for touched in self.touched():
            table = self.catalog.table(name_of(touched.table)) if touched.write != frozenset() else None
            if table is not None:
                yield table, touched.write
