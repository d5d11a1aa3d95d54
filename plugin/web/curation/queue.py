"""What waits for review, filtered as the address says, in the one order in which it is worked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from feedback.drafts import Check
from feedback.errors import Conflict, LeaseHeld, MoveRefused
from feedback.model import ExampleRecord, LeaseRecord, VersionRecord
from feedback.people import Actor
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation.loop import Curation

STATES: dict[str, tuple[str, ...]] = {
    "": ("candidate", "stale", "in_review"),
    "candidate": ("candidate",),
    "in_review": ("in_review",),
    "waiting": ("waiting",),
    "stale": ("stale",),
}
"""What the filter `state` stands for; "" is all that can be decided on."""
CHECKS = ("door", "runs", "rows", "joins", "fan_out", "personal", "neighbours")
GREEN = "green"
_MOST = 2000


@dataclass(frozen=True)
class Filters:
    """`check` is one that is not ok, or `green`: all are."""

    q: str = ""
    state: str = ""
    domain: str = ""
    check: str = ""
    source: str = ""
    cluster: str = ""

    def query(self, **more: object) -> str:
        """As it stands behind the ? of an address; nothing where nothing is set."""
        known = {**asdict(self), **more}
        return urlencode({name: value for name, value in known.items() if value not in ("", None)})

    def but(self, **changes: Any) -> str:
        return replace(self, **changes).query()


@dataclass(frozen=True)
class Item:
    """`mine`: the viewer wrote the SQL, so somebody else must approve it. `lease`: another's."""

    example: ExampleRecord
    version: VersionRecord
    lease: LeaseRecord | None = None
    mine: bool = False

    @property
    def doubts(self) -> list[str]:
        return [check["name"] for check in self.version.checks if check["outcome"] != "ok"]

    @property
    def open(self) -> bool:
        return self.lease is None and not self.mine


def checks_of(version: VersionRecord) -> list[Check]:
    return [Check(**{**c, "agree": tuple(c["agree"]), "differ": tuple(c["differ"])}) for c in version.checks]


def items(curation: Curation, viewer: Viewer, filters: Filters) -> list[Item]:
    """Most often asked first, then the oldest."""
    found = curation.examples.find(
        states=STATES.get(filters.state, STATES[""]),
        source=filters.source or None,
        cluster=filters.cluster or None,
        text=filters.q,
        limit=_MOST,
    )
    found = [e for e in found if not filters.domain or filters.domain in e.domains]
    versions, leases = curation.examples.currents(found), curation.examples.leases()
    made = [_item(e, versions[e.id], leases.get(e.id), viewer, curation) for e in found]
    return [item for item in made if _passes(item, filters, viewer, curation)]


def _item(
    example: ExampleRecord, version: VersionRecord, lease: LeaseRecord | None, viewer: Viewer, curation: Curation
) -> Item:
    others = lease if lease and lease.person != viewer.login else None
    mine = version.edited_by == viewer.login and not curation.rules.self_approval
    return Item(example, version, others, mine)


def _passes(item: Item, filters: Filters, viewer: Viewer, curation: Curation) -> bool:
    if filters.check == GREEN and item.doubts:
        return False
    if filters.check in CHECKS and filters.check not in item.doubts:
        return False
    return curation.reviews(viewer, item.example) and curation.sees(viewer, item.example, item.version)


def after(found: Sequence[Item], example: str) -> list[Item]:
    """What comes after it, then what comes before it; all where it is not there."""
    place = next((i for i, item in enumerate(found) if item.example.id == example), None)
    return list(found) if place is None else [*found[place + 1 :], *found[:place]]


def claim(curation: Curation, wanted: Sequence[Item], actor: Actor) -> ExampleRecord | None:
    """The first of these that is free, now under this person's lease."""
    for item in wanted:
        if item.open:
            try:
                return curation.desk.move("claim", item.example.id, actor, lock=item.example.lock)
            except (LeaseHeld, Conflict, MoveRefused):
                continue
    return None


def release(curation: Curation, example: str, actor: Actor) -> None:
    """Lets go of a card that was looked at and not decided; nothing where it is not theirs any more."""
    lease = curation.examples.lease(example)
    if lease is None or lease.person != actor.name:
        return
    try:
        curation.desk.move("release", example, actor)
    except (LeaseHeld, MoveRefused):
        return
