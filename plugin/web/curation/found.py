"""Examples that one person may see, filtered as the address says: what the queue and the library have in common."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from feedback.model import ExampleRecord, VersionRecord
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation.loop import Curation

_MOST = 5000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """`q` is looked for in question and SQL."""

    q: str = ""
    state: str = ""
    source: str = ""
    domain: str = ""

    def query(self, **more: object) -> str:
        """As it stands behind the ? of an address; nothing where nothing is set."""
        known = {**asdict(self), **more}
        return urlencode({name: value for name, value in known.items() if value not in ("", None)})

    def but(self, **changes: Any) -> str:
        return replace(self, **changes).query()


def find(
    curation: Curation, viewer: Viewer, wanted: Filters, states: Collection[str], **more: str | None
) -> list[tuple[ExampleRecord, VersionRecord]]:
    """With their current versions, the most often asked first, then the oldest. `more` as `Examples.find` takes it."""
    found = curation.examples.find(
        states=states, source=wanted.source or None, text=wanted.q, limit=_MOST, **more  # type: ignore[arg-type]
    )  # fmt: skip
    found = [e for e in found if not wanted.domain or wanted.domain in e.domains]
    versions = curation.examples.currents(found)
    return [(e, versions[e.id]) for e in found if curation.sees(viewer, e, versions[e.id])]
