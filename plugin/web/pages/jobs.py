"""/jobs: what runs when, what came of it, run one now, hold one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from plugin.jobs import kinds
from plugin.jobs.history import History
from plugin.jobs.leases import Leases
from plugin.jobs.model import JobRun
from plugin.jobs.schedule import LEASE, next_runs
from plugin.web import pictures
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.errors import NotFound
from plugin.web.render import Texts, language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix="/jobs", include_in_schema=False)
PAGE = 50
COLOURS = {
    "done": pictures.GOOD, "running": pictures.FIRST, "skipped": pictures.SOFT, "stopped": pictures.WARN,
    "failed": pictures.BAD, "lost": pictures.BAD,
}  # fmt: skip

Seer = Annotated[Viewer, Depends(may("see_jobs"))]
Runner = Annotated[Viewer, Depends(may("run_jobs"))]
Job = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Row:
    """`failed`: what was said of a start that did not get as far as the history."""

    name: str
    does: str
    when: str
    paused: bool
    due: datetime | None
    last: JobRun | None
    running: bool
    failed: str


@router.get("")
def jobs(
    request: Request,
    site: SiteDep,
    _viewer: Seer,
    job: Job = "",
    outcome: Annotated[str, Query(max_length=20)] = "",
    before: datetime | None = None,
) -> Response:
    rows = _rows(site)
    busy = any(row.running for row in rows)
    if request.headers.get("hx-request") and not busy:  # the page was watching a run, and it has ended
        return Response(headers={"hx-redirect": f"/jobs?job={job}" if job in kinds.KINDS else "/jobs"})
    history = History(site.reading.bench.state)
    runs = history.recent(job, PAGE, outcome=outcome, before=_aware(before))
    return site.renderer.page(
        request,
        "jobs.html",
        jobs=rows,
        busy=busy,
        runs=runs,
        chart=_chart(runs, Texts(language_of(request))),
        job=job if job in kinds.KINDS else "",
        outcome=outcome if outcome in COLOURS else "",
        outcomes=tuple(COLOURS),
        before=before,
        onward=runs[-1].started_at if len(runs) == PAGE else None,
        scheduler=Leases(site.reading.bench.state, "").holder(LEASE),
        timezone=site.reading.bench.settings.schedule.timezone,
    )


@router.get("/runs/{run}")
def run(request: Request, site: SiteDep, _viewer: Seer, run: str) -> Response:
    found = History(site.reading.bench.state).get(run)
    if found is None:
        raise NotFound("no_run", "there is no such run")
    counts = {k: v for k, v in found.result.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
    words = {k: v for k, v in found.result.items() if k not in counts and v and k not in ("code", "message", "hint")}
    return site.renderer.page(
        request, "job_run.html", run=found, seconds=seconds_of(found), counts=counts, words=words,
        hint=found.result.get("hint") or "",
    )  # fmt: skip


@router.post("/{job}/run")
def run_now(request: Request, site: SiteDep, viewer: Runner, job: str) -> Response:
    site.by_hand.start(job, viewer.login)
    return _changed(request, site, viewer, "run_job", job)


@router.post("/{job}/pause")
def pause(request: Request, site: SiteDep, viewer: Runner, job: str) -> Response:
    kinds.checked(job, kinds.KINDS)
    History(site.reading.bench.state).pause(job)
    return _changed(request, site, viewer, "pause_job", job)


@router.post("/{job}/resume")
def resume(request: Request, site: SiteDep, viewer: Runner, job: str) -> Response:
    kinds.checked(job, kinds.KINDS)
    History(site.reading.bench.state).resume(job)
    return _changed(request, site, viewer, "resume_job", job)


def seconds_of(run: JobRun) -> float | None:
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else None


def _changed(request: Request, site: Site, viewer: Viewer, action: str, job: str) -> Response:
    site.audit(actor_of(viewer, request=request.state.request), action, job, kind="job")
    return RedirectResponse("/jobs", 303)


def _rows(site: Site) -> list[Row]:
    state, by_hand = site.reading.bench.state, site.by_hand
    history, due = History(state), next_runs(state)
    paused, when = history.paused(), kinds.schedules(site.reading.bench.settings.schedule.jobs)
    leases = Leases(state, "")
    rows = []
    for name, (_, does, _) in kinds.KINDS.items():
        running = name in by_hand.running or leases.holder(f"job:{name}") is not None
        last = next(iter(history.recent(name, 1)), None)
        failed = by_hand.failed.get(name, "")
        rows.append(
            Row(name, does, when.get(name, "never"), name in paused, due.get(name), last, running, failed)
        )  # fmt: skip
    return rows


def _chart(runs: Sequence[JobRun], t: Texts) -> pictures.Spec | None:
    """None where there is too little to see."""
    ended = [run for run in runs if run.finished_at is not None]
    if len(ended) < 2:
        return None
    rows: list[dict[str, Any]] = [
        {
            "at": run.started_at.isoformat(timespec="seconds"),
            "value": round(seconds_of(run) or 0.0, 2),
            "kind": t.known(f"outcome.{run.outcome}", run.outcome),
        }
        for run in ended
    ]
    present = {run.outcome for run in ended}
    colours = {t.known(f"outcome.{o}", o): colour for o, colour in COLOURS.items() if o in present}
    return pictures.over_time(rows, t("jobs.seconds"), colours)


def _aware(moment: datetime | None) -> datetime | None:
    from datetime import timezone

    return moment.replace(tzinfo=timezone.utc) if moment is not None and moment.tzinfo is None else moment
