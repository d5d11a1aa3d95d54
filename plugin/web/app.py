"""The application: one factory, given a workbench; everything that requests share is made here."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from backends.errors import AskError
from plugin.assemble import Workbench
from plugin.errors import SettingsError
from plugin.evaluations import Runs
from plugin.jobs.by_hand import ByHand
from plugin.jobs.leases import Leases
from plugin.jobs.workers import worker_name
from plugin.operate.meters import Meters
from plugin.operate.standing import Standing
from plugin.web import api, health, pages
from plugin.web.accounts import Invitations, People, Sessions, Tokens
from plugin.web.accounts.oidc import Oidc, granted
from plugin.web.answers.answering import Generating
from plugin.web.answers.asking import Asking
from plugin.web.answers.desk import Desk
from plugin.web.answers.job import Job
from plugin.web.answers.presence import Presence
from plugin.web.curation import Curation, Evidence
from plugin.web.failures import failure, status_of
from plugin.web.limiter import Limiter
from plugin.web.reading import Reading
from plugin.web.render import STATIC, Renderer
from plugin.web.security import Guarded
from plugin.web.site import API, Site, who_asks

if TYPE_CHECKING:
    from plugin.web.mcp_http import McpOverHttp


def make_site(bench: Workbench, url: str) -> Site:
    """Opens the state database and the catalogue, so that what is wrong is said before anybody is served."""
    settings, reading = bench.settings.web, Reading(bench)
    project = reading.catalog().project
    people, curation, meters = People(bench.state), Curation(reading), Meters()
    meters.registry.register(Standing(bench.state, reading.catalog))
    leases = Leases(bench.state, worker_name(), bench.settings.schedule.lease_seconds)
    presence = Presence(leases, bench.asks)
    desk, asking = _asking(bench, reading, curation, meters, presence)
    return Site(
        settings=settings,
        url=url.rstrip("/"),
        reading=reading,
        asks=bench.asks,
        desk=desk,
        asking=asking,
        feedback=curation.given,
        curation=curation,
        evidence=Evidence(reading),
        people=people,
        sessions=Sessions(bench.state, settings.session_hours),
        tokens=Tokens(bench.state),
        invitations=Invitations(bench.state, people),
        limiter=Limiter(),
        renderer=Renderer(project),
        meters=meters,
        presence=presence,
        by_hand=ByHand(bench.project),
        runs=Runs(bench.project),
        oidc=_provider(bench, url.rstrip("/")),
    )


def _asking(
    bench: Workbench, reading: Reading, curation: Curation, meters: Meters, presence: Presence
) -> tuple[Desk, Asking]:
    """The desk where questions wait, and what asks there; each tells the other."""
    settings, llm = bench.settings.web, bench.settings.llm
    asking: Asking

    def finished(job: Job) -> None:
        asking.finished(job)

    generating = Generating(reading, curation.deliver_to)
    desk = Desk(generating, finished, settings.queue, settings.leave_seconds, settings.queue_of_one, llm.turns)
    generating.desk = desk
    meters.waits(desk.waiting)
    asking = Asking(reading, bench.asks, desk, meters, bench.budget, presence.server)
    return desk, asking


def _provider(bench: Workbench, url: str) -> Oidc | None:
    """None where people have local accounts alone."""
    chosen = bench.settings.oidc
    if not chosen.issuer:
        return None
    if not chosen.client_id:
        raise SettingsError("oidc.issuer is set, and oidc.client_id is not", hint="set both", key="oidc.client_id")
    granted(chosen.roles.values())  # a role that is none is said now
    return Oidc(chosen, os.environ.get(chosen.client_secret_env, ""), url)


def create_app(site: Site) -> FastAPI:
    agents = _agents(site)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with site.presence:
            site.desk.start()
            try:
                async with agents.running() if agents else nullcontext():
                    yield
            finally:
                site.desk.stop()

    app = FastAPI(
        title="dbt-ask",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}v1/openapi.json",
    )
    app.state.site = site
    for router in (health.router, *pages.ROUTERS, *api.ROUTERS):
        app.include_router(router)
    app.mount("/static", _Static(directory=STATIC))
    if agents:
        app.mount("/mcp", agents)
    for kind in (AskError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _failed)
    app.add_middleware(Guarded, hosts={urlsplit(site.url).hostname or ""}, secure=site.secure)
    return app


def _agents(site: Site) -> McpOverHttp | None:
    """None where the extra `mcp` is not installed."""
    try:
        from plugin.web.mcp_http import McpOverHttp
    except ModuleNotFoundError:
        return None
    return McpOverHttp(site)


async def _failed(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(API):
        body = error.attrs() if isinstance(error, AskError) else failure(error)
        return JSONResponse({"error": body}, status_of(error), headers=_retry(error))
    site: Site = request.app.state.site
    status = status_of(error)
    if status == 401:
        onward = f"/sign-in?next={request.url.path}" if request.method == "GET" else "/sign-in"
        if request.headers.get("hx-request"):
            return Response(status_code=200, headers={"hx-redirect": "/sign-in"})
        return RedirectResponse(onward, 303)
    if status == 404:  # no route, so nobody has looked yet who asks: the menu is theirs
        await who_asks(request)
    said = error.attrs() if isinstance(error, AskError) else failure(error)
    name = "error_part.html" if request.headers.get("hx-request") else "error.html"
    page = site.renderer.page(request, name, status=status, error=said, code=status)
    page.headers.update(_retry(error))
    return page


def _retry(error: Exception) -> dict[str, str]:
    seconds: Any = error.attrs().get("seconds") if isinstance(error, AskError) and status_of(error) == 429 else None
    return {"retry-after": str(max(1, round(seconds)))} if seconds else {}


class _Static(StaticFiles):
    """An address with a version, or with a hash in its name, is good for ever."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = b"v=" in scope.get("query_string", b"") or "-" in Path(full_path).stem
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response
