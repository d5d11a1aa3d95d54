"""What waits for review, filtered as the address says, in the one order in which it is worked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.drafts import Check
from feedback.errors import Conflict, LeaseHeld, MoveRefused
from feedback.model import ExampleRecord, LeaseRecord, VersionRecord
from feedback.people import Actor
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation import found
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


@dataclass(frozen=True, kw_only=True)
class Filters(found.Filters):
    """`check` is one that is not ok, or `green`: all are."""

    check: str = ""
    cluster: str = ""


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
    """What this person may decide on: most often asked first, then the oldest."""
    states = STATES.get(filters.state, STATES[""])
    pairs = found.find(curation, viewer, filters, states, cluster=filters.cluster or None)
    leases = curation.examples.leases()
    made = [_item(e, v, leases.get(e.id), viewer, curation) for e, v in pairs if curation.reviews(viewer, e)]
    return [item for item in made if _passes(item, filters.check)]


def _item(
    example: ExampleRecord, version: VersionRecord, lease: LeaseRecord | None, viewer: Viewer, curation: Curation
) -> Item:
    others = lease if lease and lease.person != viewer.login else None
    mine = version.edited_by == viewer.login and not curation.rules.self_approval
    return Item(example, version, others, mine)


def _passes(item: Item, check: str) -> bool:
    if check == GREEN:
        return not item.doubts
    return check not in CHECKS or check in item.doubts


def after(queue: Sequence[Item], example: str) -> list[Item]:
    """What comes after it, then what comes before it; all where it is not there."""
    place = next((i for i, item in enumerate(queue) if item.example.id == example), None)
    return list(queue) if place is None else [*queue[place + 1 :], *queue[:place]]


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
