"""Decisions on one example, the same for the card, the library and programs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedback.desk import Decision
from feedback.errors import MoveRefused
from feedback.model import ExampleRecord
from feedback.people import Actor
from plugin.web.accounts.viewer import Viewer
from plugin.web.curation.card import checks_now

if TYPE_CHECKING:
    from plugin.web.site import Site


def move(
    site: Site, viewer: Viewer, example: str, name: str, actor: Actor, decision: Decision, lock: int
) -> ExampleRecord:
    """Who may do which is the lifecycle's own table; a change of what is live reaches the index at once. Raises
    NotFound, NotPermitted, MoveRefused, Conflict, LeaseHeld."""
    curation = site.curation
    found, version = curation.find(viewer, example)
    if name == "publish":
        done = curation.publish(found, actor, lock, decision.reason)
    elif name == "merge":
        target, _ = curation.find(viewer, decision.into)
        done = curation.desk.move(name, found.id, actor, replace(decision, into=target.id), lock=lock)
    else:
        if name == "approve" and any(c.outcome == "fail" and c.blocking for c in checks_now(site, version)):
            raise MoveRefused("checks", "a check that must hold has failed", hint="edit the SQL")
        done = curation.desk.decide(name, found.id, actor, decision, lock=lock)
    if done.live != found.live:
        curation.deliver()
    return done


def edit(
    site: Site, viewer: Viewer, example: str, sql: str, actor: Actor, lock: int, base: int | None = None, note: str = ""
) -> ExampleRecord:
    """A new version, with its evidence. Raises NotFound, QueryRefused, MoveRefused for what does not run, and Conflict,
    with both versions kept, where somebody else was faster."""
    curation = site.curation
    found, _ = curation.find(viewer, example)
    site.reading.allow(viewer, sql)
    examined = curation.intake.examine(found.question, sql, but=found.id)
    if examined.failed:
        raise MoveRefused(examined.failed[0].name, examined.failed[0].says, hint="only what runs is kept")
    return curation.desk.edit(found.id, examined.text, actor, lock=lock, base=base, note=note)
