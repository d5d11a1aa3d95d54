"""The examples that one person may see, filtered as the address says."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from feedback.lifecycle import STATES
from feedback.model import ExampleRecord, VersionRecord
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation.loop import Curation

_MOST = 5000


@dataclass(frozen=True)
class Shelf:
    """The filters. `role`: retrieval, or benchmark for what is held out."""

    q: str = ""
    state: str = ""
    source: str = ""
    domain: str = ""
    role: str = ""
    language: str = ""

    def query(self, **more: object) -> str:
        known = {**asdict(self), **more}
        return urlencode({name: value for name, value in known.items() if value not in ("", None)})

    def but(self, **changes: Any) -> str:
        return replace(self, **changes).query()


def items(curation: Curation, viewer: Viewer, wanted: Shelf) -> list[tuple[ExampleRecord, VersionRecord]]:
    """With their current versions, the most often asked first."""
    found = curation.examples.find(
        states=(wanted.state,) if wanted.state in STATES else (),
        source=wanted.source or None,
        role=wanted.role or None,
        text=wanted.q,
        limit=_MOST,
    )
    found = [
        e for e in found
        if (not wanted.domain or wanted.domain in e.domains) and wanted.language in ("", e.language)
    ]  # fmt: skip
    versions = curation.examples.currents(found)
    return [(e, versions[e.id]) for e in found if curation.sees(viewer, e, versions[e.id])]


def counts(curation: Curation, viewer: Viewer, wanted: Shelf) -> dict[str, int]:
    """State -> how many under the other filters."""
    return Counter(e.state for e, _ in items(curation, viewer, replace(wanted, state="")))
