"""The job `examples-check`: what the schema no longer supports, or fails when it runs again, goes back to review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin.assemble import Workbench


def run(bench: Workbench) -> Mapping[str, Any]:
    doubts = bench.feedback.upkeep(rerun=True)
    put_in, taken_out = bench.feedback.shelf.repair()
    return {"stale": [doubt.example for doubt in doubts], "put_in": put_in, "taken_out": taken_out}
