"""The numbers of the page, from the registry alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from materialized_views import watermarks
from materialized_views.definition import ViewDefinition
from materialized_views.registry import ViewRecord

_WIDTH = 100.0  # of a full bar, in percent
_SHOWN = 12


@dataclass(frozen=True)
class Query:
    """Milliseconds on base and on the view; bars are percent of the slowest query of the page."""

    sql: str
    base_ms: float
    view_ms: float
    base_bar: float
    view_bar: float


@dataclass(frozen=True)
class View:
    name: str
    state: str
    usable: bool
    problem: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    questions: tuple[str, ...]
    rows: int
    base_rows: int
    share: float
    base_ms: float
    view_ms: float
    base_bar: float
    view_bar: float
    saves_s: float
    upkeep_s: float
    built: str
    as_of: str
    age: str
    queries: tuple[Query, ...]
    more: int

    @property
    def speedup(self) -> float:
        return self.base_ms / self.view_ms if self.view_ms else 0.0


@dataclass(frozen=True)
class Page:
    project: str
    made: str
    views: tuple[View, ...]
    others: tuple[tuple[str, str, str], ...]

    @property
    def base_ms(self) -> float:
        return sum(view.base_ms for view in self.views)

    @property
    def view_ms(self) -> float:
        return sum(view.view_ms for view in self.views)

    @property
    def speedup(self) -> float:
        return self.base_ms / self.view_ms if self.view_ms else 0.0

    @property
    def rows(self) -> int:
        return sum(view.rows for view in self.views)

    @property
    def queries(self) -> int:
        return sum(len(view.queries) + view.more for view in self.views)

    @property
    def saves_s(self) -> float:
        return sum(view.saves_s for view in self.views)


def page_of(records: Iterable[ViewRecord], project: str, now: datetime) -> Page:
    """Views in use or on the way with their figures; of dropped and retired ones the reason."""
    found = list(records)
    shown = [r for r in found if r.state not in ("dropped", "retired")]
    slowest = max((q["base_ms"] for r in shown for q in _served(r)), default=1.0) or 1.0
    heaviest = max((sum(q["base_ms"] for q in _served(r)) for r in shown), default=1.0) or 1.0
    views = [_view(record, slowest, heaviest, now) for record in shown]
    others = [
        (r.name, r.state, str(r.problem or r.evidence.get("reason", "")))
        for r in found
        if r.state in ("dropped", "retired")
    ]
    return Page(
        project=project,
        made=f"{now:%Y-%m-%d %H:%M} UTC",
        views=tuple(sorted(views, key=lambda v: -v.base_ms)),
        others=tuple(others),
    )


def _served(record: ViewRecord) -> list[Mapping[str, Any]]:
    return [r for r in record.evidence.get("replays", ()) if r["proof"] and not r["differs"]]


def _view(record: ViewRecord, slowest: float, heaviest: float, now: datetime) -> View:
    definition = ViewDefinition.of(record.definition)
    served = _served(record)
    version = record.version or {}
    rows = int(version.get("rows") or record.evidence.get("rows") or record.reason.get("rows", 0))
    base_rows = int(record.reason.get("base_rows", 0))
    base, view = sum(q["base_ms"] for q in served), sum(q["view_ms"] for q in served)
    queries = tuple(
        Query(
            sql=q["sql"],
            base_ms=q["base_ms"],
            view_ms=q["view_ms"],
            base_bar=_WIDTH * q["base_ms"] / slowest,
            view_bar=_WIDTH * q["view_ms"] / slowest,
        )
        for q in sorted(served, key=lambda q: -q["base_ms"])
    )
    return View(
        name=record.name,
        state=record.state,
        usable=record.usable,
        problem=record.problem,
        dimensions=tuple(d.name for d in definition.dimensions),
        measures=tuple(m.name for m in definition.measures),
        questions=definition.questions,
        rows=rows,
        base_rows=base_rows,
        share=rows / base_rows if base_rows else 0.0,
        base_ms=base,
        view_ms=view,
        base_bar=_WIDTH * base / heaviest,
        view_bar=_WIDTH * view / heaviest,
        saves_s=float(record.reason.get("saves_ms_a_day", 0.0)) / 1000,
        upkeep_s=float(record.reason.get("upkeep_ms_a_day", 0.0)) / 1000,
        built=f"{record.built_at:%Y-%m-%d %H:%M}" if record.built_at else "",
        as_of=watermarks.as_of(version.get("marks", {})),
        age=_age(record.built_at, now),
        queries=queries[:_SHOWN],
        more=len(queries[_SHOWN:]),
    )


def _age(built: datetime | None, now: datetime) -> str:
    if built is None:
        return "not built yet"
    hours = (now - built).total_seconds() / 3600
    if hours < 1:
        return f"{hours * 60:.0f} min old"
    return f"{hours:.0f} h old" if hours < 48 else f"{hours / 24:.0f} days old"
