"""What all requests share, and who is behind one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import Depends, Request

from backends.database import session
from feedback import audit
from feedback.asks import AskLog
from feedback.given import Feedback
from feedback.people import Actor
from plugin.evaluations import Runs
from plugin.jobs.by_hand import ByHand
from plugin.operate.meters import Meters
from plugin.settings import WebSettings
from plugin.web.accounts import Invitations, People, Sessions, Tokens, Viewer
from plugin.web.accounts.oidc import Oidc
from plugin.web.answers.asking import Asking
from plugin.web.answers.desk import Desk
from plugin.web.answers.presence import Presence
from plugin.web.curation import Curation, Evidence
from plugin.web.deliveries import Deliveries
from plugin.web.errors import Forbidden, NotSignedIn
from plugin.web.limiter import Limiter
from plugin.web.reading import Reading
from plugin.web.render import Renderer
from plugin.web.rights import Action
from plugin.web.security import SAFE, check_csrf

API = "/api/"


@dataclass(frozen=True)
class Site:
    """`url` is the address that people type, without a slash at its end."""

    settings: WebSettings
    url: str
    reading: Reading
    asks: AskLog
    desk: Desk
    asking: Asking
    feedback: Feedback
    curation: Curation
    evidence: Evidence
    people: People
    sessions: Sessions
    tokens: Tokens
    invitations: Invitations
    limiter: Limiter
    renderer: Renderer
    by_hand: ByHand
    runs: Runs
    oidc: Oidc | None
    meters: Meters
    presence: Presence
    deliveries: Deliveries = field(default_factory=Deliveries)

    def audit(
        self, actor: Actor, action: str, key: str, after: Mapping[str, Any] | None = None, *, kind: str = "person"
    ) -> None:
        """What was done to accounts, jobs and views."""
        with session(self.reading.bench.state) as opened:
            now = datetime.now(timezone.utc)
            audit.write(opened, actor, action, key, at=now, kind=kind, after=after)

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")

    @property
    def cookie(self) -> str:
        """A browser takes a `__Host-` cookie only over TLS, from this host alone and for all of its paths."""
        return "__Host-dbt_ask" if self.secure else "dbt_ask"


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteDep = Annotated[Site, Depends(site_of)]


@dataclass(frozen=True)
class Who:
    """`csrf` is empty for a request by API token."""

    viewer: Viewer | None
    csrf: str = ""
    by_token: bool = False


def who(request: Request) -> Who:
    """A token counts under /api/ alone."""
    known: Who | None = getattr(request.state, "who", None)
    if known is None:
        known = request.state.who = _look(request, site_of(request))
    return known


def _look(request: Request, site: Site) -> Who:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme and request.url.path.startswith(API):
        found = site.tokens.find(secret.strip()) if scheme.casefold() == "bearer" else None
        return Who(found, by_token=True)
    cookie = request.cookies.get(site.cookie, "")
    signed_in = site.sessions.find(cookie) if cookie else None
    return Who(signed_in.viewer, signed_in.csrf) if signed_in else Who(None)


def may(action: Action | None) -> Callable[[Request], Awaitable[Viewer]]:
    """A dependency: the signed-in person who may do that (None: anything), in a request that no other site made."""

    async def allowed(request: Request) -> Viewer:
        found = await who_asks(request)
        if found.viewer is None:
            raise NotSignedIn("not_signed_in", "sign in first", hint="open /sign-in, or send an API token")
        if request.method not in SAFE and not found.by_token:
            await check_csrf(request, found.csrf)
        if action is not None and not found.viewer.may(action):
            raise Forbidden("not_allowed", f"you may not {action.replace('_', ' ')} here", action=action)
        return found.viewer

    allowed.action = action  # type: ignore[attr-defined]
    return allowed


async def who_asks(request: Request) -> Who:
    """`who`, away from the event loop: it reads the state database."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(who, request)
