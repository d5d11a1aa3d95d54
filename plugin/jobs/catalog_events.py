"""The job `catalog-events`: asks OpenMetadata what has changed, and pokes `catalog-sync` if anything has."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog_sync.openmetadata.events import Seen
    from plugin.assemble import Workbench

STATE = "events.json"


def run(bench: Workbench) -> Mapping[str, Any]:
    """Raises SettingsError where no server is named, SourceUnavailable, SourceRefused."""
    from catalog_sync.files import write_atomically
    from catalog_sync.openmetadata.connection import connect
    from catalog_sync.openmetadata.events import news
    from catalog_sync.openmetadata.rest import Rest
    from plugin.jobs.pokes import poke
    from plugin.sources import openmetadata

    source = openmetadata(bench.project, bench.settings, bench.policy)
    path, now = bench.project.make_state() / STATE, int(time.time() * 1000)
    rest = Rest(connect(source.server, source.token))
    found = news(rest, _load(path), now, bench.settings.openmetadata.bots)
    if found.changed:
        poke(bench.project)
    state = {"until": found.seen.until, "events": sorted(found.seen.events)}
    write_atomically(path, json.dumps(state))  # after the poke: a crash in between counts an event twice
    return {"events": found.events, "own": found.own, "poked": found.changed, "why": found.why}


def _load(path: Path) -> Seen:
    """Nothing seen where the file is not there, or not readable."""
    from catalog_sync.openmetadata.events import Seen

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Seen(int(found["until"]), frozenset(map(str, found["events"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Seen()
