"""C12: the view that stands in the warehouse is the one that was read, fresh enough, trusted, and as restricted as its
base (P31, P39 to P41)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable
from materialized_views.blocks import Check, Facts, Refused
from materialized_views.matching.view import View


@dataclass(frozen=True)
class Standing:
    """What is known of a deployed view. `complete_until` is the moment before its build at which its tables were looked
    at; `behind` says whether one of them has changed since, None where nobody knows. `verified` is False after a
    mismatch, with `problem`."""

    definition: str
    complete_until: datetime | None = None
    verified: bool = True
    rows: int | None = None
    behind: bool | None = None
    problem: str = ""


def check(view: View, facts: Facts, standing: Standing | None, needed_until: datetime | None) -> None:
    """Without a registry (`standing` is None) the view counts as built by the last dbt run."""
    if standing is not None and standing.definition != view.definition:
        raise Refused(Check.SCOPE, "definition", f"{view.name} was built from another definition")
    check_standing(view.name, standing, needed_until)
    own = row_policy(facts.table(view.name))
    for table in view.block.tables:
        if row_policy(facts.table(table.name)) != own:
            raise Refused(Check.SCOPE, "row_policy", f"{table.name} shows other rows to other people than {view.name}")


def check_standing(name: TableName, standing: Standing | None, needed_until: datetime | None) -> None:
    """Whether it is trusted, and has all that the question wants: `needed_until`, or all that its tables have."""
    if standing is not None and not standing.verified:
        problem = standing.problem or "it did not equal its base when it was last compared"
        raise Refused(Check.SCOPE, "quarantined", f"{name} is out of use: {problem}")
    until, behind = (None, None) if standing is None else (standing.complete_until, standing.behind)
    has_all = until is not None and needed_until is not None and needed_until <= until
    wants_more = needed_until is not None if behind is None else behind
    if wants_more and not has_all:
        raise Refused(Check.SCOPE, "stale", f"{name} is complete until {until or 'nobody knows when'}")


def row_policy(table: CatalogTable) -> Any:
    """`meta.dbt_ask.row_policy` names the row-level policy that the warehouse applies."""
    ours = table.meta.get("dbt_ask") or {}
    return ours.get("row_policy") if isinstance(ours, Mapping) else None
