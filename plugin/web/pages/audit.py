"""/audit: who did what, newest first. Nothing in it can be changed. It tells of every domain: who owns only some reads
what they did themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from feedback import audit
from plugin.web import pictures
from plugin.web.accounts import Viewer
from plugin.web.render import Texts, language_of
from plugin.web.site import SiteDep, may

router = APIRouter(include_in_schema=False)
PAGE = 100
DAYS = 30
KINDS = ("example", "feedback", "suggestion", "view", "job", "person")


@router.get("/audit")
def read(
    request: Request,
    site: SiteDep,
    viewer: Annotated[Viewer, Depends(may("see_audit"))],
    person: Annotated[str, Query(max_length=64)] = "",
    kind: Annotated[Literal["", "example", "feedback", "suggestion", "view", "job", "person"], Query()] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    narrow = viewer.domains is not None
    engine, person = site.reading.bench.state, viewer.login if narrow else person
    wanted = {"person": person or None, "kind": kind or None}
    rows = audit.read(engine, **wanted, before=before, limit=PAGE)
    counted = audit.days(engine, datetime.now(timezone.utc) - timedelta(days=DAYS), **wanted)
    return site.renderer.page(
        request,
        "audit.html",
        rows=rows,
        person=person,
        kind=kind,
        kinds=KINDS,
        onward=rows[-1].id if len(rows) == PAGE else None,
        narrow=narrow,
        chart=_chart(counted, Texts(language_of(request))) if len({day for day, _ in counted}) > 1 else None,
    )


def _chart(counted: Mapping[tuple[date, str], int], t: Texts) -> pictures.Spec:
    known = {kind for _, kind in counted}
    colours = {t(f"subject.{kind}"): f"--chart-{n}" for n, kind in enumerate(KINDS, 1) if kind in known}
    rows = [
        {"day": day.isoformat(), "kind": t(f"subject.{kind}"), "count": count, "rank": KINDS.index(kind)}
        for (day, kind), count in sorted(counted.items())
        if kind in KINDS
    ]
    return pictures.stacked_days(rows, t("audit.deeds"), colours)
