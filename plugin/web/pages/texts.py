"""/catalog-texts: descriptions, synonyms and names of values that people suggest; who owns the domain decides."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from backends.errors import AskError
from catalog_sync.edits import Edit
from feedback.model import SuggestionRecord
from feedback.people import Actor
from feedback.suggestions import OPEN, STATES, Suggestions, edit_of
from plugin import catalogue_suggestions as back
from plugin.catalogue_edits import Report
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.curation.texts import Shown, listed, shown
from plugin.web.curation.texts import suggest as suggested
from plugin.web.errors import Conflict, Forbidden, NotFound
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix="/catalog-texts", include_in_schema=False)

Browser = Annotated[Viewer, Depends(may("browse"))]
Suggester = Annotated[Viewer, Depends(may("give_feedback"))]
Decider = Annotated[Viewer, Depends(may("approve_texts"))]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=4000)]
Lock = Annotated[int, Form(ge=0, le=2**31)]


@router.get("")
def texts(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    state: Annotated[Literal["", "proposed", "approved", "conflict", "written", "declined"], Query()] = "",
) -> Response:
    found = listed(_store(site), site.reading.seen_by(viewer), viewer, STATES)
    counts = {name: sum(one.record.state == name for one in found) for name in STATES}
    return site.renderer.page(
        request,
        "texts.html",
        items=[one for one in found if one.record.state in ((state,) if state else OPEN)],
        state=state,
        counts=counts,
        open=sum(counts[name] for name in OPEN),
        nothing=not found,
    )


@router.post("")
def suggest(
    request: Request,
    site: SiteDep,
    viewer: Suggester,
    table: Name,
    field: Annotated[Literal["description", "synonym", "value"], Form()],
    text: Text,
    column: Name = "",
    value: Name = "",
    was: Text = "",
) -> Response:
    made = suggested(site, viewer, _actor(request, viewer), Edit(table, column, field, text, was, value))
    return RedirectResponse(f"/catalog-texts/{made.id}", 303)


@router.get("/{suggestion}")
def show(request: Request, site: SiteDep, viewer: Browser, suggestion: str) -> Response:
    one = _visible(site, viewer, suggestion)
    return _card(request, site, viewer, one)


@router.post("/{suggestion}/decide")
def decide(
    request: Request,
    site: SiteDep,
    viewer: Decider,
    suggestion: str,
    move: Annotated[Literal["approve", "decline", "write"], Form()],
    lock: Lock,
    why: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """What is approved is written at once where `catalog.write_back` says so; then the next one that waits."""
    one, store, actor = _visible(site, viewer, suggestion), _store(site), _actor(request, viewer)
    if not one.decides:
        raise Forbidden("not_allowed", "you may not decide on texts of this table", action="approve_texts")
    if move == "decline":
        store.decline(suggestion, actor, lock, why)
    elif move == "approve":
        store.approve(suggestion, actor, lock)
    if move != "decline" and back.at_once(site.reading.bench, edit_of(one.record)):
        _write(site, store.get(suggestion), actor)
    if store.get(suggestion).state in OPEN:
        return RedirectResponse(f"/catalog-texts/{suggestion}", 303)
    return RedirectResponse(_next(site, viewer), 303)


@router.post("/{suggestion}/revise")
def revise(request: Request, site: SiteDep, viewer: Suggester, suggestion: str, text: Text, lock: Lock) -> Response:
    """Another text, over the one that stands there now."""
    one = _visible(site, viewer, suggestion)
    _store(site).revise(suggestion, text, _actor(request, viewer), lock, one.stands)
    return RedirectResponse(f"/catalog-texts/{suggestion}", 303)


@router.post("/{suggestion}/withdraw")
def withdraw(request: Request, site: SiteDep, viewer: Suggester, suggestion: str, lock: Lock) -> Response:
    """One's own."""
    one = _visible(site, viewer, suggestion)
    if one.record.person != viewer.login:
        raise Forbidden("not_allowed", "only who wrote it takes it back", action="give_feedback")
    _store(site).decline(suggestion, _actor(request, viewer), lock, "withdrawn")
    return RedirectResponse("/catalog-texts", 303)


def _card(request: Request, site: Site, viewer: Viewer, one: Shown) -> Response:
    bench, record = site.reading.bench, one.record
    own = record.person == viewer.login and not site.curation.rules.self_approval
    deciding = one.decides and record.state in ("proposed", "approved")
    return site.renderer.page(
        request,
        "text.html",
        one=one,
        own=own,
        at_once=deciding and back.at_once(bench, edit_of(record)),
        would=_would(site, record) if deciding and not own else None,
    )


def _would(site: Site, record: SuggestionRecord) -> Report | None:
    """What would become of it in the project's files; None where that can't be said now."""
    try:
        return back.preview(site.reading.bench, edit_of(record))
    except AskError:
        return None


def _write(site: Site, record: SuggestionRecord, actor: Actor) -> None:
    try:
        back.write_back(site.reading.bench, record, actor)
    except OSError as error:
        raise Conflict(
            "not_written", f"the files can't be written into the project: {error.strerror}",
            hint="dbt-ask catalog write --approved",
        ) from error  # fmt: skip


def _next(site: Site, viewer: Viewer) -> str:
    """The next one that this person can decide on, the oldest first; else the list."""
    found = listed(_store(site), site.reading.seen_by(viewer), viewer, ("proposed",))[::-1]
    mine = [one.record.id for one in found if one.decides and one.record.person != viewer.login]
    return f"/catalog-texts/{mine[0]}" if mine else "/catalog-texts"


def _visible(site: Site, viewer: Viewer, suggestion: str) -> Shown:
    one = shown(_store(site).get(suggestion), site.reading.seen_by(viewer), viewer)
    if one is None:
        raise NotFound("no_suggestion", "there is no such suggestion, or it is not yours to see")
    return one


def _store(site: Site) -> Suggestions:
    return site.reading.bench.feedback.suggestions


def _actor(request: Request, viewer: Viewer) -> Actor:
    return actor_of(viewer, request=request.state.request)
