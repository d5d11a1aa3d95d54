"""/sign-in/oidc: to the OpenID provider and back."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from plugin.web.accounts import Grant
from plugin.web.accounts.oidc import BACK, Begun, Oidc
from plugin.web.errors import Forbidden, NotFound
from plugin.web.pages.account import local_path, start_session
from plugin.web.site import Site, SiteDep

router = APIRouter(include_in_schema=False)
_COOKIE = "dbt_ask_oidc"
_PATH = "/sign-in"
_SECONDS = 600
_TRIES = 30


@router.get("/sign-in/oidc")
def leave(request: Request, site: SiteDep, onward: Annotated[str, Query(alias="next")] = "") -> Response:
    provider = _provider(request, site)
    begun = provider.begin()
    response = RedirectResponse(begun.url, 303)
    response.set_cookie(
        _COOKIE, _packed(replace(begun, url=local_path(onward))), max_age=_SECONDS, path=_PATH,
        secure=site.secure, httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.get(BACK)
def back(request: Request, site: SiteDep) -> Response:
    """The cookie is good for one answer."""
    provider = _provider(request, site)
    begun = _begun(request)
    found = provider.finish(begun, dict(request.query_params))
    default = provider.settings.default_role
    first = Grant(default) if default else None
    viewer = site.people.by_subject(found.subject, found.login, found.name, found.grants, first)
    response = start_session(request, site, viewer, local_path(begun.url))
    response.delete_cookie(_COOKIE, path=_PATH, secure=site.secure, httponly=True, samesite="lax")
    return response


def _provider(request: Request, site: Site) -> Oidc:
    if site.oidc is None:
        raise NotFound("not_found", "there is no sign-in provider")
    site.limiter.take("sign_in", request.client.host if request.client else "", _TRIES)
    return site.oidc


def _packed(begun: Begun) -> str:
    """Only what a cookie may hold as it is."""
    return base64.urlsafe_b64encode(json.dumps(asdict(begun)).encode()).decode().rstrip("=")


def _begun(request: Request) -> Begun:
    try:
        packed = request.cookies.get(_COOKIE, "")
        return Begun(**json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    except (ValueError, TypeError) as error:
        raise Forbidden("other_site", "this browser has begun no sign-in", hint="sign in again") from error
