"""The catalogue as the policy of the read-only door."""

from __future__ import annotations

from backends.warehouse.base import Scope, TableScope
from catalog_sync.model import Catalog


def scope(catalog: Catalog) -> Scope:
    """What a cleared catalogue names may be read; values of PII columns must not come out."""
    return Scope(
        tuple(
            TableScope(
                name=table.name,
                columns={column.name: column.type for column in table.columns},
                hidden=frozenset(column.name for column in table.columns if column.pii),
            )
            for table in catalog
        )
    )
