"""The part of the catalogue that one may see."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from catalog_sync.edits import Edit
from plugin.web.accounts import Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.api.common import FAILURES, PREFIX
from plugin.web.curation.texts import suggest
from plugin.web.pages.catalog import find, search
from plugin.web.shown import Table, table
from plugin.web.site import SiteDep, may

router = APIRouter(prefix=f"{PREFIX}/catalog", tags=["catalog"], responses=FAILURES)
Browser = Annotated[Viewer, Depends(may("browse"))]
Suggester = Annotated[Viewer, Depends(may("give_feedback"))]
Name = Annotated[str, Path(max_length=300)]


class Found(BaseModel):
    name: str
    description: str
    domain: str
    is_view: bool
    columns: list[str]


class Text(BaseModel):
    """A description, a synonym, or what people call a stored `value` of the column. Without a column: the table's."""

    field: Literal["description", "synonym", "value"]
    text: str = Field(min_length=1, max_length=4000)
    column: str = Field("", max_length=300)
    value: str = Field("", max_length=300)
    was: str = Field("", max_length=4000, description="The description that is to be replaced, as it was read.")


class Suggested(BaseModel):
    id: str
    state: str
    url: str


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
def one(site: SiteDep, viewer: Browser, name: Name) -> Table:
    return table(find(site.reading.seen_by(viewer), name))


@router.post("/{name}/texts", status_code=201)
def suggest_text(request: Request, site: SiteDep, viewer: Suggester, name: Name, said: Text) -> Suggested:
    """Suggest a text for a table or a column; an owner of its domain decides on it at `url`."""
    edit = Edit(name, said.column, said.field, said.text, said.was, said.value)
    made = suggest(site, viewer, actor_of(viewer, via="api", request=request.state.request), edit)
    return Suggested(id=made.id, state=made.state, url=f"{site.url}/catalog-texts/{made.id}")
