"""The fake server: GraphQL over HTTP on a port of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from catalog_sync.serving import Handler, Serving

Json = dict[str, Any]
TOKEN = "a-token-of-the-fake-datahub"


@dataclass
class Quirks:
    """
    fail_page    this page of a scroll (from 1) answers 500, every time
    fail_once    the next request answers with this status, those after it are right
    retry_after  what a 429 asks for, in seconds
    wrong_total  added to the total
    same_page    the scroll never ends
    html         every answer is the page of the web application
    broken_json  answers are cut off
    half         an answer has data and errors: a resolver failed
    forbidden    the token is known but may not search
    unknown      fields that this server's schema does not have
    """

    fail_page: int = 0
    fail_once: int = 0
    retry_after: float = 0.0
    wrong_total: int = 0
    same_page: bool = False
    html: bool = False
    broken_json: bool = False
    half: bool = False
    forbidden: bool = False
    unknown: tuple[str, ...] = ()


class FakeDataHub(Serving):
    """Use it as a context. `requests` are the inputs that were asked, in order."""

    token = TOKEN

    def __init__(self, *, certificate: Path | None = None) -> None:
        super().__init__(_handler(self), certificate)
        self.quirks = Quirks()
        self.datasets: dict[str, Json] = {}
        self.requests: list[Json] = []

    def add(self, *datasets: Json) -> None:
        self.datasets.update({dataset["urn"]: dataset for dataset in datasets})

    def answered(self, query: str, variables: Json) -> Json:
        """Executed against the excerpt of the schema, so that what is not in it is refused as the server does."""
        from graphql import build_schema, graphql_sync

        text = files("catalog_sync.datahub.testing").joinpath("schema.graphql").read_text(encoding="utf-8")
        for name in self.quirks.unknown:
            text = "\n".join(line for line in text.splitlines() if not line.strip().startswith(f"{name}:"))
        schema = build_schema(text)
        result = graphql_sync(
            schema, query, root_value={"scrollAcrossEntities": self._scroll}, variable_values=variables,
            type_resolver=lambda value, *_: value.get("__typename"), field_resolver=_field,
        )  # fmt: skip
        body: Json = {"data": result.data}
        if result.errors:
            body["errors"] = [
                {"message": e.message, "extensions": {"classification": "ValidationError"}} for e in result.errors
            ]
        return body

    def _scroll(self, _info: Any, *, input: Json) -> Json:  # noqa: A002
        self.requests.append(input)
        if self.quirks.forbidden:
            raise PermissionError("Unauthorized to perform this action. Please contact your DataHub administrator.")
        rows = [row for row in self._sorted() if not row["status"]["removed"] and _passes(row, input)]
        count, start = input.get("count") or 10, int(input.get("scrollId") or 0)
        page = rows[start : start + count]
        after = start + count if start + count < len(rows) else None
        if self.quirks.same_page and rows:
            after = start or count
        return {
            "nextScrollId": str(after) if after else None,
            "count": len(page),
            "total": len(rows) + self.quirks.wrong_total,
            "searchResults": [{"entity": row} for row in page],
        }

    def _sorted(self) -> list[Json]:
        return [self.datasets[urn] for urn in sorted(self.datasets)]


def _field(source: Any, info: Any, **arguments: Any) -> Any:
    """As graphql-core's own, over mappings; arguments of a field are passed over."""
    found = source.get(info.field_name) if isinstance(source, Mapping) else None
    return found(info, **arguments) if callable(found) else found


def _passes(row: Json, asked: Json) -> bool:
    groups = asked.get("orFilters") or []
    return not groups or any(all(_fits(row, one) for one in group.get("and") or []) for group in groups)


def _fits(row: Json, one: Json) -> bool:
    inside = row["urn"].removeprefix("urn:li:dataset:(").removesuffix(")")
    platform, _, rest = inside.partition(",")
    found = {"platform": platform, "origin": rest.rpartition(",")[2]}[one["field"]]
    return bool(found in one["values"]) != bool(one.get("negated"))


def _handler(fake: FakeDataHub) -> type[Handler]:
    class Answers(Handler):
        def answer(self, method: str) -> None:
            content, quirks = self.content(), fake.quirks
            if quirks.html or (method, self.path) != ("POST", "/api/graphql"):
                self._put(200, b"<!doctype html><title>DataHub</title>", "text/html")
                return
            body = json.loads(content)
            start = int((body["variables"].get("input") or {}).get("scrollId") or 0)
            page = start // int(body["variables"]["input"].get("count") or 10) + 1
            if quirks.fail_once:
                status, quirks.fail_once = quirks.fail_once, 0
                self._put(status, b"{}", "application/json")
            elif self.headers.get("Authorization") != f"Bearer {fake.token}":
                self._put(401, b'{"message": "Unauthorized to perform this action."}', "application/json")
            elif quirks.fail_page == page:
                self._put(500, b"{}", "application/json")
            else:
                answer = fake.answered(body["query"], body["variables"])
                if quirks.half:
                    answer["errors"] = [{"message": "An unknown error occurred.", "extensions": {"code": 500}}]
                content = json.dumps(answer).encode()
                self._put(200, content[: len(content) // 2] if quirks.broken_json else content, "application/json")

        def _put(self, status: int, content: bytes, kind: str) -> None:
            self.put(status, content, kind, retry_after=fake.quirks.retry_after)

    return Answers
