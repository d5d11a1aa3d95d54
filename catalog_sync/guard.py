"""What must not happen to an index by accident: that a source or a warehouse which lost its tables empties it.

A policy that lets nothing through is a decision; a table that is simply not there any more may be a failure of
whoever was asked. A few may go; many at once change nothing until somebody says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from backends.warehouse.base import TableName
from catalog_sync.errors import NothingToSync, TooManyGone
from catalog_sync.matching import match
from catalog_sync.model import Catalog
from catalog_sync.policy import Decision

_FORCE = "if that is right:  dbt-ask sync --force"


@dataclass(frozen=True)
class Guard:
    """Up to `few` tables may vanish, or up to `share` of the known ones."""

    few: int = 10
    share: float = 0.2


def check(
    guard: Guard, saved: Catalog | None, read: Catalog, catalog: Catalog, decisions: Collection[Decision]
) -> None:
    """`catalog` is what would be saved. Raises NothingToSync, TooManyGone."""
    not_built = [decision.table for decision in decisions if decision.reason == "not_built"]
    if not len(catalog.tables):
        _check_not_empty(read, not_built)
    if saved is None:
        return
    gone = _gone(saved, read, not_built)
    if len(gone) > max(guard.few, guard.share * len(saved.tables)):
        raise TooManyGone(
            f"{len(gone)} of {len(saved.tables)} tables are not there any more ({gone[0]}, ...); nothing was deleted",
            hint=f"look whether the source and the warehouse are whole; {_FORCE}",
        )


def _check_not_empty(read: Catalog, not_built: list[TableName]) -> None:
    if not len(read.tables):
        raise NothingToSync(
            f"the catalogue source has no tables for {read.project or 'this project'}; nothing was changed",
            hint=f"run `dbt parse` in the right project; {_FORCE}",
        )
    if not_built:
        raise NothingToSync(
            f"none of the {len(not_built)} tables is in the warehouse ({not_built[0]}, ...); nothing was changed",
            hint=f"run `dbt build`, or choose the target that has them; {_FORCE}",
        )


def _gone(saved: Catalog, read: Catalog, not_built: Collection[TableName]) -> list[TableName]:
    names = saved.names()
    pairs = match(names, set(read.names()) - set(not_built)).pairs
    return [name for name in names if name not in pairs]
