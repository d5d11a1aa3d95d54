"""/metrics: asks over time, acceptance, latency, refusals, what is asked about, what was missed; how reviewing goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from feedback import metrics, reviewing
from feedback.metrics import Asked, Metrics
from plugin.web import pictures
from plugin.web.accounts import Viewer
from plugin.web.curation.covered import coverage
from plugin.web.pages.catalog import key_of
from plugin.web.render import Texts, language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(include_in_schema=False)
WINDOWS = (7, 30, 90, 365)
COLOURS = {
    "answered": pictures.GOOD, "clarify": pictures.WARN, "refused": pictures.SECOND, "failed": pictures.BAD,
}  # fmt: skip
Missed = Literal["", "disliked", "failed", "refused", "clarify"]


@router.get("/metrics")
def show(
    request: Request,
    site: SiteDep,
    viewer: Annotated[Viewer, Depends(may("see_metrics"))],
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    table: Annotated[str, Query(max_length=300)] = "",
    missed: Annotated[Missed, Query()] = "",
) -> Response:
    """Whoever does not see all domains sees what was asked about their tables alone."""
    since, until = window(days)
    asks = asks_of(site, viewer, since, table)
    found = metrics.measure(asks, since, until, missed=len(asks))
    t = Texts(language_of(request))
    return site.renderer.page(
        request,
        "metrics.html",
        found=found,
        days=days,
        windows=WINDOWS,
        table=table,
        missed=missed,
        misses=[ask for ask in found.misses if _is(ask, missed)][:50],
        cut=len(asks) >= metrics.MOST,
        charts=_charts(found, t) if asks else {},
        narrow=viewer.domains is not None,
        reviews=reviews_of(site, viewer, since),
        coverage=coverage(site, asks),
    )


def window(days: int) -> tuple[datetime, datetime]:
    """Whole days, today among them."""
    until = datetime.now(timezone.utc)
    return (until - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0), until


def asks_of(site: Site, viewer: Viewer, since: datetime, table: str) -> list[Asked]:
    asks = metrics.load(site.reading.bench.state, since)
    if viewer.domains is not None:
        asks = metrics.visible(asks, {key_of(found) for found in site.reading.seen_by(viewer)})
    return [ask for ask in asks if table in ask.tables] if table else asks


def reviews_of(site: Site, viewer: Viewer, since: datetime) -> reviewing.Reviewing:
    """Of examples that are theirs to review."""
    project, curation = site.reading.catalog().project, site.curation
    return reviewing.measure(
        *reviewing.load(site.reading.bench.state, project, since, lambda found: curation.reviews(viewer, found))
    )


def _is(ask: Asked, missed: Missed) -> bool:
    if not missed:
        return True
    return ask.accepted is False if missed == "disliked" else ask.status == missed


def _charts(found: Metrics, t: Texts) -> dict[str, pictures.Spec]:
    made = {"days": _days(found, t)}
    if any(day.half for day in found.days):
        made["latency"] = _latency(found, t)
    if sum(bool(day.accepted.of) for day in found.days) > 1:
        made["accepted"] = _accepted(found, t)
    if found.tables:
        made["tables"] = pictures.bars(_named(found.tables), t("metrics.asks"))
    if found.reasons:
        named = [(t.known(f"why.{reason}", reason), count) for reason, count in found.reasons]
        made["reasons"] = pictures.bars(_named(named), t("metrics.asks"))
    return made


def _days(found: Metrics, t: Texts) -> pictures.Spec:
    colours = {t(f"status.{status}"): colour for status, colour in COLOURS.items() if found.statuses.get(status)}
    rows = [
        {"day": day.day.isoformat(), "kind": t(f"status.{status}"), "count": day.statuses.get(status, 0), "rank": rank}
        for day in found.days
        for rank, status in enumerate(COLOURS)
        if found.statuses.get(status)
    ]
    return pictures.stacked_days(rows, t("metrics.asks"), colours)


def _latency(found: Metrics, t: Texts) -> pictures.Spec:
    colours = {t("metrics.p95"): pictures.SECOND, t("metrics.p50"): pictures.FIRST}
    rows = [
        {"day": day.day.isoformat(), "kind": kind, "value": round(value, 2)}
        for day in found.days
        if day.half
        for kind, value in ((t("metrics.p95"), day.most), (t("metrics.p50"), day.half))
    ]
    return pictures.lines(rows, t("metrics.seconds"), colours)


def _accepted(found: Metrics, t: Texts) -> pictures.Spec:
    kind = t("metrics.accepted")
    rows = [
        {"day": day.day.isoformat(), "kind": kind, "value": round(day.accepted.value, 3)}
        for day in found.days
        if day.accepted.of
    ]
    return pictures.lines(rows, kind, {kind: pictures.GOOD}, percent=True)


def _named(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{"name": row[0], "value": row[1]} for row in rows]
