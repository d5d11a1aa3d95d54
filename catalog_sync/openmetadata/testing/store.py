"""What the fake server holds, and the rules of the API over it: projection, pages, versions, events."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog_sync.openmetadata.testing.quirks import Quirks

Json = dict[str, Any]
# What comes only when it is asked for with `fields`; the rest of an entity always comes.
OPTIONAL = {
    "tables": frozenset(
        {
            "tags", "owners", "domains", "dataProducts", "tableConstraints", "usageSummary", "joins", "dataModel",
            "extension", "lifeCycle", "certification", "followers", "votes", "sampleData", "profile", "queries",
        }
    ),
    "glossaryTerms": frozenset({"tags", "relatedTerms", "owners", "children", "reviewers"}),
    "queries": frozenset({"owners", "users", "votes", "tags", "queryUsedIn", "followers"}),
    "metrics": frozenset({"tags", "owners", "relatedMetrics"}),
    "tasks": frozenset({"assignees", "reviewers", "comments"}),
    "suggestions": frozenset(),
}  # fmt: skip
_OLD_NAMES = {"owner": "owners", "domain": "domains"}
_ALWAYS_THERE = frozenset({"columns", *_OLD_NAMES})


class Refused(Exception):
    """An answer that is an error, as the API words it."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": status, "errorType": kind, "message": message}


@dataclass
class Store:
    quirks: Quirks
    entities: dict[str, dict[str, Json]] = field(default_factory=lambda: {kind: {} for kind in OPTIONAL})
    profiles: dict[str, Json] = field(default_factory=dict)
    samples: dict[str, Json] = field(default_factory=dict)
    contexts: dict[str, Json] = field(default_factory=dict)
    upstream: dict[str, list[str]] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)

    def add(self, kind: str, entity: Json) -> None:
        known = self.entities[kind].get(entity["id"])
        self.entities[kind][entity["id"]] = copy.deepcopy(entity)
        self.happened("entityUpdated" if known else "entityCreated", kind, entity)

    def happened(self, what: str, kind: str, entity: Mapping[str, Any], user: str = "admin") -> None:
        self.events.append(
            {
                "id": entity["id"],
                "eventType": what,
                "entityType": kind.removesuffix("s"),
                "entityId": entity["id"],
                "entityFullyQualifiedName": entity.get("fullyQualifiedName", ""),
                "userName": user,
                "timestamp": int(time.time() * 1000),
            }
        )

    def named(self, kind: str, fqn: str) -> Json:
        found = next((e for e in self.entities[kind].values() if e.get("fullyQualifiedName") == fqn), None)
        if found is None:
            raise Refused(404, "ENTITY_NOT_FOUND", f"{kind.removesuffix('s')} instance for {fqn} not found")
        return found

    def with_id(self, kind: str, entity: str) -> Json:
        found = self.entities[kind].get(entity)
        if found is None:
            raise Refused(404, "ENTITY_NOT_FOUND", f"{kind.removesuffix('s')} instance for {entity} not found")
        return found

    def listed(self, kind: str, params: Mapping[str, str]) -> list[Json]:
        rows = sorted(self.entities[kind].values(), key=lambda e: (e.get("name", ""), e["id"]))
        include = params.get("include", "non-deleted")
        if include != "all":
            rows = [row for row in rows if bool(row.get("deleted")) == (include == "deleted")]
        for key in ("database", "databaseSchema", "service"):
            if wanted := params.get(key):
                rows = [row for row in rows if (row.get(key) or {}).get("fullyQualifiedName") == wanted]
        if kind in ("tasks", "suggestions"):
            rows = [row for row in rows if is_about(row, params)]
        if wanted := params.get("entityId"):
            rows = [row for row in rows if any(used["id"] == wanted for used in row.get("queryUsedIn") or [])]
        return rows

    def page(self, kind: str, params: Mapping[str, str]) -> Json:
        """`after` is opaque to a client; here it is the place where the next page begins."""
        rows, limit = self.listed(kind, params), int(params.get("limit") or 10)
        start = int(params.get("after") or 0)
        if self.quirks.fail_page and start // limit + 1 == self.quirks.fail_page:
            raise Refused(500, "INTERNAL", "java.lang.OutOfMemoryError: Java heap space")
        first = start - 1 if self.quirks.repeat_rows and start else start
        paging: Json = {"total": len(rows) + self.quirks.wrong_total}
        if start + limit < len(rows):
            paging["after"] = str(start if self.quirks.same_page and start else start + limit)
        data = [self.projected(kind, row, params) for row in rows[first : start + limit]]
        return {"data": data, "paging": paging}

    def projected(self, kind: str, entity: Json, params: Mapping[str, str]) -> Json:
        asked = {name for name in (params.get("fields") or "").split(",") if name}
        self._check_fields(kind, asked)
        asked |= {_OLD_NAMES[name] for name in asked & set(_OLD_NAMES)}
        shown = {k: copy.deepcopy(v) for k, v in entity.items() if k in asked or k not in OPTIONAL[kind]}
        if kind == "tables":
            self._quirky(shown, asked)
        return shown

    def _check_fields(self, kind: str, asked: set[str]) -> None:
        known = (OPTIONAL[kind] | _ALWAYS_THERE) - set(self.quirks.unknown_fields)
        if unknown := sorted(asked - known):
            raise Refused(400, "BAD_REQUEST", f"Invalid field name {unknown[0]}")

    def _quirky(self, table: Json, asked: set[str]) -> None:
        if "tags" not in asked or self.quirks.no_tags:
            table.pop("tags", None)
            for column in _columns(table):
                column.pop("tags", None)
        if self.quirks.extra_field:
            table["somethingNew"] = {"of": "the next version"}
        if self.quirks.unknown_type and table["columns"]:
            table["columns"][0]["dataType"] = "QUANTUM"
        if self.quirks.singular:
            for one, several in _OLD_NAMES.items():
                if table.get(several):
                    table[one] = table.pop(several)[0]


def is_about(row: Mapping[str, Any], params: Mapping[str, str]) -> bool:
    """A task or a suggestion, by what is asked for: the table, `status`, `type`."""
    about = params.get("aboutEntity") or params.get("entityFQN") or ""
    link = str(row.get("entityLink") or f"<#E::table::{row.get('about', {}).get('fullyQualifiedName')}>")
    fits = not about or link.startswith((f"<#E::table::{about}>", f"<#E::table::{about}::"))
    return fits and all(row.get(name) == params[name] for name in ("status", "type") if name in params)


def _columns(entity: Mapping[str, Any]) -> Iterator[Json]:
    for column in entity.get("columns") or entity.get("children") or []:
        yield column
        yield from _columns({"children": column.get("children")})
