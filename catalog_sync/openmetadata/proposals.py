"""Descriptions put before the people who own a table: tasks since OpenMetadata 2.0, suggestions before.

The paths and bodies are those of the official client's models. What is proposed is not proposed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog_sync.edits import Edit
from catalog_sync.openmetadata.rest import Rest

_WHY = "proposed by dbt-ask, approved there"


def propose(rest: Rest, edit: Edit, entity: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """`there` is the table or the column as it is. False where the same is waiting already.

    Raises SourceUnavailable, SourceRefused, SourceUnreadable.
    """
    fqn = str(entity["fullyQualifiedName"])
    if _has_tasks(rest):
        return _task(rest, edit, fqn, there)
    return _suggestion(rest, edit, fqn, there)


def _has_tasks(rest: Rest) -> bool:
    major = rest.connection.server_version.partition(".")[0]
    return not major.isdigit() or int(major) >= 2


def _task(rest: Rest, edit: Edit, fqn: str, there: Mapping[str, Any]) -> bool:
    field = f"columns.{there['name']}.description" if edit.column else "description"
    payload = {"suggestionType": "Description", "fieldPath": field, "suggestedValue": edit.text}
    if _waits(rest, "/tasks", {"aboutEntity": fqn, "status": "Open", "type": "Suggestion"}, "payload", payload):
        return False
    now = {"currentValue": str(there["description"])} if there.get("description") else {}
    rest.post(
        "/tasks",
        {
            "category": "MetadataUpdate",
            "type": "Suggestion",
            "description": _WHY,
            "about": f"<#E::table::{fqn}>",
            "payload": {**payload, **now, "source": "Agent", "reasoning": _WHY},
        },
    )
    return True


def _suggestion(rest: Rest, edit: Edit, fqn: str, there: Mapping[str, Any]) -> bool:
    place = f"::columns::{there['name']}" if edit.column else ""
    body = {"type": "SuggestDescription", "entityLink": f"<#E::table::{fqn}{place}>", "description": edit.text}
    if _waits(rest, "/suggestions", {"entityFQN": fqn, "status": "Open"}, "", body):
        return False
    rest.post("/suggestions", body)
    return True


def _waits(rest: Rest, path: str, params: Mapping[str, str], part: str, wanted: Mapping[str, Any]) -> bool:
    """Whether one of the list has all of `wanted`, in its `part`."""
    return any(_has(row.get(part) if part else row, wanted) for page in rest.pages(path, params) for row in page)


def _has(found: object, wanted: Mapping[str, Any]) -> bool:
    return isinstance(found, Mapping) and all(found.get(name) == value for name, value in wanted.items())
