"""/audit: who did what, newest first. Nothing in it can be changed. It tells of every domain: who owns only some reads
what they did themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from feedback import audit
from plugin.web.accounts import Viewer
from plugin.web.site import SiteDep, may

router = APIRouter(include_in_schema=False)
PAGE = 100


@router.get("/audit")
def read(
    request: Request,
    site: SiteDep,
    viewer: Annotated[Viewer, Depends(may("see_audit"))],
    person: Annotated[str, Query(max_length=64)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    narrow = viewer.domains is not None
    person = viewer.login if narrow else person
    rows = audit.read(site.reading.bench.state, person=person or None, before=before, limit=PAGE)
    onward = rows[-1].id if len(rows) == PAGE else None
    return site.renderer.page(request, "audit.html", rows=rows, person=person, onward=onward, narrow=narrow)
