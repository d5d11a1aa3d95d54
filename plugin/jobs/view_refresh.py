"""The job `view-refresh`: views whose tables have changed. One that fails keeps its last version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from materialized_views.errors import BuildFailed

if TYPE_CHECKING:
    from plugin.assemble import Workbench


def run(bench: Workbench) -> Mapping[str, Any]:
    """Raises BuildFailed where a view could not be brought up to date, after all were tried."""
    from plugin.commands.views import parts

    records = parts.chosen(bench, (), *parts.REFRESHED)
    if not records:
        return {}
    refresher = parts.refresher_of(bench, records, lambda *_: None, force=False, allow_shrink=False)
    done = refresher.refresh(record.name for record in records)
    failed = [f"{item.view}: {item.why}" for item in done if item.status == "failed"]
    if failed:
        raise BuildFailed("; ".join(failed), hint="`dbt-ask views refresh` does the same by hand")
    return Counter[str](item.status for item in done)
