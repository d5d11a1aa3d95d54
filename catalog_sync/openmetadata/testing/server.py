"""The fake server: HTTP on a port of its own, the API of OpenMetadata over a `Store`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from catalog_sync.openmetadata.testing import routes
from catalog_sync.openmetadata.testing.quirks import Quirks
from catalog_sync.openmetadata.testing.store import Refused, Store
from catalog_sync.serving import Handler, Serving

Json = dict[str, Any]
_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"


class FakeOpenMetadata(Serving):
    """Use it as a context. `requests` are the paths that were asked, in order."""

    token = routes.TOKEN
    username, password = routes.USERNAME, routes.PASSWORD

    def __init__(self, *, certificate: Path | None = None) -> None:
        super().__init__(_handler(self), certificate)
        self.quirks = Quirks()
        self.store = Store(self.quirks)
        self.requests: list[str] = []

    @property
    def host_port(self) -> str:
        return f"{self.address}/api"

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

    def describe(self, table: Json, **context: Any) -> None:
        """The AI context of a table, as servers since 2.x have it; without one they answer 404, as older ones do."""
        whole = {"id": table["id"], "name": table["name"], "fullyQualifiedName": table["fullyQualifiedName"]}
        self.store.contexts[table["id"]] = {**whole, "entityType": "table", **context}

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


def _handler(fake: FakeOpenMetadata) -> type[Handler]:
    class Answers(Handler):
        def answer(self, method: str) -> None:
            content, url = self.content(), urlsplit(self.path)
            fake.requests.append(f"{method} {self.path.removeprefix('/api/v1')}")
            if _quirk_of_transport(fake.quirks, self):
                return
            try:
                path = unquote_parts(url.path)
                self._check(path)
                body = content and json.loads(content)
                call = routes.Call(method, path, dict(parse_qsl(url.query)), body, dict(self.headers))
                self.put_json(200, routes.answer(fake.store, call))
            except Refused as refused:
                self.put_json(refused.status, refused.body)

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

        def put_json(self, status: int, body: Json) -> None:
            content = json.dumps(body).encode()
            if fake.quirks.broken_json:
                content = content[: len(content) // 2]
            self.put(status, content, "application/json", retry_after=fake.quirks.retry_after)

    return Answers


def _quirk_of_transport(quirks: Quirks, handler: Handler) -> bool:
    if quirks.html:
        handler.put(200, _LOGIN_PAGE, "text/html")
    elif quirks.redirect:
        handler.put(302, b"", "text/plain", Location="/login")
    elif quirks.not_json:
        handler.put(200, b"pong", "text/plain")
    elif not handler.path.startswith("/api/v1/"):
        handler.put(200, _LOGIN_PAGE, "text/html")  # as the UI answers every path that it does not know
    else:
        return False
    return True


def unquote_parts(path: str) -> tuple[str, ...]:
    """A slash inside a name is quoted, so split first."""
    return tuple(unquote(part) for part in path.removeprefix("/api/v1/").split("/"))
