"""/evals: what runs of the evaluation say, by group, and what one gets right that another does not.

Figures are for whoever may see metrics. Questions with their SQL are shown to those who see all domains: a run does not
say which tables a question is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from feedback.evaluation.run import Result
from feedback.evaluation.statistics import wilson
from plugin.evaluations import FOLDER, Run, compare, groups
from plugin.web import pictures
from plugin.web.accounts import Viewer
from plugin.web.errors import NotFound
from plugin.web.render import Texts, language_of
from plugin.web.site import Site, SiteDep, may

router = APIRouter(prefix="/evals", include_in_schema=False)
PAGE = 50
_CHARTED = 20
_MOST_VALUES = 24

Seer = Annotated[Viewer, Depends(may("see_metrics"))]
Name = Annotated[str, Query(max_length=300)]
Show = Annotated[Literal["missed", "right", "all"], Query()]


@router.get("")
def runs(request: Request, site: SiteDep, _viewer: Seer, suite: Name = "") -> Response:
    everything = site.runs.all()
    suites = sorted({run.header.suite for run in everything})
    shown = [run for run in everything if not suite or run.header.suite == suite]
    t = Texts(language_of(request))
    return site.renderer.page(
        request,
        "evals.html",
        runs=shown,
        suites=suites,
        suite=suite,
        unreadable=site.runs.unreadable(),
        chart=_accuracies(shown[:_CHARTED], t) if len(shown) > 1 else None,
        folder=FOLDER,
    )


@router.get("/run")
def run(
    request: Request,
    site: SiteDep,
    viewer: Seer,
    name: Name,
    show: Show = "missed",
    group: Name = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> Response:
    """`group` is kind=value."""
    found = _find(site, name)
    kind, _, value = group.partition("=")
    results = [r for r in found.way.results if not group or r.groups.get(kind) == value]
    chosen = [r for r in results if show == "all" or r.right == (show == "right")] if viewer.domains is None else []
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(page, pages)
    t = Texts(language_of(request))
    return site.renderer.page(
        request,
        "eval_run.html",
        run=found,
        report=found.report,
        charts=[(kind, _by_group(kind, {found.id: found})) for kind in groups(found)],
        stages=_stages(found, t),
        everything=viewer.domains is None,
        results=chosen[(page - 1) * PAGE : page * PAGE],
        count=len(chosen),
        show=show,
        group=group,
        choices=[f"{k}={v}" for k, values in found.report.by_group.items() for v in values],
        page=page,
        pages=pages,
    )


@router.get("/compare")
def compared(request: Request, site: SiteDep, viewer: Seer, before: Name, after: Name) -> Response:
    old, new = _find(site, before), _find(site, after)
    found = compare(old, new)
    by_id = {run.id: {r.id: r for r in run.way.results} for run in (old, new)}

    def pairs(ids: Sequence[str]) -> list[tuple[Result, Result]]:
        return [(by_id[old.id][name], by_id[new.id][name]) for name in ids] if viewer.domains is None else []

    both = {old.id: old, new.id: new} if old.id != new.id else {old.id: old}
    return site.renderer.page(
        request,
        "eval_compare.html",
        before=old,
        after=new,
        found=found,
        fixed=pairs(found.fixed),
        regressed=pairs(found.regressed),
        everything=viewer.domains is None,
        charts=[(kind, _by_group(kind, both)) for kind in groups(new) if kind in groups(old)],
        chance=found.interval[0] <= 0 <= found.interval[1],
    )


def _find(site: Site, name: str) -> Run:
    found = site.runs.find(name)
    if found is None:
        raise NotFound("no_run", f"there is no run {name}")
    return found


def _accuracies(found: Sequence[Run], t: Texts) -> pictures.Spec:
    kind = t("evals.accuracy")
    rows = [_share(run.id, kind, run.report.execution_accuracy, run.report.interval) for run in found]
    return pictures.shares(rows, {kind: pictures.FIRST})


def _by_group(kind: str, found: Mapping[str, Run]) -> pictures.Spec:
    colours = dict(zip(found, (pictures.SOFT, pictures.FIRST) if len(found) > 1 else (pictures.FIRST,), strict=True))
    values = dict.fromkeys(value for run in found.values() for value in run.report.by_group.get(kind, {}))
    rows = []
    for value in list(values)[:_MOST_VALUES]:
        for name, run in found.items():
            figures = run.report.by_group.get(kind, {}).get(value)
            if figures:
                share, of = figures["execution_accuracy"], int(figures["questions"])
                rows.append(_share(f"{value} ({of})", name, share, wilson(round(share * of), of)))
    return pictures.shares(rows, colours)


def _share(name: str, kind: str, value: float, interval: tuple[float, float]) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "value": round(value, 4),
        "low": round(interval[0], 4),
        "high": round(interval[1], 4),
    }


def _stages(found: Run, t: Texts) -> pictures.Spec | None:
    """Mean seconds by kind of stage."""
    totals: dict[str, float] = {}
    for result in found.way.results:
        for name, ms in result.stages_ms.items():
            kind = name.partition(".")[0]
            totals[kind] = totals.get(kind, 0.0) + ms / 1000 / len(found.way.results)
    if not totals:
        return None
    rows = [{"name": t.known(f"stage.{kind}", kind), "value": round(spent, 4)} for kind, spent in totals.items()]
    return pictures.bars(rows, t("evals.seconds"), whole=False)
