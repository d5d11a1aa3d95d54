"""/review/{example}: one card to decide on, edit, merge, and what was done to take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse, Response

from feedback.desk import Decision
from feedback.errors import Conflict, LeaseHeld, MoveRefused
from feedback.lifecycle import REASONS
from feedback.model import VersionRecord
from plugin.answer import pretty
from plugin.web.accounts import Viewer
from plugin.web.answers.asking import LONGEST_SQL
from plugin.web.curation import deciding, queue
from plugin.web.curation.card import Card, card
from plugin.web.curation.queue import Filters
from plugin.web.errors import NotFound
from plugin.web.pages.review import Asked, Reviewer, Said, actor, onward_to, undoable
from plugin.web.render import language_of
from plugin.web.site import Site, SiteDep

router = APIRouter(prefix="/review", include_in_schema=False)
ROWS = 10
MORE_ROWS = 100

Lock = Annotated[int, Form(ge=0, le=2**31)]
Refused = Conflict | LeaseHeld | MoveRefused


@router.get("/{example}")
def show(
    request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: str, later: BackgroundTasks
) -> Response:
    later.add_task(_warm, site, viewer, filters, example)
    return _card(request, site, viewer, filters, example)


@router.post("/{example}/lease", status_code=204)
def keep(request: Request, site: SiteDep, viewer: Reviewer, example: str) -> Response:
    """The heartbeat of an open card."""
    found, _ = site.curation.find(viewer, example)
    site.curation.desk.renew(found.id, actor(request, viewer))
    return Response(status_code=204)


@router.post("/{example}/decide")
def decide(
    request: Request,
    site: SiteDep,
    viewer: Reviewer,
    filters: Asked,
    example: str,
    move: Annotated[Literal["approve", "reject", "ask_back"], Form()],
    lock: Lock,
    reason: Said = "",
    comment: Said = "",
    seconds: Annotated[float | None, Form(ge=0, le=10**6)] = None,
) -> Response:
    by, curation = actor(request, viewer), site.curation
    wanted = queue.after(queue.items(curation, viewer, filters), example)
    try:
        deciding.move(site, viewer, example, move, by, Decision(reason, comment, seconds=seconds), lock)
    except (Conflict, LeaseHeld, MoveRefused) as refused:
        return _card(request, site, viewer, filters, example, refused=refused)
    return onward_to(queue.claim(curation, wanted, by), filters, done=example)


@router.post("/{example}/edit")
def edit(
    request: Request,
    site: SiteDep,
    viewer: Reviewer,
    filters: Asked,
    example: str,
    sql: Annotated[str, Form(max_length=LONGEST_SQL)],
    lock: Lock,
    base: Annotated[int | None, Form(ge=1)] = None,
    note: Said = "",
) -> Response:
    """A new version, with its evidence; what does not run is given back with the reason. Of two edits both are kept."""
    by = actor(request, viewer)
    try:
        found = deciding.edit(site, viewer, example, sql, by, lock, base, note)
    except MoveRefused as refused:
        return _card(request, site, viewer, filters, example, refused=refused, draft=sql)
    except Conflict as conflict:
        return _card(request, site, viewer, filters, example, refused=conflict)
    if not site.curation.rules.self_approval:
        queue.release(site.curation, found.id, by)
    return RedirectResponse(f"/review/{found.id}?{filters.query()}", 303)


@router.post("/{example}/merge")
def merge(
    request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: str, lock: Lock, into: Said
) -> Response:
    curation, by = site.curation, actor(request, viewer)
    wanted = queue.after(queue.items(curation, viewer, filters), example)
    try:
        deciding.move(site, viewer, example, "merge", by, Decision("duplicate", into=into), lock)
    except (Conflict, MoveRefused) as refused:
        return _card(request, site, viewer, filters, example, refused=refused)
    return onward_to(queue.claim(curation, wanted, by), filters, done=example)


@router.post("/{example}/undo")
def undo(request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: str, left: Said = "") -> Response:
    """`left` is the card that was claimed meanwhile."""
    by = actor(request, viewer)
    found, _ = site.curation.find(viewer, example)
    site.curation.desk.undo(found.id, by)
    if left:
        queue.release(site.curation, left, by)
    return RedirectResponse(f"/review/{found.id}?{filters.query()}", 303)


@dataclass(frozen=True)
class Look:
    """How a card is looked at: its address says it all. `base` is the version that is edited."""

    against: str = ""
    editing: bool = False
    base: str = ""
    why: bool = False
    back: bool = False
    more: bool = False
    done: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Look:
        def said(name: str) -> str:
            return query.get(name, "")[:64]

        return cls(
            said("against"), said("edit") == "1", said("from"), said("why") == "1", said("back") == "1",
            said("rows") == str(MORE_ROWS), said("done"),
        )  # fmt: skip


def _card(
    request: Request,
    site: Site,
    viewer: Viewer,
    filters: Filters,
    example: str,
    *,
    refused: Refused | None = None,
    draft: str = "",
) -> Response:
    """With what stood against a decision, where one was refused: 409 for somebody else's, else 422."""
    look = Look.of(request.query_params)
    shown = card(site, viewer, example, against=look.against, language=language_of(request))
    if not site.curation.reviews(viewer, shown.example):
        raise NotFound("no_example", "there is no such example, or it is not yours to review")
    base = _base(site, shown, look.base) if draft or look.editing else shown.version
    return site.renderer.page(
        request,
        "card.html",
        status=200 if refused is None else 422 if isinstance(refused, MoveRefused) else 409,
        card=shown,
        look=look,
        filters=filters,
        refused=refused.attrs() if refused else None,
        yours=_yours(site, shown, refused),
        pretty=pretty,
        draft=draft or pretty(base.sql, base.dialect),
        base=base.number,
        editing=bool(draft) or look.editing,
        verified={n.example.id: n.verified for n in shown.neighbours},
        few_rows=ROWS,
        more_rows=MORE_ROWS,
        reasons=REASONS,
        done=undoable(site, viewer, look.done),
        waiting=sum(i.open and i.example.id != example for i in queue.items(site.curation, viewer, filters)),
    )


def _yours(site: Site, shown: Card, refused: Refused | None) -> VersionRecord | None:
    """One's own edit, which was kept beside somebody else's."""
    number = refused.yours if isinstance(refused, Conflict) else None
    return site.curation.examples.version(shown.example.id, number) if number else None


def _base(site: Site, shown: Card, number: str) -> VersionRecord:
    """The version that is edited: one that was kept, or the current one."""
    known = {str(v.number): v for v in site.curation.examples.versions(shown.example.id)}
    return known.get(number, shown.version)


def _warm(site: Site, viewer: Viewer, filters: Filters, example: str) -> None:
    """The evidence of the card after this one, so that it is there when it is asked for."""
    following = queue.after(queue.items(site.curation, viewer, filters), example)
    for item in [i for i in following if i.open][:1]:
        card(site, viewer, item.example.id)
