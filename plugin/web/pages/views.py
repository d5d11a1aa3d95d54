"""/views: question views with their standing and freshness; proposals with what was measured; approve or decline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from backends.errors import AskError
from catalog_sync.model import Catalog, CatalogTable
from materialized_views import watermarks
from materialized_views.definition import ViewDefinition
from materialized_views.errors import ViewUnknown
from materialized_views.registry import ViewRecord
from materialized_views.report import page_of
from materialized_views.report.figures import View as Figures
from plugin import view_decisions
from plugin.web import pictures
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.errors import BadInput, Conflict, Forbidden
from plugin.web.pages.catalog import key_of
from plugin.web.render import Texts, language_of
from plugin.web.site import Site, SiteDep, may

if TYPE_CHECKING:
    from materialized_views.matching import Standing

router = APIRouter(prefix="/views", include_in_schema=False)
STATES: dict[str, tuple[str, ...]] = {
    "used": ("ready", "approved", "quarantined"),
    "proposed": ("proposed",),
    "gone": ("dropped", "retired"),
}
State = Literal["", "used", "proposed", "gone"]
_CHARTED = 12

Seer = Annotated[Viewer, Depends(may("see_views"))]
Approver = Annotated[Viewer, Depends(may("approve_views"))]


@dataclass(frozen=True)
class Row:
    """`standing` names why it may be used, or why not; `behind` a table that was rebuilt since."""

    record: ViewRecord
    figures: Figures | None
    standing: str
    as_of: str
    behind: str


@dataclass(frozen=True)
class Written:
    """`standing` is None where nothing can be proved of it."""

    key: str
    table: CatalogTable
    standing: Standing | None


@router.get("")
def views(
    request: Request,
    site: SiteDep,
    viewer: Seer,
    state: Annotated[State, Query()] = "",
) -> Response:
    catalog = site.reading.seen_by(viewer)
    records = [record for record in site.reading.bench.views.all() if _visible(viewer, catalog, record)]
    counts = {name: sum(r.state in states for r in records) for name, states in STATES.items()}
    first: tuple[str, ...] = ("proposed", "used", "gone")
    shown_state: str = state or next((name for name in first if counts[name]), "used")
    shown = [_row(record, catalog) for record in records if record.state in STATES[shown_state]]
    return site.renderer.page(
        request,
        "views.html",
        rows=sorted(shown, key=lambda row: -(row.figures.saves_s if row.figures else 0.0)),
        state=shown_state,
        counts=counts,
        written=_written(site, catalog, records) if shown_state == "used" else [],
        nothing=not records,
    )


@router.get("/{name}")
def view(request: Request, site: SiteDep, viewer: Seer, name: str) -> Response:
    catalog = site.reading.seen_by(viewer)
    record = _record(site, viewer, catalog, name)
    definition = ViewDefinition.of(record.definition)
    t = Texts(language_of(request))
    replays = record.evidence.get("replays") or []
    served = sorted((r for r in replays if r["proof"] and not r["differs"]), key=lambda r: -r["base_ms"])
    return site.renderer.page(
        request,
        "view.html",
        row=_row(record, catalog),
        definition=definition,
        tables=[(table, key_of(known) if (known := catalog.table(table)) else "") for table in definition.tables],
        sql=definition.sql(),
        files=_files(site, record),
        served=served,
        others=[r for r in replays if r not in served],
        examples=[] if replays else list(record.reason.get("examples", ())),
        chart=_chart(served[:_CHARTED], t) if served else None,
        events=list(reversed(site.reading.bench.views.events(name))),
        decides=record.state == "proposed" and _decides(viewer, catalog, definition),
    )


@router.post("/{name}/approve")
def approve(
    request: Request, site: SiteDep, viewer: Approver, name: str, seen: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """The model's files are written into the project; dbt builds it with the next `dbt-ask views build`."""
    record = _decided(site, viewer, name, seen)
    if not record.evidence.get("passed"):
        raise BadInput("untried", f"{name} passed no trial", hint=f"dbt-ask views try {name}")
    bench = site.reading.bench
    try:
        done = view_decisions.approve(bench, site.reading.catalog(), [record], viewer.login)
    except OSError as error:
        raise Conflict(
            "not_written", f"the files can't be written into the project: {error.strerror}",
            hint=f"dbt-ask views approve {name}",
        ) from error  # fmt: skip
    files = [str(item.path) for item in done if item.action != "unchanged"]
    site.audit(actor_of(viewer, request=request.state.request), "approve_view", name, {"files": files}, kind="view")
    return RedirectResponse(f"/views/{name}", 303)


