"""What has changed in OpenMetadata since the last look: only whether, for the sync looks for itself.

Events are hints. Servers until 2026 answer all of them at once and die of many; newer ones give pages, and skip what
was committed late. So: short windows that overlap, each event counted once, and where anything is in doubt: yes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog_sync.errors import SourceUnavailable, SourceUnreadable
from catalog_sync.openmetadata.rest import Rest

# Milliseconds. A longer window is not asked for: what is older is found by the next sync.
LONGEST = 15 * 60 * 1000
OVERLAP = 2 * 60 * 1000
_KINDS = "table,glossaryTerm,metric"
_ASKED = ("entityCreated", "entityUpdated", "entityRestored", "entityDeleted")
_NOTHING = frozenset({"entityNoChange"})
_MOST_PAGES = 20


@dataclass(frozen=True)
class Seen:
    """Up to when events were asked for, and those of the overlap that were counted."""

    until: int = 0
    events: frozenset[str] = frozenset()


@dataclass(frozen=True)
class News:
    """`changed`: a sync is worth while. `why` says so where it is only a doubt. `own` were our own writes."""

    changed: bool
    seen: Seen
    events: int = 0
    own: int = 0
    why: str = ""


def news(rest: Rest, seen: Seen, now: int, bots: Collection[str] = ()) -> News:
    """`now` is in milliseconds; what `bots` do is not news. Raises SourceRefused."""
    start = seen.until - OVERLAP
    if seen.until <= 0 or now - start > LONGEST:
        return News(True, Seen(now), why="nobody has looked for a while")
    try:
        found = list(_events(rest, start))
    except (SourceUnavailable, SourceUnreadable) as error:
        return News(True, Seen(now), why=f"events can't be read: {error.message}")
    counted = {key(event): event for event in found if event.get("eventType") not in _NOTHING}
    new = [event for name, event in counted.items() if name not in seen.events]
    theirs = [event for event in new if str(event.get("userName")) not in bots]
    recent = frozenset(name for name, event in counted.items() if _at(event) >= now - 2 * OVERLAP)
    return News(bool(theirs), Seen(now, recent), len(theirs), len(new) - len(theirs))


def key(event: Mapping[str, Any]) -> str:
    """Of an event: deliveries of one are the same."""
    parts = ("id", "eventType", "entityId", "timestamp", "currentVersion")
    return "|".join(str(event.get(part, "")) for part in parts)


def _events(rest: Rest, start: int) -> Iterator[Mapping[str, Any]]:
    params: dict[str, Any] = {"timestamp": start, "limit": 1000, **dict.fromkeys(_ASKED, _KINDS)}
    for _ in range(_MOST_PAGES):
        page = rest.get("/events", params)
        if page is None or not isinstance(page.get("data"), list):
            raise SourceUnreadable("the server has no list of events", status=404)
        yield from (event for event in page["data"] if isinstance(event, Mapping))
        after = (page.get("paging") or {}).get("after")
        if not after or not page["data"]:
            return
        params["after"] = after
    raise SourceUnreadable("there are more events than it is worth to read")


def _at(event: Mapping[str, Any]) -> int:
    found = event.get("timestamp")
    return int(found) if isinstance(found, int | float) else 0
