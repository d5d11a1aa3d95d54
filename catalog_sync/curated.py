"""What people here call tables, columns and values, where the catalogue's own system has no place for it.

Approved words of a dbt project stand in its files. OpenMetadata and DataHub know synonyms of glossary terms alone, so
words for what only they describe are kept beside the catalogue, and laid over each reading of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from backends.warehouse.base import TableName
from catalog_sync.edits import Edit
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.source import CatalogSource

SOURCE = "curation"
FIELDS = ("synonym", "value")


@dataclass(frozen=True)
class CuratedSource:
    """`words` are asked for anew at each reading."""

    source: CatalogSource
    words: Callable[[], Sequence[Edit]]

    @property
    def id(self) -> str:
        return self.source.id

    def read(self) -> Catalog:
        return with_words(self.source.read(), self.words())


def with_words(catalog: Catalog, words: Sequence[Edit]) -> Catalog:
    """A word of a table that is not there, or of which there are several, waits until it is."""
    placed = _placed(catalog.names(), words)
    return catalog.mapped(lambda table: _called(table, placed.get(table.name, ()))) if placed else catalog


def _placed(names: Sequence[TableName], words: Sequence[Edit]) -> Mapping[TableName, Sequence[Edit]]:
    """By the end of a table's name."""
    found: dict[str, list[TableName]] = {edit.table.casefold(): [] for edit in words}
    for name in names:
        parts = str(name).casefold().split(".")
        for start in range(len(parts)):
            if (end := ".".join(parts[start:])) in found:
                found[end].append(name)
    placed: dict[TableName, list[Edit]] = defaultdict(list)
    for edit in words:
        fits = found[edit.table.casefold()]
        if len(fits) == 1:
            placed[fits[0]].append(edit)
    return placed


def _called(table: CatalogTable, words: Sequence[Edit]) -> CatalogTable:
    own = [edit.text for edit in words if edit.field == "synonym" and not edit.column]
    columns = tuple(_column(column, _of(column, words)) for column in table.columns)
    table = table if columns == table.columns else replace(table, columns=columns)
    if not own:
        return table
    provenance = _from_here(table.provenance, "synonyms")
    return replace(table, synonyms=_united(table.synonyms, own), provenance=provenance)


def _of(column: CatalogColumn, words: Sequence[Edit]) -> list[Edit]:
    return [edit for edit in words if edit.column.casefold() == column.name.casefold()]


def _column(column: CatalogColumn, words: Sequence[Edit]) -> CatalogColumn:
    own = [edit.text for edit in words if edit.field == "synonym"]
    if own:
        provenance = _from_here(column.provenance, "synonyms")
        column = replace(column, synonyms=_united(column.synonyms, own), provenance=provenance)
    values = [edit for edit in words if edit.field == "value"]
    if values:
        called = dict(column.value_synonyms)
        for edit in values:
            called[edit.value] = _united(called.get(edit.value, ()), [edit.text])
        provenance = _from_here(column.provenance, "value_synonyms")
        column = replace(column, value_synonyms=called, provenance=provenance)
    return column


def _united(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    known = {word.casefold() for word in old}
    return (*old, *dict.fromkeys(word for word in new if word.casefold() not in known))


def _from_here(provenance: Mapping[str, str], field: str) -> dict[str, str]:
    old = provenance.get(field, "")
    return {**provenance, field: f"{old}+{SOURCE}" if old else SOURCE}
