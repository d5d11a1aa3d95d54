"""/review: what waits, the next card of it, and many approved at once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from feedback import audit
from feedback.errors import Conflict, LeaseHeld, MoveRefused
from feedback.in_words import in_words
from feedback.model import ExampleRecord
from feedback.people import SERVICE, Actor
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.curation import queue, texts
from plugin.web.curation.bulk import MOST, Bulk, bulk_of
from plugin.web.curation.queue import CHECKS, STATES, Filters, Item
from plugin.web.render import language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix="/review", include_in_schema=False)
PAGE = 50
ROWS = 10
MORE_ROWS = 100

Reviewer = Annotated[Viewer, Depends(may("review"))]
Short = Annotated[str, Query(max_length=200)]
Lock = Annotated[int, Form(ge=0, le=2**31)]
Said = Annotated[str, Form(max_length=2000)]
Items = Annotated[str, Form(max_length=10_000)]


def filters_of(
    q: Short = "", state: Short = "", domain: Short = "", check: Short = "", source: Short = "", cluster: Short = ""
) -> Filters:
    return Filters(q=q, state=state, domain=domain, check=check, source=source, cluster=cluster)


Asked = Annotated[Filters, Depends(filters_of)]


@router.get("")
def listed(
    request: Request,
    site: SiteDep,
    viewer: Reviewer,
    filters: Asked,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    done: Short = "",
    lost: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    found = queue.items(site.curation, viewer, filters)
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    together = bulk_of(found) if filters.cluster else None
    return site.renderer.page(
        request,
        "review.html",
        items=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        free=sum(item.open for item in found),
        clusters=_clusters(found),
        bulk=together,
        samples=[(i, site.evidence.run(viewer, i.version.sql)) for i in together.sample] if together else [],
        lost=lost,
        words=_words(found[(page - 1) * PAGE : page * PAGE], language_of(request)),
        filters=filters,
        states=[name for name in STATES if name],
        checks=CHECKS,
        domains=sorted({t.domain for t in site.reading.seen_by(viewer) if t.domain}),
        page=page,
        pages=pages,
        counts=site.curation.examples.counts(),
        done=undoable(site, viewer, done),
        texts=_texts(site, viewer),
    )


@router.post("/next")
def onward(
    request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: Said = "", back: Said = ""
) -> Response:
    """The next card that is free, or the one before; `example` is the card that is left."""
    by = actor(request, viewer)
    found = queue.items(site.curation, viewer, filters)
    wanted = queue.after(found[::-1] if back else found, example)
    if example:
        queue.release(site.curation, example, by)
    return onward_to(queue.claim(site.curation, wanted, by), filters)


@router.post("/bulk")
def bulk(request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, items: Items) -> Response:
    """Approves what was on the screen of one cluster where every check is green; each is a decision of its own."""
    by, found = actor(request, viewer), queue.items(site.curation, viewer, filters)
    shown = Bulk.read(items, found) if filters.cluster else None
    if shown is None or not shown.green:
        raise MoveRefused("bulk", f"only up to {MOST} of one cluster, all checks green, can be approved at once")
    lost = 0
    for item in shown.items:
        try:
            site.curation.desk.decide("approve", item.example.id, by, lock=item.example.lock)
        except (Conflict, LeaseHeld):
            lost += 1
    return RedirectResponse(f"/review?{filters.query(lost=lost or None)}", 303)


def onward_to(claimed: ExampleRecord | None, filters: Filters, done: str = "") -> Response:
    query = filters.query(done=done)
    return RedirectResponse(f"/review/{claimed.id}?{query}" if claimed else f"/review?{query}", 303)


def undoable(site: Site, viewer: Viewer, example: str) -> dict[str, Any] | None:
    """This person's decision on it, while it can be taken back; `left` in seconds. The action `control`: they approved
    what is known to be wrong."""
    if not example:
        return None
    known = audit.read(site.reading.bench.state, key=example, kind="example", limit=2)
    if [row.person for row in known] == [SERVICE.name, viewer.login] and site.curation.examples.get(example).control:
        return {"id": example, "action": "control", "question": site.curation.examples.get(example).question, "left": 0}
    last = next(iter(known), None)
    if last is None or last.person != viewer.login or last.action not in ("approve", "reject", "ask_back", "merge"):
        return None
    left = (last.at + site.curation.rules.undo - site.curation.examples.clock()).total_seconds()
    question = site.curation.examples.get(example).question
    return {"id": example, "action": last.action, "question": question, "left": left} if left > 0 else None


def _words(found: list[Item], language: str) -> dict[str, str]:
    return {i.example.id: in_words(i.version.sql, i.version.dialect, language) for i in found}


def _texts(site: Site, viewer: Viewer) -> int:
    """Suggested texts that this person can decide on."""
    found = texts.listed(site.reading.bench.feedback.suggestions, site.reading.seen_by(viewer), viewer, ("proposed",))
    return sum(one.decides and one.record.person != viewer.login for one in found)


def _clusters(found: list[Item]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for item in found:
        sizes[item.example.cluster] = sizes.get(item.example.cluster, 0) + 1
    return sizes


def actor(request: Request, viewer: Viewer) -> Actor:
    return actor_of(viewer, request=request.state.request)
