"""The MCP server under /mcp (streamable HTTP, stateless): every call is made with the rights of its API token."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar

from mcp.server.transport_security import TransportSecuritySettings
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from plugin.web.accounts.viewer import Viewer
from plugin.web.errors import NotSignedIn
from plugin.web.mcp import make_server
from plugin.web.site import Site

_VIEWER: ContextVar[Viewer] = ContextVar("viewer")


class McpOverHttp:
    """An ASGI application; `running` must be entered around its life. Hosts are checked by the application above."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._server = make_server(site, _VIEWER.get)
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._app = self._server.streamable_http_app(
            streamable_http_path="/", stateless_http=True, json_response=True, transport_security=unchecked
        )

    def running(self) -> AbstractAsyncContextManager[None]:
        return self._server.session_manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scheme, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        found = None
        if scheme.casefold() == "bearer":
            found = await run_in_threadpool(self._site.tokens.find, secret.strip())
        if found is None:
            refused = NotSignedIn("not_signed_in", "an API token is needed", hint="make one at /account")
            answer = JSONResponse({"error": refused.attrs()}, 401, headers={"www-authenticate": "Bearer"})
            await answer(scope, receive, send)
            return
        reset = _VIEWER.set(found)
        try:
            await self._app(scope, receive, send)
        finally:
            _VIEWER.reset(reset)
