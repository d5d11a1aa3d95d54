"""Signing in and out, one-time links, one's own tokens, language and theme."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from plugin.web.accounts import Viewer, secrets
from plugin.web.errors import BadInput
from plugin.web.render import LANGUAGES, THEMES
from plugin.web.rights import SCOPES
from plugin.web.security import check_csrf
from plugin.web.site import Site, SiteDep, may, who

router = APIRouter(include_in_schema=False)
_BEFORE = "dbt_ask_before"
_YEAR = 365 * 24 * 3600
_TRIES = 10


async def check_before(request: Request) -> None:
    """For forms of somebody without a session; before anything of the form is looked at."""
    await check_csrf(request, request.cookies.get(_BEFORE, ""))


Text = Annotated[str, Form(max_length=300)]
SignedIn = Annotated[Viewer, Depends(may(None))]


@router.get("/")
def home() -> Response:
    return RedirectResponse("/ask", 303)


@router.get("/sign-in")
def sign_in(request: Request, site: SiteDep, onward: Annotated[str, Query(alias="next")] = "") -> Response:
    if who(request).viewer is not None:
        return RedirectResponse(local_path(onward), 303)
    return _before(request, site, "sign_in.html", onward=local_path(onward), first=not site.people.has_admin())


@router.post("/sign-in", dependencies=[Depends(check_before)])
async def signed_in(request: Request, site: SiteDep, login: Text, password: Text, onward: Text = "") -> Response:
    from starlette.concurrency import run_in_threadpool

    site.limiter.take("sign_in", request.client.host if request.client else "", _TRIES * 3)
    site.limiter.take("sign_in", login.casefold(), _TRIES)
    viewer = await run_in_threadpool(site.people.with_password, login, password)
    if viewer is None:
        return _before(
            request, site, "sign_in.html", status=401, onward=local_path(onward), first=False, wrong=True, login=login
        )
    return await run_in_threadpool(start_session, request, site, viewer, local_path(onward))


@router.get("/welcome/{secret}")
def welcome(request: Request, site: SiteDep, secret: str) -> Response:
    """A one-time link: the first admin's, an invitation, or a new password."""
    site.limiter.take("welcome", request.client.host if request.client else "", _TRIES * 3)
    return _before(request, site, "welcome.html", invitation=site.invitations.look(secret))


@router.post("/welcome/{secret}", dependencies=[Depends(check_before)])
async def welcomed(
    request: Request, site: SiteDep, secret: str, password: Text, login: Text = "", name: Text = ""
) -> Response:
    from starlette.concurrency import run_in_threadpool

    site.limiter.take("welcome", request.client.host if request.client else "", _TRIES * 3)
    invitation = await run_in_threadpool(site.invitations.look, secret)
    try:
        viewer = await run_in_threadpool(site.invitations.accept, secret, login, name, password)
    except BadInput as error:
        return _before(
            request, site, "welcome.html", status=422, invitation=invitation, error=error, login=login, name=name
        )
    return await run_in_threadpool(start_session, request, site, viewer, "/ask")


@router.post("/sign-out")
def sign_out(request: Request, site: SiteDep, _viewer: SignedIn) -> Response:
    site.sessions.end(request.cookies.get(site.cookie, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(site.cookie, secure=site.secure, httponly=True, samesite="lax")
    return response


@router.post("/preferences")
async def preferences(
    request: Request, language: Text = "", theme: Text = "", keys: Text = "", onward: Text = ""
) -> Response:
    """Nothing but a few cookies of the reader's own browser, so nobody need be signed in."""
    from plugin.web.security import refuse_other_sites

    refuse_other_sites(request)
    response = RedirectResponse(local_path(onward), 303)
    chosen_of = (("language", language, tuple(LANGUAGES)), ("theme", theme, THEMES), ("keys", keys, ("on", "off")))
    for name, chosen, known in chosen_of:
        if chosen in known:
            response.set_cookie(name, chosen, max_age=_YEAR, samesite="lax", httponly=True)
    return response


@router.get("/account")
def account(request: Request, site: SiteDep, viewer: SignedIn) -> Response:
    return site.renderer.page(request, "account.html", tokens=site.tokens.of(viewer.id), scopes=SCOPES, secret="")


@router.post("/account/tokens")
def add_token(
    request: Request,
    site: SiteDep,
    viewer: SignedIn,
    name: Text,
    days: Annotated[int, Form()],
    scopes: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """The secret is on this one page and nowhere else."""
    secret = site.tokens.add(viewer.id, name, scopes, days)
    return site.renderer.page(
        request, "account.html", tokens=site.tokens.of(viewer.id), scopes=SCOPES, secret=secret
    )  # fmt: skip


@router.post("/account/tokens/{token}/remove")
def remove_token(site: SiteDep, viewer: SignedIn, token: str) -> Response:
    site.tokens.remove(viewer.id, token)
    return RedirectResponse("/account", 303)


def start_session(request: Request, site: Site, viewer: Viewer, onward: str) -> Response:
    site.sessions.end(request.cookies.get(site.cookie, ""))
    response = RedirectResponse(onward, 303)
    response.set_cookie(
        site.cookie, site.sessions.start(viewer.id), max_age=int(site.settings.session_hours * 3600), path="/",
        secure=site.secure, httponly=True, samesite="lax",
    )  # fmt: skip
    response.delete_cookie(_BEFORE)
    return response


def _before(request: Request, site: Site, template: str, *, status: int = 200, **context: object) -> Response:
    """A form for somebody without a session: its token is in a cookie that other sites neither read nor send."""
    token = request.cookies.get(_BEFORE) or secrets.make()
    defaults: dict[str, object] = {"wrong": False, "login": "", "name": "", "error": None}
    defaults["provider"] = site.oidc.title if site.oidc else ""
    page = site.renderer.page(request, template, status=status, before=token, **{**defaults, **context})
    page.set_cookie(_BEFORE, token, max_age=3600, secure=site.secure, httponly=True, samesite="strict")
    return page


def local_path(address: str) -> str:
    """Only a path of this site: no link to another may hide in `next`."""
    parts = urlsplit(address)
    good = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if good and "\\" not in address and address.isprintable() else "/ask"
