"""What people say of an answer: thumbs with reasons, a comment, their own SQL as the right one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from feedback.asks import AskRecord
from feedback.heard import Heard
from feedback.lifecycle import REASONS
from feedback.people import Actor
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers.asking import PERSON
from plugin.web.errors import BadInput
from plugin.web.site import Site, SiteDep, may

router = APIRouter(include_in_schema=False)
Giver = Annotated[Viewer, Depends(may("give_feedback"))]


@router.post("/ask/{ask}/feedback")
def give(
    request: Request,
    site: SiteDep,
    viewer: Giver,
    ask: str,
    kind: Annotated[Literal["up", "down", "edit"], Form()],
    reason: Annotated[str, Form(max_length=40)] = "",
    comment: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """`edit` proposes SQL that a person wrote as the right answer of the question that it was edited from."""
    site.limiter.take("say", viewer.id, site.settings.asks_per_minute)
    record = site.asking.record(viewer, ask)
    actor = actor_of(viewer, request=request.state.request)
    if kind == "edit":
        heard = _proposed(site, viewer, record, actor, comment)
    else:
        heard = site.curation.hear(viewer, record, kind, actor, reason=reason, comment=comment)
    if request.headers.get("hx-request"):
        said = {**thumbs(site, ask, viewer), "heard": heard}
        return site.renderer.page(request, "thumbs.html", **said, ask=record)
    return RedirectResponse(f"/ask/{ask}", 303)


def _proposed(site: Site, viewer: Viewer, record: AskRecord, actor: Actor, comment: str) -> Heard:
    """The answer that it was edited from gets the edit; this one, which its author holds for right, a thumb up."""
    original = record.receipt.get("edited_from") if record.model == PERSON else None
    if not original:
        raise BadInput("not_edited", "this SQL was not edited from an answer")
    asked = site.asking.record(viewer, original)
    heard = site.curation.hear(viewer, asked, "edit", actor, sql=record.sql, comment=comment)
    given = site.feedback.give(record.id, "up", actor)
    if heard.taken:
        site.feedback.link(given.id, heard.taken.example.id)
    return heard


def thumbs(site: Site, ask: str, viewer: Viewer) -> dict[str, Any]:
    """This person's last word with the proposal that came of it, and the reasons to choose from."""
    own = [g for g in site.feedback.of_ask(ask) if g.person == viewer.login and g.kind in ("up", "down")]
    last = own[-1] if own else None
    proposal = site.curation.examples.get(last.example) if last and last.example else None
    return {"own": last, "proposal": proposal, "reasons": REASONS, "heard": None}
