"""Tables that are not all in memory: what a catalogue of a hundred thousand is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from backends.warehouse.base import TableName
    from catalog_sync.directory import Directory
    from catalog_sync.model import CatalogTable


class Lazy(Sequence["CatalogTable"]):
    """A sequence of tables that are read one by one, and found by name without reading the others; where there is a
    `directory`, by more than the name."""

    directory: Directory | None = None

    def __iter__(self) -> Iterator[CatalogTable]:
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> CatalogTable: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[CatalogTable]: ...
    def __getitem__(self, at: int | slice) -> CatalogTable | Sequence[CatalogTable]:
        names = self.names()
        if isinstance(at, slice):
            return tuple(table for name in names[at] if (table := self.named(name)))
        table = self.named(names[at])
        if table is None:
            raise IndexError(at)
        return table

    def __eq__(self, other: object) -> bool:
        """As tuples are: table by table."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=False))

    __hash__ = None  # type: ignore[assignment]

    def named(self, name: TableName) -> CatalogTable | None:
        raise NotImplementedError

    def names(self) -> list[TableName]:
        raise NotImplementedError


class Mapped(Lazy):
    """Other tables, each changed when it is read. `names` says what they are called now, and of which of them it is
    made; without it all keep their names."""

    def __init__(
        self,
        tables: Sequence[CatalogTable],
        change: Callable[[CatalogTable], CatalogTable],
        names: Mapping[TableName, TableName] | None = None,
    ) -> None:
        assert isinstance(tables, Lazy)
        self._tables, self._change, self._now = tables, change, names
        self._kept = None if names is None else frozenset(names.values())

    def __iter__(self) -> Iterator[CatalogTable]:
        return (self._change(t) for t in self._tables if self._kept is None or t.name in self._kept)

    def __len__(self) -> int:
        return len(self._tables) if self._now is None else len(self._now)

    def named(self, name: TableName) -> CatalogTable | None:
        before = name if self._now is None else self._now.get(name)
        table = self._tables.named(before) if before is not None else None
        return None if table is None else self._change(table)

    def names(self) -> list[TableName]:
        return self._tables.names() if self._now is None else list(self._now)


class Part(Lazy):
    """Some of the tables, by their names; each may come from elsewhere."""

    def __init__(self, names: Sequence[TableName], find: Callable[[TableName], CatalogTable | None]) -> None:
        self._names, self._find = list(names), find
        self._there = frozenset(names)

    def __iter__(self) -> Iterator[CatalogTable]:
        return (table for name in self._names if (table := self._find(name)) is not None)

    def __len__(self) -> int:
        return len(self._names)

    def named(self, name: TableName) -> CatalogTable | None:
        return self._find(name) if name in self._there else None

    def names(self) -> list[TableName]:
        return list(self._names)


class Within(Lazy):
    """Those that a directory has, of tables that are found by name."""

    def __init__(self, directory: Directory, find: Callable[[TableName], CatalogTable | None]) -> None:
        self.directory: Directory = directory
        self._find = find

    def __iter__(self) -> Iterator[CatalogTable]:
        return (table for name in self.names() if (table := self.named(name)) is not None)

    def __len__(self) -> int:
        return len(self.directory)

    def named(self, name: TableName) -> CatalogTable | None:
        table, domains = self._find(name), self.directory.domains
        return table if table is not None and (domains is None or table.domain in domains) else None

    def names(self) -> list[TableName]:
        return list(self.directory.names())
