"""The figures of /metrics, for whoever draws them elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from feedback import metrics
from feedback.metrics import Share
from feedback.reviewing import Reviewing
from plugin.web.accounts import Viewer
from plugin.web.api.common import FAILURES, PREFIX
from plugin.web.curation.covered import coverage
from plugin.web.pages.metrics import asks_of, reviews_of, window
from plugin.web.site import SiteDep, may

router = APIRouter(prefix=f"{PREFIX}/metrics", tags=["metrics"], responses=FAILURES)


class Part(BaseModel):
    """`low` and `high`: the 95 % interval of part / of (Wilson)."""

    part: int
    of: int
    low: float
    high: float


class Day(BaseModel):
    day: date
    statuses: dict[str, int]
    accepted: Part


class Asking(BaseModel):
    """`said`: accepted by words, of those that anybody said anything of; `did`: by use, of those without a word;
    `silent`: without either, of the answers."""

    asks: int
    people: int
    statuses: dict[str, int]
    answered: Part
    declined: Part
    said: Part
    did: Part
    silent: Part
    half_seconds: float = Field(description="Half were answered within.")
    p95_seconds: float
    reasons: dict[str, int] = Field(description="Why questions were refused or asked back.")
    complaints: dict[str, int] = Field(description="What people say is wrong.")
    tables: dict[str, int] = Field(description="Those most often asked about.")
    days: list[Day]


class Deciding(BaseModel):
    """`fell`: of the approvals, those whose example is not trusted any more. `caught`: of the decisions on cards that
    are known to be wrong, those that were no approval."""

    decided: int
    people: int
    by: dict[str, int]
    half_seconds: float = Field(description="Half of the decisions on a card took no longer; cards left open apart.")
    p90_seconds: float
    left_open: Part
    fell: Part
    caught: Part
    taken_back: Part
    waiting: int
    oldest: datetime | None


class Question(BaseModel):
    """Asked more than once, and no verified example answers it. `ask` is its last answer."""

    question: str
    asks: int
    people: int
    ask: str


class Figures(BaseModel):
    """`covered`: of the asks of what is asked most, those that a verified example answers."""

    since: datetime
    until: datetime
    asking: Asking
    reviewing: Deciding
    covered: Part
    not_verified: list[Question]


@router.get("")
def figures(
    site: SiteDep,
    viewer: Annotated[Viewer, Depends(may("see_metrics"))],
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    table: Annotated[str, Query(max_length=300, description="Of questions about this table alone.")] = "",
) -> Figures:
    """What was asked, answered and accepted, and how reviewing goes; of your domains' tables."""
    since, until = window(days)
    asks = asks_of(site, viewer, since, table)
    found, often = metrics.measure(asks, since, until), coverage(site, asks)
    asking = Asking(
        asks=found.asks,
        people=found.people,
        statuses=dict(found.statuses),
        **{name: _part(getattr(found, name)) for name in ("answered", "declined", "said", "did", "silent")},
        half_seconds=found.half,
        p95_seconds=found.most,
        reasons=dict(found.reasons),
        complaints=dict(found.complaints),
        tables={name: count for name, count, _ in found.tables},
        days=[Day(day=d.day, statuses=dict(d.statuses), accepted=_part(d.accepted)) for d in found.days],
    )
    return Figures(
        since=since,
        until=until,
        asking=asking,
        reviewing=_deciding(reviews_of(site, viewer, since)),
        covered=_part(often.covered),
        not_verified=[Question(question=o.question, asks=o.asks, people=o.people, ask=o.ask) for o in often.open],
    )


def _deciding(found: Reviewing) -> Deciding:
    return Deciding(
        decided=found.decided,
        people=found.people,
        by=dict(found.by),
        half_seconds=found.half,
        p90_seconds=found.most,
        left_open=_part(found.idle),
        fell=_part(found.fell),
        caught=_part(found.caught),
        taken_back=_part(found.taken_back),
        waiting=found.waiting,
        oldest=found.oldest,
    )


def _part(share: Share) -> Part:
    low, high = share.interval
    return Part(part=share.part, of=share.of, low=round(low, 4), high=round(high, 4))
