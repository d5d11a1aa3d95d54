"""C12: the view that stands in the warehouse is the one that was read, fresh enough, trusted, and as restricted as its
base (P31, P39 to P41)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog_sync.model import CatalogTable
from materialized_views.blocks import Check, Facts, Refused
from materialized_views.matching.view import View


@dataclass(frozen=True)
class Standing:
    """What the registry says of a deployed view. `complete_until` is the watermark that was read before its build;
    `verified` is False after a mismatch."""

    definition: str
    complete_until: datetime | None = None
    verified: bool = True
    rows: int | None = None


def check(view: View, facts: Facts, standing: Standing | None, needed_until: datetime | None) -> None:
    """Without a registry (`standing` is None) the view counts as built by the last dbt run."""
    if standing is not None:
        if standing.definition != view.definition:
            raise Refused(Check.SCOPE, "definition", f"{view.name} was built from another definition")
        if not standing.verified:
            raise Refused(Check.SCOPE, "quarantined", f"{view.name} did not equal its base when it was last compared")
    until = standing.complete_until if standing is not None else None
    if needed_until is not None and (until is None or until < needed_until):
        raise Refused(Check.SCOPE, "stale", f"{view.name} is complete until {until or 'nobody knows when'}")
    own = row_policy(facts.table(view.name))
    for table in view.block.tables:
        if row_policy(facts.table(table.name)) != own:
            raise Refused(Check.SCOPE, "row_policy", f"{table.name} shows other rows to other people than {view.name}")


def row_policy(table: CatalogTable) -> Any:
    """`meta.dbt_ask.row_policy` names the row-level policy that the warehouse applies."""
    ours = table.meta.get("dbt_ask") or {}
    return ours.get("row_policy") if isinstance(ours, Mapping) else None
