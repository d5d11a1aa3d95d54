"""What the registry says of each view, in the matcher's words: which of them may be used, and up to when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backends.warehouse.base import TableName
from materialized_views.matching import Standing
from materialized_views.registry import ViewRecord


def standings(records: Iterable[ViewRecord]) -> dict[TableName, Standing]:
    """Of every view that was ever built. One that is not usable (quarantined, retired, a build on its way, another
    definition approved) stands there as not verified, so that the matcher refuses it with that reason."""
    found = {}
    for record in records:
        table, version = record.table, record.version
        if table is not None and version is not None:
            found[table] = Standing(
                definition=version["compiled"],
                complete_until=datetime.fromisoformat(version["marked_at"]),
                verified=record.usable,
                rows=version["rows"],
            )
    return found
