"""/ask: the question, its answer as it comes, and the answer at its own address."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backends.errors import AskError
from catalog_sync.model import Catalog
from feedback.asks import WAITING, AskRecord
from feedback.trust import Trust
from plugin.answer import pretty
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers import charts
from plugin.web.answers.asking import PERSON, Result
from plugin.web.answers.job import ENDED, Job
from plugin.web.cells import as_csv
from plugin.web.errors import NotFound
from plugin.web.failures import status_of
from plugin.web.pages.feedback import thumbs
from plugin.web.render import SHOWN_STAGES, language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(include_in_schema=False)
PAGE_ROWS = 50

Asker = Annotated[Viewer, Depends(may("ask"))]
Runner = Annotated[Viewer, Depends(may("run_sql"))]


@router.get("/ask")
def start(request: Request, site: SiteDep, viewer: Asker, q: Annotated[str, Query(max_length=1000)] = "") -> Response:
    return site.renderer.page(
        request,
        "ask.html",
        question=q,
        suggestions=_suggestions(site.reading.seen_by(viewer), language_of(request)),
        recent=site.asks.recent(8, viewer.login),
    )


@router.post("/ask")
def submit(site: SiteDep, viewer: Asker, question: Annotated[str, Form(max_length=4000)]) -> Response:
    site.limiter.take("ask", viewer.id, site.settings.asks_per_minute)
    return RedirectResponse(f"/ask/{site.asking.ask(viewer, question).ask}", 303)


@router.get("/ask/history")
def history(request: Request, site: SiteDep, viewer: Asker) -> Response:
    return site.renderer.page(request, "history.html", recent=site.asks.recent(200, viewer.login))


@router.get("/ask/{ask}")
def show(
    request: Request,
    site: SiteDep,
    viewer: Asker,
    ask: str,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    view: Annotated[str, Query(max_length=10)] = "",
    y: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """`page` of the rows, `view` table or chart, `y` the measure drawn: all in the address."""
    record = site.asking.record(viewer, ask)
    context = _context(site, viewer, record, language_of(request), page, view, y)
    only_result = request.headers.get("hx-target", "").endswith("#result") and context["result"] is not None
    return site.renderer.page(request, "result.html" if only_result else "asked.html", **context)


def own_job(site: SiteDep, viewer: Asker, ask: str) -> Job:
    """Only the asker's: nobody else watches or cancels it."""
    job = site.desk.find(ask)
    if job is None or job.viewer.id != viewer.id:
        raise NotFound("no_ask", "there is no such question, or it is not yours")
    return job


OwnJob = Annotated[Job, Depends(own_job)]


@router.get("/ask/{ask}/events", response_class=EventSourceResponse)
async def events(
    site: SiteDep, job: OwnJob, seen: Annotated[int, Header(alias="last-event-id", ge=0)] = 0
) -> AsyncIterator[ServerSentEvent]:
    """ahead, state, stage, token, sql, end. A browser that comes back goes on where it was."""
    try:
        async for event in job.watch(seen):
            yield ServerSentEvent(event=event.name, data=event.data, id=str(event.number))
    finally:
        site.desk.left(job)


@router.post("/ask/{ask}/cancel")
def cancel(site: SiteDep, job: OwnJob) -> Response:
    site.desk.cancel(job)
    return RedirectResponse(f"/ask/{job.ask}", 303)


@router.post("/ask/{ask}/run")
def run(
    request: Request, site: SiteDep, viewer: Runner, ask: str, sql: Annotated[str, Form(max_length=20_000)]
) -> Response:
    """The edited SQL through the same door; a new answer with an address of its own."""
    record = site.asking.record(viewer, ask)
    site.limiter.take("run", viewer.id, site.settings.asks_per_minute)
    onward = f"/ask/{site.asking.run(viewer, sql, edited=record)}"
    site.feedback.signal(record.id, "edited", actor_of(viewer, request=request.state.request))
    if request.headers.get("hx-request"):
        return Response(headers={"hx-redirect": onward})
    return RedirectResponse(onward, 303)


