"""Where OpenMetadata says that something has changed: a signed event leaves a poke for the sync, and nothing else.

An event is not believed beyond that, so the worst that a replayed one could do is a sync in which nothing changes; and
what is older than the newest event, or was delivered already, does not even do that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from plugin.jobs.pokes import newest_of, poke
from plugin.project import Project
from plugin.web.errors import BadInput, NotFound, NotSignedIn
from plugin.web.site import API, Site, SiteDep

router = APIRouter(include_in_schema=False)
SIGNATURE = "x-om-signature"
_PREFIX = "sha256="
_LATE_MS = 5 * 60 * 1000  # deliveries may pass each other
_FUTURE_MS = 24 * 60 * 60 * 1000


@router.post(f"{API}v1/hooks/openmetadata")
async def openmetadata(request: Request, site: SiteDep) -> JSONResponse:
    """202 where a poke was left, 200 where there was nothing to do."""
    secret = os.environ.get(site.reading.bench.settings.openmetadata.webhook_secret_env, "")
    if not secret:
        raise NotFound("not_found", "no webhook is set up here")
    body = await request.body()
    if not _is_signed(body, request.headers.get(SIGNATURE, ""), secret):
        raise NotSignedIn("not_signed_in", "the signature does not fit", hint="check the secret key of the webhook")
    poked = await run_in_threadpool(_heard, site, body)
    return JSONResponse({"poked": poked}, 202 if poked else 200)


def _is_signed(body: bytes, given: str, secret: str) -> bool:
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.strip().removeprefix(_PREFIX).encode(), wanted.encode())


def _heard(site: Site, body: bytes) -> bool:
    event = _event(body)
    project, at = site.reading.bench.project, int(event["timestamp"])
    if at > time.time() * 1000 + _FUTURE_MS:
        raise BadInput("bad_input", "the event is from the future", hint="set the clocks")
    bots = site.reading.bench.settings.openmetadata.bots
    if str(event.get("userName")) in bots or not _is_new(site, project, body, at):
        return False
    poke(project, at)
    return True


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict) or not isinstance(event.get("timestamp"), int | float):
        raise BadInput("bad_input", "that is no change event")
    return event


def _is_new(site: Site, project: Project, body: bytes, at: int) -> bool:
    if at < newest_of(project) - _LATE_MS:
        return False
    return site.deliveries.is_first(hashlib.sha256(body).hexdigest())
