"""What every response carries and every request must keep: CSP with Trusted Types, hosts, sizes, CSRF.

The order of trust: a request with a bearer token needs no CSRF token (no browser sends one by itself); one with the
session cookie does, and a browser that says the request comes from another site is refused before that.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugin.web.accounts.secrets import same
from plugin.web.errors import BadInput, Forbidden

MOST_BYTES = 1024 * 1024
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
PROBES = frozenset(("/healthz", "/readyz", "/-/healthz", "/-/readyz", "/-/metrics"))
"""Asked by any host name: probes and scrapers use addresses of their own."""
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1", "testserver"))
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types htmx",
        )
    )


class Guarded:
    """ASGI middleware, outermost: refuses unknown hosts and large bodies, and dresses every response."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], secure: bool) -> None:
        self._app = app
        self._hosts = frozenset(hosts) | _LOCAL
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = random.token_urlsafe(18)
        scope.setdefault("state", {}).update(nonce=nonce, request=str(uuid4()))
        dressed = self._dressed(send, nonce)
        headers = Headers(scope=scope)
        if scope["path"] not in PROBES and _host(headers.get("host", "")) not in self._hosts:
            await PlainTextResponse("unknown host\n", 421)(scope, receive, dressed)
        elif int(headers.get("content-length") or 0) > MOST_BYTES:
            await PlainTextResponse("too large\n", 413)(scope, receive, dressed)
        else:
            await self._app(scope, _bounded(receive), dressed)

    def _dressed(self, send: Send, nonce: str) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers["content-security-policy"] = policy(nonce)
                headers.setdefault("cache-control", "no-store")
                if self._secure:
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        return dressed


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise BadInput("too_large", "the request is too large")
        return message

    return bounded


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def refuse_other_sites(request: Request) -> None:
    """By what browsers say of a request; one that says nothing is left to the token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("other_site", "the request came from another site")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Forbidden("other_site", "the request came from another site")


async def check_csrf(request: Request, wanted: str) -> None:
    """The token comes in a header, or in a field of the form."""
    refuse_other_sites(request)
    given = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "").partition(";")[0]
    if not given and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        field = (await request.form()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not wanted or not same(given, wanted):
        raise Forbidden("csrf", "the form is too old", hint="load the page again")