@router.post("/{name}/decline")
def decline(
    request: Request,
    site: SiteDep,
    viewer: Approver,
    name: str,
    why: Annotated[str, Form(max_length=300)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """The same proposal is not made again."""
    _decided(site, viewer, name, seen)
    why = " ".join(why.split()) or "declined"
    site.reading.bench.views.decline(name, viewer.login, why)
    site.audit(actor_of(viewer, request=request.state.request), "decline_view", name, {"why": why}, kind="view")
    return RedirectResponse(f"/views/{name}", 303)


def _decided(site: Site, viewer: Viewer, name: str, seen: str) -> ViewRecord:
    """A proposal that is still what the person looked at, and theirs to decide on."""
    catalog = site.reading.seen_by(viewer)
    record = _record(site, viewer, catalog, name)
    if not _decides(viewer, catalog, ViewDefinition.of(record.definition)):
        raise Forbidden("not_allowed", "you may not decide on views of these tables", action="approve_views")
    if record.state != "proposed" or record.definition_hash != seen:
        raise Conflict("view_changed", f"{name} is not what you looked at: it is {record.state} now", hint="look again")
    return record


def _record(site: Site, viewer: Viewer, catalog: Catalog, name: str) -> ViewRecord:
    record = site.reading.bench.views.get(name)
    if not _visible(viewer, catalog, record):
        raise ViewUnknown(f"there is no view {name}, or it is not yours to see")
    return record


def _visible(viewer: Viewer, catalog: Catalog, record: ViewRecord) -> bool:
    """Whoever does not see all domains sees views of visible tables alone."""
    if viewer.domains is None:
        return True
    return all(catalog.table(table) is not None for table in ViewDefinition.of(record.definition).tables)


def _decides(viewer: Viewer, catalog: Catalog, definition: ViewDefinition) -> bool:
    """In the domains of all its tables."""
    known = [catalog.table(table) for table in definition.tables]
    return all(
        viewer.may("approve_views", found.domain) if found else viewer.domains is None and viewer.may("approve_views")
        for found in known
    )


def _row(record: ViewRecord, catalog: Catalog) -> Row:
    page = page_of([record], "", datetime.now(timezone.utc))
    figures = page.views[0] if page.views else None
    as_of = watermarks.as_of((record.version or {}).get("marks", {}))
    return Row(record, figures, _standing(record), as_of, _behind(record, catalog))


def _standing(record: ViewRecord) -> str:
    if record.usable:
        return "usable"
    if record.pending is not None:
        return "building"
    if record.state == "ready":
        return "changed"
    return record.state


def _behind(record: ViewRecord, catalog: Catalog) -> str:
    """A base table that dbt built after the view was; "" where there is none, or nothing is known."""
    if record.built_at is None:
        return ""
    for name in ViewDefinition.of(record.definition).tables:
        table = catalog.table(name)
        built = _moment(table.built_at) if table else None
        if table and built and built > record.built_at:
            return key_of(table)
    return ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _written(site: Site, catalog: Catalog, records: Sequence[ViewRecord]) -> list[Written]:
    """Question views that people wrote into the project: they are in no registry."""
    ours = {record.name for record in records}
    router = site.reading.bench.views_in_use.router(site.reading.catalog())
    known = router.standings if router is not None else {}
    own = [t for t in catalog.views() if t.name.name not in ours]
    return [Written(key_of(table), table, known.get(table.name)) for table in own]


def _files(site: Site, record: ViewRecord) -> dict[Path, str]:
    """The model and its YAML; nothing where a table of it is gone."""
    try:
        found = view_decisions.files(site.reading.bench, site.reading.catalog(), [record])
    except AskError:
        return {}
    return {path: text for path, text in found.items() if path.stem == record.name}


def _chart(served: Sequence[dict[str, Any]], t: Texts) -> pictures.Spec:
    kinds = {t("views.on_base"): pictures.SOFT, t("views.on_view"): pictures.FIRST}
    rows = [
        {"name": t("views.query", n=n), "kind": kind, "value": round(replay[key], 1)}
        for n, replay in enumerate(served, start=1)
        for kind, key in zip(kinds, ("base_ms", "view_ms"), strict=True)
    ]
    return pictures.pairs(rows, t("views.milliseconds"), kinds)
