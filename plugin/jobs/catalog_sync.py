"""The job `catalog-sync`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin.assemble import Workbench

_TOLD = ("tables", "columns", "values", "added", "changed", "removed", "embedded", "asked", "deferred", "rebuilt")


def run(bench: Workbench, *, refresh_values: bool = False) -> Mapping[str, Any]:
    from catalog_sync.sync import sync

    options = bench.sync_options
    done = sync(
        bench.catalog_source,
        bench.warehouse,
        bench.embedder,
        bench.index,
        bench.policy,
        bench.project.make_state(),
        options=replace(options, rules=replace(options.rules, refresh=refresh_values)),
    )
    doubts = bench.feedback.upkeep()
    told = {name: getattr(done, name) for name in _TOLD}
    return {**told, "stale": [doubt.example for doubt in doubts], "notes": list(done.notes)}
