"""What would change from one catalogue to another, in words that people can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable

_TABLE_FIELDS = ("description", "tier", "certification", "owner", "domain", "kind", "primary_key", "synonyms", "tags")
_COLUMN_FIELDS = ("type", "description", "pii", "withheld", "nullable", "synonyms", "tags")


@dataclass(frozen=True)
class Change:
    """`column` is "" for a table itself; `field` is "" where the whole of it comes or goes."""

    table: TableName
    column: str
    what: Literal["added", "removed", "changed"]
    field: str = ""
    old: str = ""
    new: str = ""

    def attrs(self) -> dict[str, str]:
        """For JSON."""
        shown = {"table": str(self.table), "column": self.column, "what": self.what}
        return {**shown, "field": self.field, "old": self.old, "new": self.new}


def changes(old: Catalog | None, new: Catalog) -> list[Change]:
    """Tables that go come first: they are what people look for. Values are counted, never shown."""
    before, after = old.names() if old else [], new.names()
    found = [Change(name, "", "removed") for name in sorted(set(before) - set(after), key=str)]
    found += [Change(name, "", "added") for name in sorted(set(after) - set(before), key=str)]
    for name in set(before) & set(after):
        was, now = old.table(name) if old else None, new.table(name)
        if was and now and was != now:
            found += _of_table(was, now)
    order = {"removed": 0, "added": 1, "changed": 2}
    return sorted(found, key=lambda c: (bool(c.column or c.field), str(c.table), c.column, order[c.what], c.field))


def _of_table(old: CatalogTable, new: CatalogTable) -> Iterator[Change]:
    for name in _TABLE_FIELDS:
        if getattr(old, name) != getattr(new, name):
            yield Change(new.name, "", "changed", name, _shown(getattr(old, name)), _shown(getattr(new, name)))
    keys = [", ".join(sorted(f"{key.columns} -> {key.to_table}" for key in t.foreign_keys)) for t in (old, new)]
    if keys[0] != keys[1]:
        yield Change(new.name, "", "changed", "foreign_keys", *keys)
    for column in new.columns:
        known = old.column(column.name)
        if known is None:
            yield Change(new.name, column.name, "added")
        else:
            yield from _of_column(new.name, known, column)
    yield from (Change(new.name, c.name, "removed") for c in old.columns if new.column(c.name) is None)


def _of_column(table: TableName, old: CatalogColumn, new: CatalogColumn) -> Iterator[Change]:
    for name in _COLUMN_FIELDS:
        if getattr(old, name) != getattr(new, name):
            yield Change(table, new.name, "changed", name, _shown(getattr(old, name)), _shown(getattr(new, name)))
    if old.values != new.values:
        yield Change(table, new.name, "changed", "values", f"{len(old.values)} values", f"{len(new.values)} values")


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
