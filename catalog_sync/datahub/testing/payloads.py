"""Datasets as DataHub's GraphQL API writes them, from few words or from our own catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable

Json = dict[str, Any]


def urn(name: str, platform: str = "postgres", environment: str = "PROD") -> str:
    return f"urn:li:dataset:(urn:li:dataPlatform:{platform},{name},{environment})"


def tags(*names: str) -> Json:
    entities = [{"urn": f"urn:li:tag:{n}", "type": "TAG", "properties": {"name": n}} for n in names]
    return {"tags": [{"tag": entity} for entity in entities]}


def terms(*names: str) -> Json:
    entities = [_entity("glossaryTerm", n, "GLOSSARY_TERM", {"name": n, "description": ""}) for n in names]
    return {"terms": [{"term": entity} for entity in entities]}


def field(path: str, native: str = "varchar", *, nullable: bool = True, **fields: Any) -> Json:
    return {"fieldPath": path, "nativeDataType": native, "nullable": nullable, **fields}


def dataset(name: TableName, fields: Sequence[Json] = (), *, platform: str = "postgres", **aspects: Any) -> Json:
    """`aspects` are DataHub's own; those of the schema that are not fields stand in `schema`."""
    schema = {"name": str(name), "version": 0, "fields": list(fields), **aspects.pop("schema", {})}
    return {
        "__typename": "Dataset",
        "urn": urn(str(name), platform),
        "type": "DATASET",
        "name": str(name),
        "platform": _entity("dataPlatform", platform, "DATA_PLATFORM", name=platform),
        "parentContainers": _containers(name),
        "properties": {"name": name.name, "customProperties": [], **aspects.pop("properties", {})},
        "status": {"removed": False},
        "schemaMetadata": schema,
        **aspects,
    }


def from_catalog(found: CatalogTable, platform: str = "postgres") -> Json:
    """A table of our own catalogue, as a server would hold it. Only what DataHub has a place for."""
    upstream = [{"type": "DownstreamOf", "degree": 1, "entity": _other(n, platform)} for n in found.upstream]
    keys = [
        {
            "name": f"fk_{position}",
            "sourceFields": [_schema_field(n) for n in key.columns],
            "foreignFields": [_schema_field(n) for n in key.to_columns],
            "foreignDataset": _other(key.to_table, platform),
        }
        for position, key in enumerate(found.foreign_keys)
    ]
    made = dataset(
        found.name,
        [_field(column) for column in found.columns],
        platform=platform,
        schema={"primaryKeys": list(found.primary_key), "foreignKeys": keys},
        properties={"description": found.description},
        tags=tags(*dict.fromkeys((*found.tags, *([found.tier] if found.tier else [])))),
        subTypes={"typeNames": ["View" if "view" in found.kind else "Table"]},
        lineage={"total": len(upstream), "relationships": upstream},
    )
    if found.domain:
        made["domain"] = {"domain": _entity("domain", found.domain, "DOMAIN", {"name": found.domain})}
    if found.owner:
        group = {"__typename": "CorpGroup", **_entity("corpGroup", found.owner, "CORP_GROUP", name=found.owner)}
        made["ownership"] = {"owners": [{"owner": group, "associatedUrn": made["urn"]}]}
    return made


def _field(column: CatalogColumn) -> Json:
    names = [*column.tags, *(["PII"] if column.pii else [])]
    extra = {"description": column.description, "tags": tags(*names)}
    return field(column.name, column.type, nullable=column.nullable, **extra)


def _containers(name: TableName) -> Json:
    """The nearest first."""
    parts = [(name.schema, "Schema"), (name.database, "Database")]
    found = [
        _entity("container", part, "CONTAINER", {"name": part}, subTypes={"typeNames": [kind]})
        for part, kind in parts
        if part
    ]
    return {"count": len(found), "containers": found}


def _other(name: TableName, platform: str) -> Json:
    made = dataset(name, platform=platform)
    return {
        key: made[key] for key in ("__typename", "urn", "type", "name", "platform", "parentContainers", "properties")
    }


def _schema_field(path: str) -> Json:
    return _entity("schemaField", path, "SCHEMA_FIELD", fieldPath=path)


def _entity(kind: str, key: str, entity: str, properties: Json | None = None, **fields: Any) -> Json:
    made = {"urn": f"urn:li:{kind}:{key}", "type": entity, **fields}
    return {**made, "properties": properties} if properties else made
