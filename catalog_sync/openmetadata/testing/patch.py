"""PATCH as the server does it: JSON Patch, a weak lock by version, edits of one user within minutes consolidated."""

from __future__ import annotations

import copy
from typing import Any

from catalog_sync.openmetadata.testing.store import Refused, Store

Json = dict[str, Any]


def patched(store: Store, kind: str, entity: Json, operations: list[Json], if_match: str, user: str) -> Json:
    """Changes the entity in the store. Raises Refused (400, 412)."""
    import jsonpatch

    if if_match and if_match not in ("*", etag(entity)):
        raise Refused(412, "PRECONDITION_FAILED", f"{if_match} does not match {etag(entity)}")
    if if_match and store.quirks.drop_columns:
        operations = [step for step in operations if not str(step.get("path", "")).startswith("/columns/")]
    try:
        changed = jsonpatch.apply_patch(entity, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise Refused(400, "BAD_REQUEST", f"the patch can't be applied: {error}") from error
    if changed != entity:
        if user != entity.get("updatedBy"):
            changed["version"] = round(float(entity.get("version", 0.1)) + 0.1, 1)
        changed["updatedBy"] = user
        store.entities[kind][entity["id"]] = changed
        store.happened("entityUpdated", kind, changed, user)
    return copy.deepcopy(store.entities[kind][entity["id"]])


def etag(entity: Json) -> str:
    """The weak one, which a PATCH is checked against; that of a GET is another and never fits."""
    return f'W/"{float(entity.get("version", 0.1))}"'
