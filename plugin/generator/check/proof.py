"""Check: no view without a proof. Where a statement may go is decided before it runs, and said in the receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timezone

from backends.errors import QueryFailed, QueryRefused, QueryTimeout
from plugin.generator import tables
from plugin.generator.ask import Ask, Candidate
from plugin.generator.stage import Kind, Need, Services, Stage

Run = Callable[[Candidate], Candidate]


def run_proved(candidate: Candidate, ask: Ask, services: Services, run: Run) -> Candidate:
    """Runs the statement where it was sent, and as it was written where that fails; not on a view that is known to be
    wrong. `run` raises what the door and the engine say."""
    if services.views is None:
        return run(candidate)
    route = services.views.route(candidate.sql, needed_until(ask, services))
    if route.barred and not route.moved:
        return replace(candidate, error=str(route.refused), proof=route)
    try:
        return run(replace(candidate, sql=route.sql, proof=route))
    except (QueryFailed, QueryRefused, QueryTimeout) as error:
        if not route.moved:
            raise
        if route.barred:
            return replace(candidate, error=f"{route.refused}; and over base tables: {error.message}", proof=route)
        return run(replace(candidate, proof=services.views.as_written(route, error.message)))


@dataclass(frozen=True)
class WithoutViews:
    """The stage, with no statement sent to a view."""

    stage: Stage
    name: str = "without_views"
    kind: Kind = "combinator"

    @property
    def needs(self) -> frozenset[Need]:
        return self.stage.needs

    def __call__(self, ask: Ask, services: Services) -> Ask:
        return self.stage(ask, replace(services, views=None))


def needed_until(ask: Ask, services: Services) -> datetime | None:
    """The end of the periods that are asked for, at midnight; now where one of them is open; None without periods."""
    if not ask.periods:
        return None
    today = tables.today([route.table for route in ask.routes], services.catalog)
    ends = [phrase.resolve(today).end for phrase in ask.periods]
    days = [day for day in ends if day is not None]
    if len(days) < len(ends):
        return datetime.now(timezone.utc)
    return datetime.combine(max(days), time.min, timezone.utc)