@router.get("/ask/{ask}/rows.csv")
def download(request: Request, site: SiteDep, viewer: Runner, ask: str) -> Response:
    record = site.asking.record(viewer, ask)
    result = site.asking.result(viewer, record)
    site.feedback.signal(record.id, "exported", actor_of(viewer, request=request.state.request))
    name = f"dbt-ask-{record.id[:8]}.csv"
    return Response(
        as_csv(result.columns, result.rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _context(
    site: Site, viewer: Viewer, record: AskRecord, language: str, page: int, view: str, y: str
) -> dict[str, Any]:
    job = site.desk.find(record.id)
    waiting = record.status == WAITING and job is not None and job.state not in ENDED
    result, error = (None, None) if waiting else _result(site, viewer, record)
    trust = _trust(site, viewer, record)
    shown: dict[str, Any] = {
        "ask": record,
        "waiting": waiting,
        "ahead": site.desk.ahead(job) if job and waiting else 0,
        "mine": record.user == viewer.login,
        "stages": SHOWN_STAGES,
        "sql": pretty(record.sql, record.dialect),
        "by_person": record.model == PERSON,
        "how": site.asking.may_see_how(viewer, record),
        "trust": trust,
        "reviewers": _reviewers(site, trust),
        "times": _times(record.timings),
        "result": result,
        "error": error,
    }
    said = thumbs(site, record.id, viewer)
    return {**shown, **_rows(result, language, page, view, y), **said}


def _trust(site: Site, viewer: Viewer, record: AskRecord) -> Trust:
    """Of the examples it rests on, those that the viewer may see."""
    found = site.curation.trust(record)
    examples = site.curation.examples
    seen = tuple(e for e in found.examples if e.live and site.curation.sees(viewer, e, examples.version(e.id, e.live)))
    return replace(found, examples=seen)


def _reviewers(site: Site, trust: Trust) -> list[str]:
    """Who approved the live versions that verify it."""
    if trust.level != "verified":
        return []
    reviews = [(e, r) for e in trust.examples for r in site.curation.examples.reviews(e.id)]
    return list(dict.fromkeys(r.person for e, r in reviews if r.decision == "approve" and r.version == e.live))


def _times(timings: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds by kind of stage."""
    found: dict[str, float] = {}
    for name, spent in timings.items():
        if name != "total":
            kind = name.partition(".")[0]
            found[kind] = found.get(kind, 0.0) + spent
    return found


def _rows(result: Result | None, language: str, page: int, view: str, y: str) -> dict[str, Any]:
    if result is None:
        return {"rows": [], "page": 1, "pages": 1, "chart": None, "view": "table", "measures": [], "y": ""}
    pages = max(1, -(-len(result.rows) // PAGE_ROWS))
    page = min(page, pages)
    chart = charts.spec(result.columns, result.rows, y, language)
    return {
        "rows": result.rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_ROWS + 1,
        "chart": chart,
        "view": view if view in ("table", "chart") and chart else "chart" if chart and not view else "table",
        "measures": charts.measures(result.columns, result.rows) if chart else [],
        "y": y,
    }


def _result(site: Site, viewer: Viewer, record: AskRecord) -> tuple[Result | None, dict[str, Any] | None]:
    if record.status != "answered":
        return None, None
    try:
        return site.asking.result(viewer, record), None
    except AskError as error:
        if status_of(error) >= 500 and not error.transient:
            raise
        return None, error.attrs()


def _suggestions(catalog: Catalog, language: str) -> list[str]:
    """What question views say they were built for, one of each view, in the reader's language."""
    korean = language == "ko"
    found = [
        next((q for q in view.questions if any("가" <= c <= "힣" for c in q) == korean), None)
        for view in (table.view for table in catalog.views())
        if view is not None
    ]
    return list(itertools.islice((q for q in found if q), 6))
