"""The job `values-refresh`: a sync that takes no value on trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from plugin.jobs import catalog_sync

if TYPE_CHECKING:
    from plugin.assemble import Workbench


def run(bench: Workbench) -> Mapping[str, Any]:
    return catalog_sync.run(bench, refresh_values=True)
