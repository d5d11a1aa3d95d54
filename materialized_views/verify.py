"""Views compared with their tables, without a build. One that differs goes out of use, one that is equal comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backends.warehouse.base import Limits, TableName, Warehouse
from materialized_views import reconcile, watermarks
from materialized_views.content import content_difference
from materialized_views.definition import ViewDefinition
from materialized_views.guard import Guard
from materialized_views.matching import Standing
from materialized_views.registry import Registry, ViewRecord


@dataclass(frozen=True)
class Verified:
    """`moved`: its tables have changed since it was built, so that it is behind and not wrong. `released`: it was out
    of use and is in use again."""

    view: str
    differences: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    released: bool = False


@dataclass(frozen=True)
class Verifier:
    registry: Registry
    guard: Guard
    warehouse: Warehouse
    limits: Limits

    def registered(self, record: ViewRecord, marks: Mapping[str, Mapping[str, Any]]) -> Verified:
        """A view of the registry that was built; `marks` are the watermarks of its tables now."""
        table = record.table
        assert table is not None
        definition = ViewDefinition.of(record.definition)
        found = [str(d) for d in reconcile.differences(definition, table, self.warehouse, self.limits)]
        found += self._open(table)
        moved = tuple(watermarks.changed((record.version or {}).get("marks", {}), marks))
        if record.state == "quarantined" and not found:
            content = reconcile.content(definition, table, self.warehouse, self.limits)
            if content.checksum != (record.version or {}).get("checksum"):
                found.append("what is in place is not the version that was written down: run `dbt-ask views refresh`")
        released = record.state == "quarantined" and not found
        if released:
            self.guard.release(table)
            self.registry.release(record.name, {"equal": True})
        elif not found:
            self.registry.verified(record.name, {"equal": True})
        elif not moved:
            self.registry.quarantine(record.name, found[0])
        return Verified(record.name, tuple(found), moved, released)

    def of_project(self, table: TableName, standing: Standing, made_by: str) -> Verified:
        """A view that somebody wrote into the project; `made_by` is the SQL of its rows over base tables."""
        if not made_by:
            return Verified(table.name, ("nobody knows the SQL that makes it: run `dbt build`",))
        problem = content_difference(table, made_by, self.warehouse, self.limits)
        found = [problem] if problem else self._open(table)
        moved = ("its tables were built after it",) if standing.behind else ()
        was_out = bool(self.guard.against(table))
        if not found:
            self.guard.release(table)
        elif not moved:
            self.guard.condemn(table, standing.definition, made_by, found[0])
        return Verified(table.name, tuple(found), moved, was_out and not found)

    def _open(self, table: TableName) -> list[str]:
        """Answers that differed, and still do."""
        checks = self.guard.against(table)
        return [p for p in (self.guard.still_differs(check, self.warehouse, self.limits) for check in checks) if p]
