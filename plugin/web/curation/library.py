"""The examples as a library: what was proposed, in whatever state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from feedback.lifecycle import STATES
from feedback.model import ExampleRecord, VersionRecord
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation import found
from plugin.web.curation.loop import Curation


@dataclass(frozen=True, kw_only=True)
class Shelf(found.Filters):
    """`role`: retrieval, or benchmark for what is held out."""

    role: str = ""
    language: str = ""


def items(curation: Curation, viewer: Viewer, wanted: Shelf) -> list[tuple[ExampleRecord, VersionRecord]]:
    """With their current versions, the most often asked first."""
    states = (wanted.state,) if wanted.state in STATES else ()
    pairs = found.find(curation, viewer, wanted, states, role=wanted.role or None)
    return [(e, v) for e, v in pairs if wanted.language in ("", e.language)]


def counts(curation: Curation, viewer: Viewer, wanted: Shelf) -> dict[str, int]:
    """State -> how many under the other filters."""
    return Counter(e.state for e, _ in items(curation, viewer, replace(wanted, state="")))
