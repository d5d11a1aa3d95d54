"""What people and bots propose: tasks since 2.0, suggestions before; a server has the one or the other."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from catalog_sync.openmetadata.testing.store import Refused, Store

Json = dict[str, Any]


def has_kind(store: Store, kind: str) -> bool:
    return (int(store.quirks.version.partition(".")[0]) >= 2) == (kind == "tasks")


def task(store: Store, body: Json) -> Json:
    """Raises Refused (400, 404)."""
    about = _table(store, body.get("about"))
    if not body.get("category") or not body.get("type"):
        raise Refused(400, "BAD_REQUEST", "category and type must not be null")
    number = f"TASK-{len(store.entities['tasks']) + 1:05}"
    reference = {"id": about["id"], "type": "table", "fullyQualifiedName": about["fullyQualifiedName"]}
    made = {"name": number, "taskId": number, "status": "Open", "createdBy": {"id": _ID, "type": "user"}}
    return _kept(store, "tasks", {**copy.deepcopy(body), **made, "about": reference})


def suggestion(store: Store, body: Json) -> Json:
    """Raises Refused (400, 404)."""
    _table(store, body.get("entityLink"))
    if not body.get("description") and not body.get("tagLabels"):
        raise Refused(400, "BAD_REQUEST", "Suggestion's description must not be empty")
    return _kept(store, "suggestions", {**copy.deepcopy(body), "status": "Open"})


_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "dbt-ask-bot"))


def _kept(store: Store, kind: str, made: Json) -> Json:
    entity = {"id": str(uuid.uuid4()), **made}
    store.entities[kind][entity["id"]] = entity
    return copy.deepcopy(entity)


def _table(store: Store, link: object) -> Json:
    """`<#E::table::fqn>` or `<#E::table::fqn::columns::name>`; a column must be there too."""
    parts = str(link).removeprefix("<#E::").removesuffix(">").split("::")
    if not str(link).startswith("<#E::table::") or len(parts) not in (2, 4):
        raise Refused(400, "BAD_REQUEST", f"Entity link {link} is not valid")
    found = store.named("tables", parts[1])
    if len(parts) == 4 and parts[3] not in [column["name"] for column in found["columns"]]:
        raise Refused(404, "ENTITY_NOT_FOUND", f"column {parts[3]} not found")
    return found
