"""Entities as OpenMetadata's API writes them, from few words or from our own catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.openmetadata.names import encoded, join, split

Json = dict[str, Any]
_UPDATED = 1_790_000_000_000
_TYPES = {
    "varchar": "VARCHAR", "text": "TEXT", "string": "STRING", "char": "CHAR", "integer": "INT", "int": "INT",
    "bigint": "BIGINT", "smallint": "SMALLINT", "double": "DOUBLE", "float": "FLOAT", "decimal": "DECIMAL",
    "numeric": "NUMERIC", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "struct": "STRUCT",
    "json": "JSON", "uuid": "UUID", "hugeint": "LARGEINT",
}  # fmt: skip


def tag(fqn: str, *, state: str = "Confirmed", label: str = "Manual", source: str = "Classification") -> Json:
    return {"tagFQN": fqn, "source": source, "labelType": label, "state": state}


def term_tag(fqn: str) -> Json:
    return tag(fqn, source="Glossary")


def column(name: str, kind: str = "VARCHAR", *, tags: Sequence[Json] = (), **fields: Any) -> Json:
    """`kind` is in the warehouse's words; `fields` are OpenMetadata's own."""
    base = kind.split("(")[0].strip().casefold()
    made: Json = {"name": encoded(name), "dataType": _TYPES.get(base, "UNKNOWN"), "dataTypeDisplay": kind.casefold()}
    if made["dataType"] in ("VARCHAR", "CHAR"):
        made["dataLength"] = 1
    return {**made, "tags": list(tags), **fields}


def table(fqn: str, columns: Sequence[Json] = (), *, tags: Sequence[Json] = (), **fields: Any) -> Json:
    """`fqn` is service.database.schema.table, quoted as OpenMetadata does."""
    service, database, schema, name = (encoded(part) for part in split(fqn))
    numbered = [_numbered(row, position, fqn) for position, row in enumerate(columns, start=1)]
    return {
        "id": entity_id("table", fqn),
        "name": name,
        "fullyQualifiedName": fqn,
        "version": 0.1,
        "updatedAt": _UPDATED,
        "updatedBy": "ingestion-bot",
        "tableType": "Regular",
        "serviceType": "Postgres",
        "service": _reference("databaseService", join(service)),
        "database": _reference("database", join(service, database)),
        "databaseSchema": _reference("databaseSchema", join(service, database, schema)),
        "columns": numbered,
        "tags": list(tags),
        "deleted": False,
        **fields,
    }


def term(fqn: str, *, synonyms: Sequence[str] = (), related: Sequence[str] = (), **fields: Any) -> Json:
    glossary = split(fqn)[0]
    return {
        "id": entity_id("glossaryTerm", fqn),
        "name": split(fqn)[-1],
        "fullyQualifiedName": fqn,
        "description": "",
        "synonyms": list(synonyms),
        "glossary": _reference("glossary", join(glossary)),
        "relatedTerms": [_reference("glossaryTerm", name) for name in related],
        "entityStatus": "Approved",
        "version": 0.1,
        "updatedAt": _UPDATED,
        **fields,
    }


def metric(name: str, code: str = "", **fields: Any) -> Json:
    expression = {"metricExpression": {"language": "SQL", "code": code}} if code else {}
    return {"id": entity_id("metric", name), "name": name, "fullyQualifiedName": join(name), **expression, **fields}


def query(sql: str, *tables: Json, **fields: Any) -> Json:
    """`tables` are those that it reads."""
    name = hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()
    service = tables[0]["service"] if tables else _reference("databaseService", "service")
    return {
        "id": entity_id("query", name),
        "name": name,
        "query": sql,
        "service": service,
        "queryUsedIn": [
            {"id": t["id"], "type": "table", "fullyQualifiedName": t["fullyQualifiedName"]} for t in tables
        ],
        "version": 0.1,
        **fields,
    }


def profile(categories: Sequence[str], *, distinct: int | None = None, unique: bool = False) -> Json:
    """Of one column: the values that its profiler saw."""
    share = 100 / len(categories) if categories else 0
    return {
        "name": "",
        "timestamp": _UPDATED,
        "distinctCount": float(len(categories) if distinct is None else distinct),
        "cardinalityDistribution": {
            "categories": list(categories),
            "counts": [1] * len(categories),
            "percentages": [share] * len(categories),
            "allValuesUnique": unique,
        },
    }


def from_catalog(found: CatalogTable, service: str) -> Json:
    """A table of our own catalogue, as a server would hold it. Only what OpenMetadata has a place for."""
    made = table(
        table_fqn(found.name, service),
        [_from_column(c) for c in found.columns],
        tags=[tag(name) for name in dict.fromkeys((*found.tags, *([found.tier] if found.tier else [])))],
        tableType={"view": "View", "materialized_view": "MaterializedView"}.get(found.kind, "Regular"),
    )
    if found.description:
        made["description"] = found.description
    if found.domain:
        made["domains"] = [_reference("domain", join(found.domain))]
    if found.owner:
        made["owners"] = [_reference("team", found.owner)]
    constraints = [_foreign_key(key.columns, key.to_table, key.to_columns, service) for key in found.foreign_keys]
    if found.primary_key:
        constraints.append({"constraintType": "PRIMARY_KEY", "columns": list(found.primary_key)})
    if constraints:
        made["tableConstraints"] = constraints
    if found.upstream:
        upstream = [table_fqn(name, service) for name in found.upstream]
        made["dataModel"] = {"modelType": "DBT", "upstream": upstream, "columns": []}
    return made


def table_fqn(name: TableName, service: str) -> str:
    return join(service, name.database or "default", name.schema or "default", name.name)


def entity_id(kind: str, fqn: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind}/{fqn}"))


def _from_column(found: CatalogColumn) -> Json:
    tags = [tag(name) for name in found.tags]
    if found.pii and not any(name.startswith("PII.") for name in found.tags):
        tags.append(tag("PII.Sensitive", state="Suggested", label="Automated"))
    made = column(found.name, found.type or "varchar", tags=tags)
    if found.description:
        made["description"] = found.description
    if not found.nullable:
        made["constraint"] = "NOT_NULL"
    return made


def _foreign_key(columns: Sequence[str], to: TableName, referred: Sequence[str], service: str) -> Json:
    return {
        "constraintType": "FOREIGN_KEY",
        "columns": list(columns),
        "referredColumns": [f"{table_fqn(to, service)}.{join(name)}" for name in referred],
        "relationshipType": "MANY_TO_ONE",
    }


def _numbered(row: Json, position: int, table: str) -> Json:
    return {"ordinalPosition": position, "fullyQualifiedName": f"{table}.{join(row['name'])}", **row}


def _reference(kind: str, fqn: str) -> Json:
    return {"id": entity_id(kind, fqn), "type": kind, "name": split(fqn)[-1], "fullyQualifiedName": fqn}
