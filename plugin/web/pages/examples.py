"""/examples: what was proposed, reviewed and published, with its versions and what was done to it."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from feedback import audit
from feedback.desk import Decision
from feedback.drift import broken
from feedback.gate import held_out
from feedback.in_words import in_words
from feedback.lifecycle import STATES, possible
from feedback.model import ExampleRecord, VersionRecord
from plugin.answer import pretty
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.curation import deciding, library
from plugin.web.curation.library import Shelf
from plugin.web.curation.queue import checks_of
from plugin.web.render import language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix="/examples", include_in_schema=False)
PAGE = 50
_HISTORY = 200

Browser = Annotated[Viewer, Depends(may("browse"))]
Short = Annotated[str, Query(max_length=200)]
_HERE = ("publish", "unpublish", "retire", "doubt", "reopen", "discard", "reply")
"""The moves that are made on this screen; the rest on the review card."""


def wanted_of(
    q: Short = "", state: Short = "", source: Short = "", domain: Short = "", role: Short = "", language: Short = ""
) -> Shelf:
    return Shelf(q=q, state=state, source=source, domain=domain, role=role, language=language)


Wanted = Annotated[Shelf, Depends(wanted_of)]


@router.get("")
def listed(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    wanted: Wanted,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> Response:
    found = library.items(site.curation, viewer, wanted)
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return site.renderer.page(
        request,
        "examples.html",
        items=shown,
        total=len(found),
        words={e.id: in_words(v.sql, v.dialect, language_of(request)) for e, v in shown},
        counts=library.counts(site.curation, viewer, wanted),
        wanted=wanted,
        states=STATES,
        domains=sorted({t.domain for t in site.reading.seen_by(viewer) if t.domain}),
        page=page,
        pages=pages,
    )


@router.get("/export.jsonl")
def export(site: SiteDep, viewer: Browser, wanted: Wanted) -> Response:
    """What the filters show, as `dbt-ask feedback import` reads it. No rows, and personal data was masked before."""
    lines = [
        json.dumps({"question": e.question, "sql": v.sql, "state": e.state, "language": e.language, "source": e.source,
                    "role": e.role, "tables": v.tables, "version": v.number, "id": e.id}, ensure_ascii=False)
        for e, v in library.items(site.curation, viewer, wanted)
    ]  # fmt: skip
    return Response(
        "".join(f"{line}\n" for line in lines),
        media_type="application/jsonl; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="examples.jsonl"'},
    )


@router.get("/{example}")
def show(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    example: str,
    a: Annotated[int | None, Query(ge=1)] = None,
    b: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """`a` and `b` are the versions that are laid side by side."""
    found, version = site.curation.find(viewer, example)
    versions = site.curation.examples.versions(found.id)
    reviews = site.curation.reviews(viewer, found)
    asked = site.asks.get(str(found.origin.get("ask", "")))
    return site.renderer.page(
        request,
        "example.html",
        example=found,
        version=version,
        versions=versions[::-1],
        compared=_compared(versions, a, b, found),
        words=in_words(version.sql, version.dialect, language_of(request)),
        checks=checks_of(version),
        broken=broken(version.uses, site.reading.catalog()) if version.uses else (),
        history=audit.read(site.reading.bench.state, key=found.id, kind="example", limit=_HISTORY) if reviews else [],
        reviews=[r for r in site.curation.examples.reviews(found.id) if r.decision == "approve"],
        moves=_moves(found, viewer),
        may_review=reviews,
        held_out=len(held_out(site.curation.examples, found.project)) if found.state == "verified" else 0,
        ask=asked if asked and _may_see(site, viewer, asked.id) else None,
        pretty=pretty,
    )


@router.post("/{example}/move")
def move(
    request: Request,
    site: SiteDep,
    viewer: Browser,
    example: str,
    name: Annotated[Literal["publish", "unpublish", "retire", "doubt", "reopen", "discard", "reply"], Form()],
    lock: Annotated[int, Form(ge=0, le=2**31)],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    actor = actor_of(viewer, request=request.state.request)
    done = deciding.move(site, viewer, example, name, actor, Decision(reason), lock)
    return RedirectResponse(f"/examples/{done.id}", 303)


def _moves(found: ExampleRecord, viewer: Viewer) -> list[str]:
    """Only who proposed it, or a reviewer, answers what was asked back."""
    known = possible(found.state, actor_of(viewer), frozenset(found.domains))  # type: ignore[arg-type]
    names = [name for name in known if name in _HERE]
    if found.created_by != viewer.login and not viewer.may("review"):
        names = [name for name in names if name != "reply"]
    return [n for n in names if n != "discard" or (found.live is not None and found.live != found.current)]


def _compared(
    versions: list[VersionRecord], a: int | None, b: int | None, found: ExampleRecord
) -> tuple[VersionRecord, VersionRecord] | None:
    """The two that are named; else, where there are several, the current with the one that it was edited from."""
    known = {v.number: v for v in versions}
    new = known.get(b or found.current)
    old = known.get(a or (new.parent if new and new.parent else 0))
    return (old, new) if old and new and old is not new else None


def _may_see(site: Site, viewer: Viewer, ask: str) -> bool:
    from plugin.web.errors import NotFound

    try:
        site.asking.record(viewer, ask)
    except NotFound:
        return False
    return True
