"""What people say of an answer: thumbs with reasons, a comment, their own SQL as the right one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from feedback.lifecycle import REASONS
from feedback.model import FeedbackRecord
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers.asking import PERSON
from plugin.web.errors import BadInput
from plugin.web.site import SiteDep, may

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
    record = site.asking.record(viewer, ask)
    actor = actor_of(viewer, request=request.state.request)
    if kind == "edit":
        original = record.receipt.get("edited_from") if record.model == PERSON else None
        if not original:
            raise BadInput("not_edited", "this SQL was not edited from an answer")
        site.feedback.give(original, "edit", actor, sql=record.sql, comment=comment)
        site.feedback.give(record.id, "up", actor)
    else:
        site.feedback.give(record.id, kind, actor, reason=reason, comment=comment)
    if request.headers.get("hx-request"):
        return site.renderer.page(request, "thumbs.html", **thumbs(site.feedback.of_ask(ask), viewer), ask=record)
    return RedirectResponse(f"/ask/{ask}", 303)


def thumbs(given: list[FeedbackRecord], viewer: Viewer) -> dict[str, Any]:
    """This person's last word, and the reasons to choose from."""
    own = [g for g in given if g.person == viewer.login and g.kind in ("up", "down")]
    return {"own": own[-1] if own else None, "reasons": REASONS}
