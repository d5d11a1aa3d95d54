"""Two catalogues of the same tables as one: a pure function, but that a long result stands on a shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backends.warehouse.base import TableName
from catalog_sync.lazy import Lazy
from catalog_sync.matching import Matches, match
from catalog_sync.model import Catalog, CatalogTable, Metric
from catalog_sync.one_record import OPENMETADATA, Conflict, OneRecord, checked
from catalog_sync.shelf import Shelf


@dataclass(frozen=True)
class Reconciled:
    catalog: Catalog
    conflicts: tuple[Conflict, ...]


def reconcile(
    dbt: Catalog, other: Catalog, precedence: Mapping[str, str] | None = None, name: str = OPENMETADATA
) -> Reconciled:
    """`name` is the other's; `precedence` overrides `PRECEDENCE` field by field. Raises PrecedenceUnknown."""
    found = match(other.names(), set(dbt.names()))
    merge = OneRecord(checked(precedence or {}, name), name)
    twins: dict[TableName, list[TableName]] = {}
    for written in other.names():
        twins.setdefault(found.pairs.get(written, written), []).append(written)
    unclear = _unclear(other, found, twins)
    tables = _merged(dbt, other, found, merge, twins, unclear)
    notes = [_note(unsure, fits) for unsure, fits in unclear.items()]
    catalog = replace(
        dbt,
        dialect=dbt.dialect or other.dialect,
        tables=Shelf.of(tables) if isinstance(other.tables, Lazy) else tuple(tables),
        terms=other.terms,
        metrics=_both(dbt.metrics, other.metrics),
        notes=(*dbt.notes, *other.notes, *notes),
    )
    return Reconciled(catalog, tuple(merge.conflicts))


def _both(ours: tuple[Metric, ...], others: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """dbt computes a metric, so its definition is the one that counts."""
    known = {name.casefold() for metric in ours for name in (metric.name, *metric.synonyms)}
    new = (m for m in others if not known & {name.casefold() for name in (m.name, *m.synonyms)})
    return (*ours, *new)


def _merged(
    dbt: Catalog,
    other: Catalog,
    found: Matches,
    merge: OneRecord,
    twins: dict[TableName, list[TableName]],
    unclear: Mapping[TableName, list[CatalogTable]],
) -> Iterator[CatalogTable]:
    """dbt's tables in their order, then what only the other has."""
    left = dict(twins)
    for table in dbt:
        names = left.pop(table.name, [])
        fits = _found(other, names, found) if table.name not in unclear else []
        marks = unclear.get(table.name, [])
        yield merge.table(table, fits[0]) if fits else _with_marks(table, marks, merge.name) if marks else table
    for names in left.values():
        yield from _found(other, names, found)


def _found(other: Catalog, names: Sequence[TableName], found: Matches) -> list[CatalogTable]:
    return [_renamed(table, found) for name in names if (table := other.table(name)) is not None]


def _unclear(
    other: Catalog, found: Matches, twins: Mapping[TableName, list[TableName]]
) -> dict[TableName, list[CatalogTable]]:
    """dbt's tables of which nobody can say what they are there, each with all that they may be."""
    unclear = {name: _found(other, fits, found) for name, fits in twins.items() if len(fits) > 1}
    for name, candidates in found.ambiguous.items():
        for candidate in candidates:
            unclear.setdefault(candidate, []).extend(_found(other, [name], found))
    return unclear


def _renamed(table: CatalogTable, found: Matches) -> CatalogTable:
    """In dbt's spelling, the names that a table refers to too."""

    def name(written: TableName) -> TableName:
        return found.pairs.get(written, written)

    return replace(
        table,
        name=name(table.name),
        upstream=tuple(name(parent) for parent in table.upstream),
        foreign_keys=tuple(replace(key, to_table=name(key.to_table)) for key in table.foreign_keys),
        joins=tuple(replace(join, to_table=name(join.to_table)) for join in table.joins),
    )


def _with_marks(table: CatalogTable, candidates: Sequence[CatalogTable], source: str) -> CatalogTable:
    """Nobody can say which of them it is; what any of them calls PII is treated so."""
    marked = {c.name.casefold(): c for fit in candidates for c in fit.columns if c.pii}
    columns = tuple(
        replace(c, pii=True, provenance={**c.provenance, "pii": source}) if c.name.casefold() in marked else c
        for c in table.columns
    )
    return replace(table, columns=columns, tags_known=table.tags_known and all(fit.tags_known for fit in candidates))


def _note(name: TableName, candidates: Sequence[CatalogTable]) -> str:
    several = ", ".join(sorted(candidate.unique_id for candidate in candidates))
    return f"{name} can't be told apart from others: it is not put together with {several}"


@dataclass(frozen=True)
class ReconciledSource:
    """A `CatalogSource` over two others; `name` is that of the second."""

    dbt: Callable[[], Catalog]
    other: Callable[[], Catalog]
    precedence: Mapping[str, str] = field(default_factory=dict)
    name: str = OPENMETADATA

    @property
    def id(self) -> str:
        return f"dbt+{self.name}"

    def read(self) -> Catalog:
        return self.reconciled().catalog

    def reconciled(self) -> Reconciled:
        checked(self.precedence, self.name)
        return reconcile(self.dbt(), self.other(), self.precedence, self.name)
