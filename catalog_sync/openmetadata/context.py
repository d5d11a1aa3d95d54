"""The AI context of a table, as servers since 2.x give it: in one answer what else takes two, and what people wrote
about it in articles, metrics and terms. Read as raw JSON: what is not known is passed over, what is not there is
empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable
from catalog_sync.openmetadata import columns as cols
from catalog_sync.openmetadata.columns import Glossary, Row
from catalog_sync.openmetadata.names import table_fqn
from catalog_sync.pii import masked
from catalog_sync.texts import plain_text

_KINDS = ("metrics", "articles", "glossaryTerms")
_MOST, _LONGEST = 10, 300


def with_context(table: CatalogTable, found: Row, databases: Mapping[str, str]) -> CatalogTable:
    """With its values, tables upstream and what was written about it."""
    columns = {column.name.casefold(): column for column in _profiled(table, found.get("observability") or {})}
    return replace(
        table,
        columns=tuple(cols.with_values_of(c, columns.get(c.name.casefold())) for c in table.columns),
        upstream=tuple(dict.fromkeys((*table.upstream, *_upstream(table, found, databases)))),
        knowledge=tuple(dict.fromkeys(_knowledge(found)))[:_MOST],
    )


def _profiled(table: CatalogTable, seen: Row) -> Any:
    """By the rules of a profile: the whole domain only if every row was looked at and nothing was folded."""
    types = {column.name.casefold(): column.type for column in table.columns}
    rows = [
        {"name": profile["name"], "dataTypeDisplay": types.get(str(profile["name"]).casefold(), ""), "profile": profile}
        for profile in seen.get("columnProfiles") or []
        if isinstance(profile, Mapping) and profile.get("name")
    ]
    whole = {"columns": rows, "profile": seen}
    return cols.columns(whole, Glossary(), pii_by_default=table.pii_by_default)


def _upstream(table: CatalogTable, found: Row, databases: Mapping[str, str]) -> Iterator[TableName]:
    for fqn in found.get("upstream") or []:
        name = table_fqn(str(fqn), databases)
        if name and name.table != table.name:
            yield name.table


def _knowledge(found: Row) -> Iterator[str]:
    """What is stale is left out: it may not be true of the table any more."""
    for item in (item for kind in _KINDS for item in found.get(kind) or []):
        if not isinstance(item, Mapping) or item.get("stale"):
            continue
        name = plain_text(item.get("displayName") or item.get("name"))
        says = " ".join(masked(plain_text(item.get("content"))).split())[:_LONGEST]
        if name:
            yield f"{name}: {says}" if says else name
