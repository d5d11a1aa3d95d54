"""Raw JSON over the client's REST layer: whole lists or none, with patience where the server asks for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from catalog_sync.errors import (
    CatalogError,
    SourceIncomplete,
    SourceRefused,
    SourceStale,
    SourceUnavailable,
    SourceUnreadable,
)
from catalog_sync.openmetadata.client import HOST_HINT, TOKEN_HINT, explained, official, web_page
from catalog_sync.openmetadata.connection import Connection

Json = dict[str, Any]
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 60.0
_BUSY_HINT = "nothing was changed: run the sync again in a while; if it stays, the server's log says why"


@dataclass
class Rest:
    """`tries` of each request; between them `wait` seconds, doubled each time, or what the server asks for."""

    connection: Connection
    tries: int = 4
    wait: float = 1.0
    page_size: int = 100
    sleep: Callable[[float], None] = field(default=time.sleep)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json | None:
        """None where there is no such thing (404). Raises SourceUnavailable, SourceRefused, SourceUnreadable."""
        for attempt in range(1, self.tries + 1):
            try:
                return self._get(path, params or {})
            except _Later as later:
                if attempt == self.tries:
                    raise later.error from later
                self.sleep(min(later.seconds or self.wait * 2 ** (attempt - 1), _LONGEST_WAIT))
        raise AssertionError("a request is tried once at least")

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[list[Json]]:
        """All rows of a list, page by page, each row once.

        Raises SourceIncomplete after the last page if rows are missing: take nothing of it then.
        """
        seen: set[str] = set()
        cursors: set[str] = set()
        after, total = "", None
        while True:
            page = self._page(path, {"limit": self.page_size, **(params or {}), **({"after": after} if after else {})})
            paging = page.get("paging") or {}
            total = paging.get("total", total)
            rows = [row for row in page["data"] if isinstance(row, dict) and str(row.get("id")) not in seen]
            seen.update(str(row.get("id")) for row in rows)
            yield rows
            after = str(paging.get("after") or "")
            if not after:
                break
            if after in cursors:
                raise self._incomplete(path, "the server gives the same page again and again")
            cursors.add(after)
        if isinstance(total, int) and total != len(seen):
            raise self._incomplete(path, f"the server says {total} rows, {len(seen)} came")

    def patch(self, path: str, steps: Sequence[Mapping[str, Any]], *, lock: str = "") -> None:
        """JSON Patch; `lock` goes into If-Match. Not tried again: it may have been done.

        Raises SourceStale where a test or the lock does not hold, SourceUnavailable, SourceRefused.
        """
        host, headers = self.connection.host, {"If-Match": lock} if lock else None
        try:
            self.connection.rest.patch(path, data=json.dumps(list(steps)), headers=headers)
        except official().errors as error:
            if getattr(error, "status_code", None) in (400, 412):
                raise SourceStale(
                    f"{path} of OpenMetadata at {host} was changed in between", hint="look at it, and write again"
                ) from error
            raise explained(error, host) from error

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Not tried again: it may have been done. Raises SourceUnavailable, SourceRefused, SourceUnreadable."""
        host = self.connection.host
        try:
            self.connection.rest.post(path, data=json.dumps(body))
        except official().errors as error:
            status = getattr(error, "status_code", None)
            if status in (400, 404):
                raise SourceUnreadable(
                    f"OpenMetadata at {host} answers {status} for {path}: {str(error)[:200]}", status=status
                ) from error
            raise explained(error, host) from error

    def name(self, fqn: str) -> str:
        """A fully qualified name as part of a path."""
        return quote(fqn, safe="")

    def _page(self, path: str, params: Mapping[str, Any]) -> Json:
        try:
            page = self.get(path, params)
        except SourceUnavailable as error:
            raise self._incomplete(path, f"a page failed: {error.message}") from error
        if page is None:
            raise SourceUnreadable(f"{self.connection.host} has no list {path}", hint=HOST_HINT, status=404)
        if not isinstance(page.get("data"), list):
            raise SourceUnreadable(f"{self.connection.host}{path} answers with something else than a list of rows")
        return page

    def _incomplete(self, path: str, why: str) -> SourceIncomplete:
        return SourceIncomplete(
            f"the list {path} of OpenMetadata did not come whole ({why}); nothing was changed",
            hint="run the sync again; if it stays, look at the server's log",
        )

    def _get(self, path: str, params: Mapping[str, Any]) -> Json | None:
        host = self.connection.host
        try:
            response = self.connection.rest.get_raw(path, params, retries=0)
        except official().errors as error:
            said = explained(error, host)
            if isinstance(said, SourceUnavailable):
                raise _Later(said) from error
            raise said from error
        status = int(response.status_code)
        if status == 404:
            return None
        if status in _TRANSIENT:
            said = SourceUnavailable(f"OpenMetadata at {host} answers {status} for {path}", hint=_BUSY_HINT)
            raise _Later(said, _asked(response))
        if status == 401:
            raise SourceRefused(f"OpenMetadata at {host} does not accept the token", hint=TOKEN_HINT)
        if status == 403:
            raise SourceRefused(
                f"the bot may not read {path} of OpenMetadata",
                hint="give its role ViewAll, ViewSampleData, ViewDataProfile, ViewQueries and ViewUsage on tables",
            )
        return self._body(response, path, status)

    def _body(self, response: Any, path: str, status: int) -> Json:
        host = self.connection.host
        if "html" in str(response.headers.get("Content-Type", "")).casefold() or 300 <= status < 400:
            raise web_page(host)
        try:
            body = response.json()
        except ValueError as error:
            raise _Later(
                SourceUnavailable(f"{host}{path} answers with broken JSON: {error}", hint=_BUSY_HINT)
            ) from error
        if status >= 400 or not isinstance(body, dict):
            said = body.get("message") if isinstance(body, dict) else body
            raise SourceUnreadable(
                f"OpenMetadata at {host} answers {status} for {path}: {str(said)[:200]}", status=status
            )
        return body


class _Later(Exception):
    """Worth another try. `seconds` is what the server asked for."""

    def __init__(self, error: CatalogError, seconds: float = 0.0) -> None:
        super().__init__(error.message)
        self.error = error
        self.seconds = seconds


def _asked(response: Any) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After") or 0))
    except ValueError:  # a date: the usual wait does
        return 0.0
