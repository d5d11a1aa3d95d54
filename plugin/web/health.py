"""For machines that look after this one: `/-/healthz`, `/-/readyz`, `/-/metrics`; the first two under plain names too.

`/metrics` is a page for people. Nobody signs in here: health tells the names of its parts, figures need a token.
"""

from __future__ import annotations

import os
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text

from backends.database import session
from backends.errors import AskError
from plugin.web.accounts.secrets import same
from plugin.web.site import Site, SiteDep

router = APIRouter(include_in_schema=False)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_LOOPBACK = frozenset(("127.0.0.1", "::1", "testclient"))


@router.get("/healthz")
@router.get("/-/healthz")
async def healthy(site: SiteDep) -> Response:
    """A restart would help where this says no: the thread that answers has died."""
    return _said({"answering": site.desk.alive})


@router.get("/readyz")
@router.get("/-/readyz")
def ready(site: SiteDep) -> Response:
    """Whether pages can be served. A warehouse or a model that is away is told to who asks, not hidden behind a proxy's
    error."""
    return _said({"answering": site.desk.alive, "state": _state(site), "catalogue": _catalogue(site)})


@router.get("/-/metrics")
def metrics(request: Request, site: SiteDep) -> Response:
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    if not _may_scrape(request, os.environ.get(site.settings.metrics_token_env, "")):
        return Response("a token is needed, see web.metrics_token_env\n", 401, {"www-authenticate": "Bearer"})
    return Response(generate_latest(site.meters.registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _said(parts: dict[str, bool]) -> Response:
    status = HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({name: "ok" if fine else "failed" for name, fine in parts.items()}, status)


def _state(site: Site) -> bool:
    try:
        with session(site.reading.bench.state) as opened:
            opened.execute(text("select 1"))
    except AskError:
        return False
    return True


def _catalogue(site: Site) -> bool:
    try:
        site.reading.catalog()
    except AskError:
        return False
    return True


def _may_scrape(request: Request, token: str) -> bool:
    """By the token; without one, a program on this machine that no proxy stands before."""
    if token:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.casefold() == "bearer" and same(given.strip(), token)
    peer = request.client.host if request.client else ""
    return peer in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)
