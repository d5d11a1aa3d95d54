"""One HTML page about the views: what each serves, how much faster, how large, how fresh. Needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from importlib.resources import files

from materialized_views.registry import ViewRecord
from materialized_views.report.figures import Page, page_of

__all__ = ["Page", "html", "page_of"]


def html(records: Iterable[ViewRecord], project: str, now: datetime | None = None) -> str:
    from jinja2 import Environment

    page = page_of(records, project, now or datetime.now(timezone.utc))
    source = files("materialized_views.report").joinpath("page.jinja").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source).render(page=page)
