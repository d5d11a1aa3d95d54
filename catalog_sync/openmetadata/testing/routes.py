"""What each path answers."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog_sync.openmetadata.testing.patch import patched
from catalog_sync.openmetadata.testing.proposed import has_kind, suggestion, task
from catalog_sync.openmetadata.testing.store import OPTIONAL, Refused, Store

Json = dict[str, Any]
USERNAME, PASSWORD, TOKEN = "admin@open-metadata.org", "admin", "a-token-of-the-fake-server"


@dataclass(frozen=True)
class Call:
    method: str
    path: tuple[str, ...]
    params: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


def answer(store: Store, call: Call) -> Json:
    match call.method, call.path:
        case "GET", ("system", "version"):
            return {"version": store.quirks.version, "revision": "fake", "timestamp": 0}
        case "POST", ("users", "login"):
            return _login(call.body)
        case _, ("tasks" | "suggestions" as kind, *_) if not has_kind(store, kind):
            raise Refused(404, "NOT_FOUND", "HTTP 404 Not Found")
        case "POST", ("tasks",):
            return task(store, call.body)
        case "POST", ("suggestions",):
            return suggestion(store, call.body)
        case "GET", ("tables", fqn, "tableProfile", "latest"):
            return _profile(store, fqn)
        case "GET", ("tables", entity, "context") if entity in store.contexts:
            return copy.deepcopy(store.contexts[entity])
        case "GET", ("tables", entity, "sampleData"):
            return {**store.projected("tables", store.with_id("tables", entity), {}), **_sample(store, entity)}
        case "GET", ("lineage", "table", "name", fqn):
            return _lineage(store, fqn)
        case "GET", ("tags", "name", fqn, "assets"):
            return _assets(store, fqn, call.params)
        case "GET", ("search", "query"):
            return _search(store, call.params)
        case "GET", ("events",):
            return _events(store, call.params)
        case "GET", (kind,) if kind in OPTIONAL:
            return store.page(kind, call.params)
        case "GET", (kind, "name", fqn) if kind in OPTIONAL:
            return store.projected(kind, store.named(kind, fqn), call.params)
        case "GET", (kind, entity) if kind in OPTIONAL:
            return store.projected(kind, store.with_id(kind, entity), call.params)
        case "PATCH", (kind, *found) if kind in OPTIONAL:
            old = store.named(kind, found[1]) if found[0] == "name" else store.with_id(kind, found[0])
            user = call.headers.get("X-Fake-User", "dbt-ask-bot")
            return patched(store, kind, old, call.body, call.headers.get("If-Match", ""), user)
    raise Refused(404, "NOT_FOUND", "HTTP 404 Not Found")


def _login(body: Mapping[str, Any]) -> Json:
    secret = base64.b64decode(str(body.get("password") or "")).decode(errors="replace")
    if (body.get("email"), secret) != (USERNAME, PASSWORD):
        raise Refused(401, "INVALID_USERNAME_OR_PASSWORD", "You have entered an invalid username or password.")
    return {"accessToken": TOKEN, "tokenType": "Bearer", "expiryDuration": 3600}


def _profile(store: Store, fqn: str) -> Json:
    table = store.projected("tables", store.named("tables", fqn), {})
    found = store.profiles.get(fqn)
    if found:
        table["profile"] = found["profile"]
        for column in table["columns"]:
            if column["name"] in found["columns"]:
                column["profile"] = {**found["columns"][column["name"]], "name": column["name"]}
    return table


def _sample(store: Store, entity: str) -> Json:
    return {"sampleData": store.samples[entity]} if entity in store.samples else {}


def _lineage(store: Store, fqn: str) -> Json:
    table = store.named("tables", fqn)
    parents = [store.with_id("tables", parent) for parent in store.upstream.get(table["id"], [])]
    return {
        "entity": _reference(table),
        "nodes": [_reference(parent) for parent in parents],
        "upstreamEdges": [{"fromEntity": parent["id"], "toEntity": table["id"]} for parent in parents],
        "downstreamEdges": [],
    }


def _assets(store: Store, fqn: str, params: Mapping[str, str]) -> Json:
    tagged = [t for t in store.entities["tables"].values() if any(x["tagFQN"] == fqn for x in t.get("tags") or [])]
    start, limit = int(params.get("offset") or 0), int(params.get("limit") or 10)
    return {
        "data": [_reference(table) for table in tagged[start : start + limit]],
        "paging": {"total": len(tagged), "offset": start, "limit": limit},
    }


def _search(store: Store, params: Mapping[str, str]) -> Json:
    """The index is behind the database, and only names are searched here."""
    rows = list(store.entities["tables"].values())
    rows = rows[: len(rows) - store.quirks.search_lag] if store.quirks.search_lag else rows
    wanted = params.get("q", "").strip("*").casefold()
    found = sorted(
        (r for r in rows if wanted in r["fullyQualifiedName"].casefold()), key=lambda r: r["fullyQualifiedName"]
    )
    after = params.get("search_after", "")
    shown = [row for row in found if row["fullyQualifiedName"] > after][: int(params.get("size") or 10)]
    hits = [{"_source": copy.deepcopy(row), "sort": [row["fullyQualifiedName"]]} for row in shown]
    return {"hits": {"total": {"value": len(found), "relation": "eq"}, "hits": hits}}


def _events(store: Store, params: Mapping[str, str]) -> Json:
    """All at once, without pages, as servers did until 2026; with `events_page` as they do since then."""
    since = int(params.get("timestamp") or 0)
    found = [event for event in store.events if event["timestamp"] >= since]
    if store.quirks.events_limit and len(found) > store.quirks.events_limit:
        raise Refused(500, "INTERNAL", "java.lang.OutOfMemoryError: Java heap space")
    paging: Json = {}
    if size := store.quirks.events_page:
        start = int(params.get("after") or 0)
        if start + size < len(found) or store.quirks.events_loop:
            paging["after"] = str(0 if store.quirks.events_loop else start + size)
        found = found[start : start + size]
    return {"data": json.loads(json.dumps(found)), "paging": {**paging, "total": len(found)}}


def _reference(entity: Mapping[str, Any]) -> Json:
    return {
        "id": entity["id"],
        "type": "table",
        "name": entity["name"],
        "fullyQualifiedName": entity["fullyQualifiedName"],
    }
