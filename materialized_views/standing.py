"""What is known of each view in the matcher's words: whether it may be used, and up to when it has all data.

The registry speaks for the views it knows. Those that somebody wrote into the project are spoken for by dbt: what it
ran last, when, and what its tests said; and by the guard, where one did not equal its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog
from materialized_views.definition import ViewDefinition
from materialized_views.deployed import Deployed
from materialized_views.guard import Mismatch
from materialized_views.matching import Standing, definition_of
from materialized_views.registry import ViewRecord


def standings(
    records: Iterable[ViewRecord],
    catalog: Catalog | None = None,
    deployed: Mapping[str, Deployed] | None = None,
    mismatches: Mapping[TableName, Mismatch] | None = None,
) -> dict[TableName, Standing]:
    """Of every view that was ever built. One that is not usable (quarantined, retired, a build on its way, another
    definition approved) stands there as not verified, so that the matcher refuses it with that reason.

    `deployed` is by unique_id. `mismatches`: view -> what the guard found against it."""
    known, against = deployed or {}, mismatches or {}
    ids = {table.name: table.unique_id for table in catalog.views()} if catalog else {}
    found = {
        name: of_project(known[unique_id], against.get(name)) for name, unique_id in ids.items() if unique_id in known
    }
    for record in records:
        table = record.table
        if table is not None and record.version is not None:
            ours = known.get(ids.get(table, ""), Deployed())
            sql = own_sql(record) if table in ids and not ours.sql else ""
            found[table] = _registered(record, record.version, ours.base_built_at, sql)
    return found


def of_project(deployed: Deployed, mismatch: Mismatch | None = None) -> Standing:
    """A mismatch counts against the definition that it was found with."""
    definition = definition_of(deployed.sql)
    against = mismatch.problem if mismatch is not None and mismatch.definition == definition else ""
    problem = against or deployed.problem
    return Standing(
        definition=definition,
        complete_until=datetime.fromisoformat(deployed.built_at) if deployed.built_at else None,
        verified=not problem,
        behind=deployed.behind,
        problem=problem,
    )


def _registered(record: ViewRecord, version: Mapping[str, Any], base: str, sql: str) -> Standing:
    """`sql` speaks for the view where dbt has not compiled it."""
    until = datetime.fromisoformat(str(version["marked_at"]))
    return Standing(
        definition=definition_of(sql) if sql else version["compiled"],
        complete_until=until,
        verified=record.usable,
        rows=version["rows"],
        behind=datetime.fromisoformat(base) > until if base else None,
        problem="" if record.usable else record.problem or f"it is {record.state}",
    )


def own_sql(record: ViewRecord) -> str:
    """What was approved, and found in the view when it was built: its SQL where dbt has not compiled the model."""
    return ViewDefinition.of(record.definition).sql()


def definitions(records: Iterable[ViewRecord], catalog: Catalog, deployed: Mapping[str, Deployed]) -> dict[str, str]:
    """The SQL that makes each question view, by unique_id."""
    found = {unique_id: known.sql for unique_id, known in deployed.items() if known.sql}
    registered = {record.table: record for record in records if record.version is not None}
    for table in catalog.views():
        if table.unique_id not in found and table.name in registered:
            found[table.unique_id] = own_sql(registered[table.name])
    return found
