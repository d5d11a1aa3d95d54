"""Examples and their review, for programs: the library, proposals, the queue, decisions and edits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from feedback.desk import Decision
from feedback.drafts import Check
from feedback.in_words import in_words
from feedback.intake import Proposal
from feedback.lifecycle import REASONS, possible
from feedback.model import ExampleRecord, VersionRecord
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.answers.asking import LONGEST_QUESTION, LONGEST_SQL
from plugin.web.api.common import FAILURES, PREFIX
from plugin.web.curation import deciding, library, queue
from plugin.web.curation.card import checks_now
from plugin.web.curation.queue import STATES, Filters
from plugin.web.pages.examples import Wanted
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix=PREFIX, tags=["examples"], responses=FAILURES)

Browser = Annotated[Viewer, Depends(may("browse"))]
Giver = Annotated[Viewer, Depends(may("give_feedback"))]
Reviewer = Annotated[Viewer, Depends(may("review"))]
Id = Annotated[str, Path(max_length=64)]
Most = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10**9)]
Short = Annotated[str, Query(max_length=200)]
Lock = Annotated[int, Field(ge=0, le=2**31, description="The `lock` that the example was shown with.")]


class Example(BaseModel):
    """`live` is the version that questions are answered with. `moves` are those that you may try from its state."""

    id: str
    question: str
    language: str
    state: str
    role: Literal["retrieval", "benchmark"]
    sql: str
    dialect: str
    reads: str = Field(description="One sentence that is read from the SQL's syntax tree.")
    tables: list[str]
    domains: list[str]
    version: int
    live: int | None
    lock: int
    seen: int = Field(description="How often it was asked or proposed.")
    source: str
    question_by: Literal["person", "model"]
    created_by: str
    edited_by: str
    changed_at: datetime
    reason: str
    doubts: list[str] = Field(description="Checks that are not green.")
    held_by: str = Field("", description="Who has its card open now.")
    url: str


class Version(BaseModel):
    number: int
    parent: int | None
    sql: str
    edited_by: str
    edited_at: datetime
    note: str


class Whole(Example):
    checks: list[Check]
    versions: list[Version]
    moves: list[str]


class Proposed(BaseModel):
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    sql: str = Field(min_length=1, max_length=LONGEST_SQL)


class Taken(BaseModel):
    """`known` is counted, not stored again."""

    id: str
    how: Literal["created", "known"]
    url: str


class Step(BaseModel):
    move: Literal[
        "claim", "release", "approve", "reject", "ask_back", "merge", "reopen", "discard", "publish", "unpublish",
        "retire", "doubt",
    ]  # fmt: skip
    lock: Lock
    reason: str = Field("", max_length=2000, description=f"For `reject` one of {', '.join(REASONS)}.")
    comment: str = Field("", max_length=2000)
    into: str = Field("", max_length=64, description="For `merge`: the example that stays.")
    seconds: float | None = Field(None, ge=0, le=10**6, description="From the card in view to the decision.")


class Edited(BaseModel):
    sql: str = Field(min_length=1, max_length=LONGEST_SQL)
    lock: Lock
    base: int | None = Field(None, ge=1, le=2**31, description="The version that was edited.")
    note: str = Field("", max_length=2000)


@router.get("/examples")
def examples(site: SiteDep, viewer: Browser, wanted: Wanted, limit: Most = 100, offset: Offset = 0) -> list[Example]:
    """What is live and what you proposed; as a reviewer all. The most often asked first."""
    found = library.items(site.curation, viewer, wanted)[offset : offset + limit]
    return [_shown(site, e, v) for e, v in found]


@router.post("/examples", status_code=201)
def propose(request: Request, site: SiteDep, viewer: Giver, said: Proposed) -> Taken:
    """Propose SQL as the answer to a question. It is examined, and waits for a reviewer."""
    site.limiter.take("say", viewer.id, site.settings.asks_per_minute)
    site.reading.allow(viewer, said.sql)
    actor = actor_of(viewer, via="api", request=request.state.request)
    taken = site.curation.intake.propose(Proposal(said.question, said.sql), actor)
    return Taken(id=taken.example.id, how=taken.how, url=_url(site, taken.example))


@router.get("/examples/{example}")
def example(site: SiteDep, viewer: Browser, example: Id) -> Whole:
    return _whole(site, viewer, example)


@router.post("/examples/{example}/moves")
def move(request: Request, site: SiteDep, viewer: Reviewer, example: Id, step: Step) -> Whole:
    """Decide. Who may make which move is the table of the lifecycle; an API token reviews and does not publish."""
    actor = actor_of(viewer, via="api", request=request.state.request)
    reason = step.reason or ("duplicate" if step.move == "merge" else "")
    decision = Decision(reason, step.comment, into=step.into, seconds=step.seconds)
    deciding.move(site, viewer, example, step.move, actor, decision, step.lock)
    return _whole(site, viewer, example)


@router.post("/examples/{example}/undo")
def undo(request: Request, site: SiteDep, viewer: Reviewer, example: Id) -> Whole:
    """Take back your own last decision, within 15 seconds."""
    found, _ = site.curation.find(viewer, example)
    site.curation.desk.undo(found.id, actor_of(viewer, via="api", request=request.state.request))
    return _whole(site, viewer, example)


@router.post("/examples/{example}/versions", status_code=201)
def edit(request: Request, site: SiteDep, viewer: Reviewer, example: Id, edited: Edited) -> Whole:
    """Another SQL as the next version, in review. Of two edits both are kept; the second is answered with 409."""
    actor = actor_of(viewer, via="api", request=request.state.request)
    deciding.edit(site, viewer, example, edited.sql, actor, edited.lock, edited.base, edited.note)
    return _whole(site, viewer, example)


@router.get("/review")
def waiting(
    site: SiteDep,
    viewer: Reviewer,
    state: Annotated[
        str, Query(max_length=200, description=f"{', '.join(filter(None, STATES))}; all by default.")
    ] = "",
    check: Annotated[str, Query(max_length=200, description="One that is not green; `green`: all are.")] = "",
    q: Short = "",
    domain: Short = "",
    source: Short = "",
    cluster: Short = "",
    limit: Most = 100,
    offset: Offset = 0,
) -> list[Example]:
    """What you may decide on, the most often asked first."""
    filters = Filters(q=q, state=state, domain=domain, check=check, source=source, cluster=cluster)
    found: Iterable[queue.Item] = queue.items(site.curation, viewer, filters)[offset : offset + limit]
    return [_shown(site, i.example, i.version, held_by=i.lease.person if i.lease else "") for i in found]


def _whole(site: Site, viewer: Viewer, name: str) -> Whole:
    found, version = site.curation.find(viewer, name)
    moves = possible(found.state, actor_of(viewer), frozenset(found.domains))  # type: ignore[arg-type]
    checks = checks_now(site, version)
    return Whole(
        **_fields(site, found, version),
        checks=list(checks),
        versions=[
            Version(number=v.number, parent=v.parent, sql=v.sql, edited_by=v.edited_by, edited_at=v.edited_at,
                    note=v.note)
            for v in site.curation.examples.versions(found.id)
        ],
        moves=[m for m in moves if m != "reply"],
    )  # fmt: skip


def _shown(site: Site, found: ExampleRecord, version: VersionRecord, held_by: str = "") -> Example:
    return Example(**_fields(site, found, version), held_by=held_by)


def _fields(site: Site, found: ExampleRecord, version: VersionRecord) -> dict[str, Any]:
    of_example = ("id", "question", "language", "state", "role", "domains", "live", "lock", "seen", "source",
                  "question_by", "created_by", "changed_at", "reason")  # fmt: skip
    of_version = ("sql", "dialect", "tables", "edited_by")
    return {
        **{name: getattr(found, name) for name in of_example},
        **{name: getattr(version, name) for name in of_version},
        "version": version.number,
        "reads": in_words(version.sql, version.dialect, found.language),
        "doubts": [check["name"] for check in version.checks if check["outcome"] != "ok"],
        "url": _url(site, found),
    }


def _url(site: Site, found: ExampleRecord) -> str:
    return f"{site.url}/examples/{found.id}"
