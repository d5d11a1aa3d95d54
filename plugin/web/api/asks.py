"""Questions, answers, one's own SQL, and feedback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from backends.errors import AskError
from feedback.asks import WAITING, AskRecord
from feedback.lifecycle import REASONS
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers.asking import LONGEST_QUESTION, LONGEST_SQL, Result
from plugin.web.answers.job import Job
from plugin.web.api.common import FAILURES, PREFIX
from plugin.web.errors import NotFound
from plugin.web.shown import Asked, Rows, asked, page
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix=PREFIX, tags=["asks"], responses=FAILURES)
_LONGEST_WAIT = 300

Asker = Annotated[Viewer, Depends(may("ask"))]
Runner = Annotated[Viewer, Depends(may("run_sql"))]
Giver = Annotated[Viewer, Depends(may("give_feedback"))]
Id = Annotated[str, Path(max_length=64)]
Most = Annotated[int, Query(ge=1, le=1000)]


class Question(BaseModel):
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    wait: int = Field(
        60, ge=0, le=_LONGEST_WAIT, description="Seconds to wait for the answer before `waiting` is said."
    )


class OwnQuery(BaseModel):
    sql: str = Field(min_length=1, max_length=LONGEST_SQL)
    question: str = Field("", max_length=LONGEST_QUESTION, description="What it answers, for the log.")
    edited_from: str = Field("", max_length=64, description="The answer whose SQL was edited.")


class Said(BaseModel):
    """`down` needs one of the known reasons, `edit` SQL, `comment` a comment."""

    kind: Literal["up", "down", "edit", "comment"]
    reason: str = Field("", max_length=40, description=f"One of {', '.join(REASONS)}.")
    sql: str = Field("", max_length=LONGEST_SQL)
    comment: str = Field("", max_length=2000)


class Recorded(BaseModel):
    id: str


class Heard(Recorded):
    example: str | None = None
    refused: str = ""


@router.post("/asks", status_code=201)
async def ask(site: SiteDep, viewer: Asker, question: Question) -> Asked:
    """Ask a question. Waits for the answer; one that takes longer comes with the status `waiting`, and is at its
    address later."""
    site.limiter.take("ask", viewer.id, site.settings.asks_per_minute)
    job = await run_in_threadpool(site.asking.ask, viewer, question.question)
    await job.ended(question.wait)
    return await run_in_threadpool(_show, site, viewer, job.ask)


@router.get("/asks")
def recent(site: SiteDep, viewer: Asker, limit: Most = 20) -> list[Asked]:
    """Your own questions, the newest first, without rows."""
    return [asked(record, site.url) for record in site.asks.recent(limit, viewer.login)]


@router.get("/asks/{ask}")
def show(
    site: SiteDep, viewer: Asker, ask: Id, rows: Most = 100, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Asked:
    """An answer with a page of its rows, which are fetched again with your rights where they are not kept."""
    return _show(site, viewer, ask, rows, offset)


def own_job(site: SiteDep, viewer: Asker, ask: Id) -> Job:
    job = site.desk.find(ask)
    if job is None or job.viewer.id != viewer.id:
        raise NotFound("no_ask", "there is no such question, or it is not yours")
    return job


@router.get("/asks/{ask}/events", response_class=EventSourceResponse)
async def events(
    site: SiteDep,
    job: Annotated[Job, Depends(own_job)],
    seen: Annotated[int, Header(alias="last-event-id", ge=0)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: ahead (how many come before it), state, stage, token, sql, end."""
    try:
        async for event in job.watch(seen):
            yield ServerSentEvent(event=event.name, data=event.data, id=str(event.number))
    finally:
        site.desk.left(job)


@router.post("/asks/{ask}/cancel", status_code=202)
def cancel(site: SiteDep, job: Annotated[Job, Depends(own_job)]) -> Recorded:
    site.desk.cancel(job)
    return Recorded(id=job.ask)


@router.post("/asks/{ask}/feedback", status_code=201)
def give_feedback(request: Request, site: SiteDep, viewer: Giver, ask: Id, said: Said) -> Heard:
    """A thumb up proposes the answer's SQL as right, an edit its own: `example` is what comes of it, `refused` why
    nothing does."""
    site.limiter.take("say", viewer.id, site.settings.asks_per_minute)
    record = site.asking.record(viewer, ask)
    actor = actor_of(viewer, via="api", request=request.state.request)
    heard = site.curation.hear(viewer, record, said.kind, actor, reason=said.reason, sql=said.sql, comment=said.comment)
    return Heard(
        id=heard.record.id,
        example=heard.taken.example.id if heard.taken else None,
        refused=str(heard.refused) if heard.refused else "",
    )


@router.post("/queries", status_code=201)
def run_sql(site: SiteDep, viewer: Runner, query: OwnQuery, rows: Most = 100) -> Asked:
    """Run SQL of your own through the read-only door, with your part of the catalogue."""
    site.limiter.take("run", viewer.id, site.settings.asks_per_minute)
    edited = site.asking.record(viewer, query.edited_from) if query.edited_from else None
    return _show(site, viewer, site.asking.run(viewer, query.sql, edited=edited, question=query.question), rows)


@router.get("/asks/{ask}/rows")
def rows_of(
    site: SiteDep, viewer: Runner, ask: Id, rows: Most = 100, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Rows:
    """A page of the rows of an answer."""
    record = site.asking.record(viewer, ask)
    if record.status != "answered":
        raise NotFound("no_rows", "this question has no rows")
    return page(site.asking.result(viewer, record), rows, offset)


def _show(site: Site, viewer: Viewer, ask: str, rows: int = 100, offset: int = 0) -> Asked:
    record = site.asking.record(viewer, ask)
    result: Result | None = None
    if record.status == "answered":
        try:
            result = site.asking.result(viewer, record)
        except AskError as error:
            return asked(record, site.url).model_copy(update={"error": error.message})
        trust = site.curation.trust(record).level
        return asked(record, site.url, result, rows=rows, offset=offset).model_copy(update={"trust": trust})
    if record.status == WAITING and site.desk.find(ask) is None and not _elsewhere(site, record):
        return asked(record, site.url).model_copy(update={"status": "failed"})
    return asked(record, site.url, result, rows=rows, offset=offset)


def _elsewhere(site: Site, record: AskRecord) -> bool:
    return site.presence.elsewhere(str(record.receipt.get("server", "")))
