"""The job `view-checks`: answers by views that are due to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin.assemble import Workbench


def run(bench: Workbench) -> Mapping[str, Any]:
    due = bench.views_in_use.guard.due()
    differing = bench.views_in_use.compare(due)
    return {"compared": len(due), "out_of_use": sorted({check.view for check in differing})}
