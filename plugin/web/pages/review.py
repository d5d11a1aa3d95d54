"""/review: what waits, and one card at a time to decide on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from feedback import audit
from feedback.desk import Decision
from feedback.errors import Conflict, LeaseHeld, MoveRefused
from feedback.in_words import in_words
from feedback.lifecycle import REASONS
from feedback.model import ExampleRecord, VersionRecord
from feedback.people import Actor
from plugin.answer import pretty
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers.asking import LONGEST_SQL
from plugin.web.curation import queue
from plugin.web.curation.bulk import MOST, Bulk, bulk_of
from plugin.web.curation.card import Card, card
from plugin.web.curation.queue import CHECKS, STATES, Filters, Item
from plugin.web.errors import NotFound
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
        done=_undoable(site, viewer, done),
    )


@router.post("/next")
def onward(
    request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: Said = "", back: Said = ""
) -> Response:
    """The next card that is free, or the one before; `example` is the card that is left."""
    actor = _actor(request, viewer)
    found = queue.items(site.curation, viewer, filters)
    wanted = queue.after(found[::-1] if back else found, example)
    if example:
        queue.release(site.curation, example, actor)
    return _to(queue.claim(site.curation, wanted, actor), filters)


@router.post("/bulk")
def bulk(request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, items: Items) -> Response:
    """Approves what was on the screen of one cluster where every check is green; each is a decision of its own."""
    actor, found = _actor(request, viewer), queue.items(site.curation, viewer, filters)
    shown = Bulk.read(items, found) if filters.cluster else None
    if shown is None or not shown.green:
        raise MoveRefused("bulk", f"only up to {MOST} of one cluster, all checks green, can be approved at once")
    lost = 0
    for item in shown.items:
        try:
            site.curation.desk.decide("approve", item.example.id, actor, lock=item.example.lock)
        except (Conflict, LeaseHeld):
            lost += 1
    return RedirectResponse(f"/review?{filters.query(lost=lost or None)}", 303)


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
    site.curation.desk.renew(found.id, _actor(request, viewer))
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
    actor, curation = _actor(request, viewer), site.curation
    wanted = queue.after(queue.items(curation, viewer, filters), example)
    try:
        if move == "approve" and card(site, viewer, example).blocked:
            raise MoveRefused("checks", "a check that must hold has failed", hint="edit the SQL")
        curation.find(viewer, example)
        curation.desk.decide(move, example, actor, Decision(reason, comment, seconds=seconds), lock=lock)
    except (Conflict, LeaseHeld, MoveRefused) as refused:
        return _card(request, site, viewer, filters, example, refused=refused)
    return _to(queue.claim(curation, wanted, actor), filters, done=example)


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
    curation, actor = site.curation, _actor(request, viewer)
    found, _ = curation.find(viewer, example)
    site.reading.allow(viewer, sql)
    examined = curation.intake.examine(found.question, sql, but=found.id)
    if examined.failed:
        refused = MoveRefused(examined.failed[0].name, examined.failed[0].says, hint="only what runs is kept")
        return _card(request, site, viewer, filters, example, refused=refused, draft=sql)
    try:
        curation.desk.edit(found.id, examined.text, actor, lock=lock, base=base, note=note)
    except Conflict as conflict:
        return _card(request, site, viewer, filters, example, refused=conflict)
    if not curation.rules.self_approval:
        queue.release(curation, found.id, actor)
    return RedirectResponse(f"/review/{found.id}?{filters.query()}", 303)


@router.post("/{example}/merge")
def merge(
    request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: str, lock: Lock, into: Said
) -> Response:
    curation, actor = site.curation, _actor(request, viewer)
    wanted = queue.after(queue.items(curation, viewer, filters), example)
    target, _ = curation.find(viewer, into)
    found, _ = curation.find(viewer, example)
    try:
        curation.desk.move("merge", found.id, actor, Decision("duplicate", into=target.id), lock=lock)
    except (Conflict, MoveRefused) as refused:
        return _card(request, site, viewer, filters, example, refused=refused)
    return _to(queue.claim(curation, wanted, actor), filters, done=example)


@router.post("/{example}/undo")
def undo(request: Request, site: SiteDep, viewer: Reviewer, filters: Asked, example: str, left: Said = "") -> Response:
    """`left` is the card that was claimed meanwhile."""
    actor = _actor(request, viewer)
    found, _ = site.curation.find(viewer, example)
    site.curation.desk.undo(found.id, actor)
    if left:
        queue.release(site.curation, left, actor)
    return RedirectResponse(f"/review/{found.id}?{filters.query()}", 303)


def _card(
    request: Request,
    site: Site,
    viewer: Viewer,
    filters: Filters,
    example: str,
    *,
    refused: Conflict | LeaseHeld | MoveRefused | None = None,
    draft: str = "",
) -> Response:
    """With what stood against a decision, where one was refused: 409 for somebody else's, else 422."""
    seen = request.query_params
    shown = card(site, viewer, example, against=seen.get("against", "")[:64], language=language_of(request))
    if not site.curation.reviews(viewer, shown.example):
        raise NotFound("no_example", "there is no such example, or it is not yours to review")
    editing = bool(draft) or seen.get("edit") == "1"
    base = _base(site, shown, seen.get("from", "")) if editing else shown.version
    yours = refused.yours if isinstance(refused, Conflict) else None
    return site.renderer.page(
        request,
        "card.html",
        status=200 if refused is None else 422 if isinstance(refused, MoveRefused) else 409,
        card=shown,
        filters=filters,
        refused=refused.attrs() if refused else None,
        yours=site.curation.examples.version(shown.example.id, yours) if yours else None,
        pretty=pretty,
        draft=draft or pretty(base.sql, base.dialect),
        base=base.number,
        editing=editing,
        verified={n.example.id: n.verified for n in shown.neighbours},
        why=seen.get("why") == "1",
        back=seen.get("back") == "1",
        shown_rows=MORE_ROWS if seen.get("rows") == str(MORE_ROWS) else ROWS,
        few_rows=ROWS,
        more_rows=MORE_ROWS,
        reasons=REASONS,
        done=_undoable(site, viewer, seen.get("done", "")[:64]),
        many=shown.longest > ROWS,
        waiting=sum(i.open and i.example.id != example for i in queue.items(site.curation, viewer, filters)),
    )


