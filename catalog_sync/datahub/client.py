"""DataHub's GraphQL API over HTTP: whole lists or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from catalog_sync.errors import CatalogError, SourceIncomplete, SourceRefused, SourceUnavailable, SourceUnreadable

Json = dict[str, Any]
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED = frozenset({"401", "403", "UNAUTHORIZED"})
_LONGEST_WAIT = 60.0
_TOKEN_HINT = "make a token at Settings > Access Tokens in DataHub and put it into the variable of datahub.token_env"
_HOST_HINT = "datahub.server must be the address of DataHub's metadata service, as https://host:8080"


@dataclass
class Client:
    """`tries` of each request; between them `wait` seconds, doubled each time, or what the server asks for."""

    server: str
    token: str = ""
    ca: str = ""
    tries: int = 4
    wait: float = 1.0
    page_size: int = 100
    sleep: Callable[[float], None] = field(default=time.sleep)

    def datasets(self, filters: Mapping[str, list[str]]) -> Iterator[list[Json]]:
        """All that the filters (field -> values, all must fit) let through, page by page, each once.

        Raises SourceIncomplete after the last page if some are missing: take nothing of it then.
        """
        query = files("catalog_sync.datahub").joinpath("datasets.graphql").read_text(encoding="utf-8")
        both = [{"field": name, "values": values} for name, values in filters.items() if values]
        asked: Json = {"types": ["DATASET"], "query": "*", "count": self.page_size, "keepAlive": "5m"}
        if both:
            asked["orFilters"] = [{"and": both}]
        seen: set[str] = set()
        cursors: set[str] = set()
        while True:
            page = self._page(query, asked)
            rows = [hit["entity"] for hit in page.get("searchResults") or () if hit.get("entity")]
            rows = [row for row in rows if str(row.get("urn")) not in seen]
            seen.update(str(row.get("urn")) for row in rows)
            yield rows
            after = page.get("nextScrollId")
            if not after:
                break
            if after in cursors:
                raise self._incomplete("the server gives the same page again and again")
            cursors.add(after)
            asked = {**asked, "scrollId": after}
        if page.get("total") != len(seen):
            raise self._incomplete(f"the server says {page.get('total')} datasets, {len(seen)} came")

    def _page(self, query: str, asked: Json) -> Json:
        try:
            data = self.ask(query, {"input": asked})
        except SourceUnavailable as error:
            raise self._incomplete(f"a page failed: {error.message}") from error
        page = data.get("scrollAcrossEntities")
        if not isinstance(page, dict):
            raise SourceUnreadable(f"DataHub at {self.server} answers without a list", hint=_HOST_HINT)
        return page

    def ask(self, query: str, variables: Json) -> Json:
        """`data` of the answer. Raises SourceUnavailable, SourceRefused, SourceUnreadable."""
        for attempt in range(1, self.tries + 1):
            try:
                return self._asked(query, variables)
            except _Later as later:
                if attempt == self.tries:
                    raise later.error from later
                self.sleep(min(later.seconds or self.wait * 2 ** (attempt - 1), _LONGEST_WAIT))
        raise AssertionError("a request is tried once at least")

    def _asked(self, query: str, variables: Json) -> Json:
        import httpx2

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            response = httpx2.post(
                f"{self.server.rstrip('/')}/api/graphql",
                json={"query": query, "variables": variables},
                headers=headers,
                timeout=httpx2.Timeout(120, connect=10),
                verify=self._trusted(),
            )
        except (httpx2.TransportError, OSError) as error:
            raise self._unreached(error) from error
        except (httpx2.InvalidURL, ValueError) as error:
            raise SourceUnreadable(f"datahub.server is no address: {self.server}", hint=_HOST_HINT) from error
        return self._body(response)

    def _trusted(self) -> Any:
        if not self.ca:
            return True
        import ssl

        try:
            return ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise SourceUnreadable(f"{self.ca} holds no certificates: {error}", hint="set datahub.ca") from error

    def _unreached(self, error: Exception) -> Exception:
        text = " ".join(str(error).split())
        if "CERTIFICATE" in text or "SSL" in text:
            reason = "it has expired" if "expired" in text else text[-160:]
            return SourceUnreadable(
                f"the certificate of {self.server} can't be trusted: {reason}",
                hint="renew it, or name the authority that signed it in datahub.ca",
            )
        return _Later(SourceUnavailable(f"DataHub at {self.server} does not answer: {text[-160:]}", hint=_HOST_HINT))

    def _body(self, response: Any) -> Json:
        status = int(response.status_code)
        where = f"DataHub at {self.server}"
        if status in (401, 403):
            raise SourceRefused(f"{where} does not accept the token", hint=_TOKEN_HINT)
        if status in _TRANSIENT:
            raise _Later(SourceUnavailable(f"{where} answers {status}"), _seconds(response))
        if "html" in str(response.headers.get("content-type", "")).casefold() or status >= 300:
            raise SourceUnreadable(
                f"what answers at {self.server} is not DataHub's API", hint=_HOST_HINT, status=status
            )
        try:
            body = response.json()
        except ValueError as error:
            raise _Later(SourceUnavailable(f"{where} answers with broken JSON")) from error
        if not isinstance(body, dict):
            raise SourceUnreadable(f"what answers at {self.server} is not DataHub's API", hint=_HOST_HINT)
        if body.get("errors") or not isinstance(body.get("data"), dict):
            raise self._said(body.get("errors") or [])
        return dict(body["data"])

    def _said(self, errors: list[Any]) -> CatalogError:
        """Half an answer is none: what is missing in it would be taken for gone."""
        first = errors[0] if errors and isinstance(errors[0], dict) else {}
        text, extensions = str(first.get("message") or "no data"), first.get("extensions") or {}
        codes = {str(extensions.get("code")), str(extensions.get("type"))}
        if codes & _REFUSED or "unauthorized" in text.casefold():
            return SourceRefused(f"the token may not read DataHub at {self.server}: {text[:200]}", hint=_TOKEN_HINT)
        return SourceUnreadable(
            f"DataHub at {self.server} refuses the query: {text[:200]}", hint="is it older than 0.12? then update it"
        )

    def _incomplete(self, why: str) -> SourceIncomplete:
        return SourceIncomplete(
            f"the list of DataHub did not come whole ({why}); nothing was changed",
            hint="run the sync again; if it stays, look at the server's log",
        )


class _Later(Exception):
    """Worth another try. `seconds` is what the server asked for."""

    def __init__(self, error: CatalogError, seconds: float = 0.0) -> None:
        super().__init__(error.message)
        self.error = error
        self.seconds = seconds


def _seconds(response: Any) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after") or 0))
    except ValueError:
        return 0.0
