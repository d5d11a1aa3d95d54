"""One card: everything that a decision in twenty seconds needs, gathered for who decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback.beside import Difference
from feedback.drafts import Check
from feedback.drift import broken
from feedback.in_words import in_words
from feedback.lifecycle import possible
from feedback.model import ExampleRecord, FeedbackRecord, LeaseRecord, VersionRecord
from plugin.answer import pretty
from plugin.web.accounts.actor import actor_of
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation.evidence import Run
from plugin.web.curation.queue import checks_of

if TYPE_CHECKING:
    from plugin.web.site import Site

MOST_NEIGHBOURS = 3
_NEAR_ENOUGH = 0.5
"""Cosine from which a verified question is near enough to lay its SQL beside."""
_VERIFIED = frozenset({"verified", "published"})


@dataclass(frozen=True)
class Neighbour:
    """`same`: whether its rows are the same, None where one of the two does not run. `duplicate`: the very query."""

    example: ExampleRecord
    version: VersionRecord
    similarity: float
    same: bool | None
    duplicate: bool

    @property
    def verified(self) -> bool:
        return self.example.live is not None or self.example.state in _VERIFIED


@dataclass(frozen=True)
class Against:
    """What is laid beside: `key` names it in the address, an example's id or v and a version's number."""

    key: str
    sql: str
    run: Run
    difference: Difference | None
    example: ExampleRecord | None = None
    number: int = 0


@dataclass(frozen=True)
class Card:
    example: ExampleRecord
    version: VersionRecord
    sql: str
    words: str
    asked: tuple[int, int]
    said: tuple[FeedbackRecord, ...]
    checks: tuple[Check, ...]
    run: Run
    neighbours: tuple[Neighbour, ...]
    choices: tuple[str, ...]
    against: Against | None
    moves: tuple[str, ...]
    lease: LeaseRecord | None
    mine: bool

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.outcome == "fail" and c.blocking)

    @property
    def longest(self) -> int:
        """Rows of the larger result."""
        return max(len(self.run.rows), len(self.against.run.rows) if self.against else 0)

    @property
    def next_choice(self) -> str:
        """For the key that goes round."""
        if self.against is None or len(self.choices) < 2:
            return ""
        place = self.choices.index(self.against.key)
        return self.choices[(place + 1) % len(self.choices)]


def card(site: Site, viewer: Viewer, example: str, *, against: str = "", language: str = "en") -> Card:
    """Raises NotFound."""
    curation = site.curation
    found, version = curation.find(viewer, example)
    neighbours = _neighbours(site, viewer, found, version)
    choices = _choices(site, found, neighbours)
    held = curation.examples.lease(found.id)
    return Card(
        example=found,
        version=version,
        sql=pretty(version.sql, version.dialect),
        words=in_words(version.sql, version.dialect, language),
        asked=site.asks.alike(found.question),
        said=tuple(_said(site, found)),
        checks=checks_now(site, version),
        run=site.evidence.run(viewer, version.sql),
        neighbours=neighbours,
        choices=choices,
        against=_against(site, viewer, version, found, against if against in choices else (*choices, "")[0]),
        moves=possible(found.state, actor_of(viewer), frozenset(found.domains)),  # type: ignore[arg-type]
        lease=held if held and held.person != viewer.login else None,
        mine=version.edited_by == viewer.login and not curation.rules.self_approval,
    )


def _neighbours(site: Site, viewer: Viewer, found: ExampleRecord, version: VersionRecord) -> tuple[Neighbour, ...]:
    """The nearest that this person may see; one that is verified is among them where any is near enough."""
    curation = site.curation
    made: list[Neighbour] = []
    for near in curation.intake.near(found.question, found.id, _NEAR_ENOUGH):
        likely = near.similarity >= curation.rules.near
        if len(made) == MOST_NEIGHBOURS or (not likely and any(n.verified for n in made)):
            break
        other = curation.examples.version(near.example.id, near.example.live or near.example.current)
        verified = near.example.live is not None or near.example.state in _VERIFIED
        if not (likely or verified) or not curation.sees(viewer, near.example, other):
            continue
        difference = site.evidence.compare(viewer, version.sql, other.sql)
        same = None if difference is None else difference.same
        made.append(Neighbour(near.example, other, near.similarity, same, other.fingerprint == version.fingerprint))
    return tuple(made)


def _choices(site: Site, found: ExampleRecord, neighbours: tuple[Neighbour, ...]) -> tuple[str, ...]:
    """First what is live of this example, then the nearest verified, then the rest and the other versions."""
    versions = [f"v{v.number}" for v in reversed(site.curation.examples.versions(found.id))
                if v.number != found.current]  # fmt: skip
    live = [f"v{found.live}"] if found.live and found.live != found.current else []
    others = [n.example.id for n in sorted(neighbours, key=lambda n: not n.verified) if not n.duplicate or n.verified]
    return tuple(dict.fromkeys((*live, *others, *versions)))


def _against(site: Site, viewer: Viewer, version: VersionRecord, found: ExampleRecord, key: str) -> Against | None:
    if not key:
        return None
    examples = site.curation.examples
    if key.startswith("v"):
        other, example = examples.version(found.id, int(key[1:])), None
    else:
        example = examples.get(key)
        other = examples.version(example.id, example.live or example.current)
    run = site.evidence.run(viewer, other.sql)
    difference = site.evidence.compare(viewer, version.sql, other.sql)
    return Against(key, pretty(other.sql, other.dialect), run, difference, example, other.number)


def _said(site: Site, found: ExampleRecord) -> list[FeedbackRecord]:
    """Of the example, and of the answer that it came from; oldest first."""
    given, ask = site.feedback.of_example(found.id), str(found.origin.get("ask", ""))
    both = {g.id: g for g in (*given, *(site.feedback.of_ask(ask) if ask else ()))}
    return sorted(both.values(), key=lambda g: g.at)


def checks_now(site: Site, version: VersionRecord) -> tuple[Check, ...]:
    """Those of its examination, and what changed since."""
    reasons = broken(version.uses, site.reading.catalog()) if version.uses else ()
    drift = (Check("schema", "fail", "; ".join(reasons), blocking=True),) if reasons else ()
    return (*checks_of(version), *drift)