def _base(site: Site, shown: Card, number: str) -> VersionRecord:
    """The version that is edited: one that was kept, or the current one."""
    known = {str(v.number): v for v in site.curation.examples.versions(shown.example.id)}
    return known.get(number, shown.version)


def _to(claimed: ExampleRecord | None, filters: Filters, done: str = "") -> Response:
    query = filters.query(done=done)
    return RedirectResponse(f"/review/{claimed.id}?{query}" if claimed else f"/review?{query}", 303)


def _undoable(site: Site, viewer: Viewer, example: str) -> dict[str, Any] | None:
    """This person's decision on it, while it can be taken back; `left` in seconds."""
    if not example:
        return None
    last = next(iter(audit.read(site.reading.bench.state, key=example, kind="example", limit=1)), None)
    if last is None or last.person != viewer.login or last.action not in ("approve", "reject", "ask_back", "merge"):
        return None
    left = (last.at + site.curation.rules.undo - site.curation.examples.clock()).total_seconds()
    question = site.curation.examples.get(example).question
    return {"id": example, "action": last.action, "question": question, "left": left} if left > 0 else None


def _words(found: list[Item], language: str) -> dict[str, str]:
    return {i.example.id: in_words(i.version.sql, i.version.dialect, language) for i in found}


def _clusters(found: list[Item]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for item in found:
        sizes[item.example.cluster] = sizes.get(item.example.cluster, 0) + 1
    return sizes


def _warm(site: Site, viewer: Viewer, filters: Filters, example: str) -> None:
    """The evidence of the card after this one, so that it is there when it is asked for."""
    following = queue.after(queue.items(site.curation, viewer, filters), example)
    for item in [i for i in following if i.open][:1]:
        card(site, viewer, item.example.id)


def _actor(request: Request, viewer: Viewer) -> Actor:
    return actor_of(viewer, request=request.state.request)
