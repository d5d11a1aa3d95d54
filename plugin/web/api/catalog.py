"""The part of the catalogue that one may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from plugin.web.accounts import Viewer
from plugin.web.api.common import FAILURES, PREFIX
from plugin.web.pages.catalog import find, search
from plugin.web.shown import Table, table
from plugin.web.site import SiteDep, may

router = APIRouter(prefix=f"{PREFIX}/catalog", tags=["catalog"], responses=FAILURES)
Browser = Annotated[Viewer, Depends(may("browse"))]


class Found(BaseModel):
    name: str
    description: str
    domain: str
    is_view: bool
    columns: list[str]


@router.get("")
def tables(
    site: SiteDep,
    viewer: Browser,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Found]:
    """Tables in which every word of `q` is found; `columns` are those that hold a word."""
    return [
        Found(name=c.key, description=c.description, domain=c.domain, is_view=c.is_view, columns=list(c.hits))
        for c in search(site.reading.seen_by(viewer), q, most=limit)
    ]


@router.get("/{name}")
def one(site: SiteDep, viewer: Browser, name: Annotated[str, Path(max_length=300)]) -> Table:
    return table(find(site.reading.seen_by(viewer), name))
