"""The fake server: HTTP on a port of its own, the API of OpenMetadata over a `Store`."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from catalog_sync.openmetadata.testing import routes
from catalog_sync.openmetadata.testing.quirks import Quirks
from catalog_sync.openmetadata.testing.store import Refused, Store

Json = dict[str, Any]
_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"


class FakeOpenMetadata:
    """Use it as a context. `requests` are the paths that were asked, in order."""

    token = routes.TOKEN
    username, password = routes.USERNAME, routes.PASSWORD

    def __init__(self, *, certificate: Path | None = None) -> None:
        """`certificate` is a PEM file with a key: then it speaks HTTPS."""
        self.quirks = Quirks()
        self.store = Store(self.quirks)
        self.requests: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
            self._scheme = "https"
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> FakeOpenMetadata:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def host_port(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}/api"

    @property
    def block(self) -> Json:
        """An `openMetadataServerConfig` that is let in."""
        return {
            "hostPort": self.host_port,
            "authProvider": "openmetadata",
            "securityConfig": {"jwtToken": self.token},
        }

    def add(self, *tables: Json) -> None:
        for table in tables:
            self.store.add("tables", table)

    def add_terms(self, *terms: Json) -> None:
        for term in terms:
            self.store.add("glossaryTerms", term)

    def add_metrics(self, *metrics: Json) -> None:
        for metric in metrics:
            self.store.add("metrics", metric)

    def add_queries(self, *queries: Json) -> None:
        for query in queries:
            self.store.add("queries", query)

    def profile(self, table: Json, columns: Mapping[str, Json], **whole: Any) -> None:
        """`columns` are `payloads.profile`s by name; `whole` is of the table (`profileSample`)."""
        stamp = {"timestamp": table["updatedAt"], **whole}
        self.store.profiles[table["fullyQualifiedName"]] = {"profile": stamp, "columns": dict(columns)}

    def sample(self, table: Json, columns: list[str], rows: list[list[Any]]) -> None:
        self.store.samples[table["id"]] = {"columns": columns, "rows": rows}

    def lead(self, source: Json, to: Json) -> None:
        """Lineage: `to` is made from `source`."""
        self.store.upstream.setdefault(to["id"], []).append(source["id"])

    def remove(self, table: Json, *, hard: bool = False) -> None:
        found = self.store.entities["tables"][table["id"]]
        if hard:
            del self.store.entities["tables"][table["id"]]
        else:
            found["deleted"] = True
        self.store.happened("entityDeleted" if hard else "entitySoftDeleted", "tables", found)


def _handler(fake: FakeOpenMetadata) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_PATCH(self) -> None:
            self._answer("PATCH")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

        def _answer(self, method: str) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlsplit(self.path)
            fake.requests.append(f"{method} {self.path.removeprefix('/api/v1')}")
            if _quirk_of_transport(fake.quirks, self):
                return
            try:
                path = unquote_parts(url.path)
                self._check(path)
                body = content and json.loads(content)
                call = routes.Call(method, path, dict(parse_qsl(url.query)), body, dict(self.headers))
                self.put(200, routes.answer(fake.store, call))
            except Refused as refused:
                self.put(refused.status, refused.body)

        def _check(self, path: tuple[str, ...]) -> None:
            quirks, plain = fake.quirks, "/" + "/".join(path)
            if path[:2] == ("users", "login"):
                return
            if quirks.fail_once and path[:1] != ("system",):
                status, quirks.fail_once = quirks.fail_once, 0
                raise Refused(status, "LIMITS_EXCEPTION" if status == 429 else "UNAVAILABLE", "try again later")
            if self.headers.get("Authorization") != f"Bearer {fake.token}":
                raise Refused(401, "UNAUTHORIZED", "Not Authorized! Token not present or expired")
            if plain.startswith(tuple(quirks.forbidden)):
                raise Refused(403, "FORBIDDEN", "Principal does not have permission ViewAll")
            if plain.startswith(tuple(quirks.missing)):
                raise Refused(404, "NOT_FOUND", "HTTP 404 Not Found")

        def put(self, status: int, body: Json) -> None:
            content = json.dumps(body).encode()
            if fake.quirks.broken_json:
                content = content[: len(content) // 2]
            self.put_bytes(status, content, "application/json")

        def put_bytes(self, status: int, content: bytes, kind: str, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if status == 429 and fake.quirks.retry_after:
                self.send_header("Retry-After", str(fake.quirks.retry_after))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _quirk_of_transport(quirks: Quirks, handler: Any) -> bool:
    if quirks.html:
        handler.put_bytes(200, _LOGIN_PAGE, "text/html")
    elif quirks.redirect:
        handler.put_bytes(302, b"", "text/plain", Location="/login")
    elif quirks.not_json:
        handler.put_bytes(200, b"pong", "text/plain")
    elif not handler.path.startswith("/api/v1/"):
        handler.put_bytes(200, _LOGIN_PAGE, "text/html")  # as the UI answers every path that it does not know
    else:
        return False
    return True


def unquote_parts(path: str) -> tuple[str, ...]:
    """A slash inside a name is quoted, so split first."""
    return tuple(unquote(part) for part in path.removeprefix("/api/v1/").split("/"))
