"""dbt's nodes as neutral tables: a pure function of the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync import dbt_meta as conventions
from catalog_sync.dbt_checks import Checks, read_checks
from catalog_sync.dbt_meta import Node
from catalog_sync.dbt_metrics import metrics_of
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.pii import is_pii
from catalog_sync.texts import plain_text

_DIALECTS = {"sqlserver": "tsql", "synapse": "tsql", "greenplum": "postgres"}
_KINDS = ("model", "seed", "snapshot")


def catalog_of(manifest: Mapping[str, Any], project: str) -> Catalog:
    """Models, seeds, snapshots and sources that are relations of their own; the latest version of each model."""
    adapter = str((manifest.get("metadata") or {}).get("adapter_type") or "")
    nodes = {str(node["unique_id"]): node for node in relations(manifest)}
    names = {unique_id: relation_name(node) for unique_id, node in nodes.items()}
    checks, owners = read_checks(manifest, names), _owners(manifest)
    tables = [
        _table(node, names[unique_id], checks[unique_id], owners, _upstream(unique_id, manifest, names))
        for unique_id, node in nodes.items()
    ]
    one_each: dict[TableName, CatalogTable] = {}
    for table in sorted(tables, key=lambda table: (str(table.name), table.kind == "source", table.unique_id)):
        known = one_each.get(table.name)
        one_each[table.name] = _united(known, table) if known else table
    dialect = _DIALECTS.get(adapter, adapter)
    return Catalog(project, dialect, tuple(one_each.values()), metrics=metrics_of(manifest))


def _united(table: CatalogTable, other: CatalogTable) -> CatalogTable:
    """Two nodes of one relation, such as a seed that is also a source: what one calls PII, both do."""
    by_default = table.pii_by_default or other.pii_by_default
    columns = []
    for column in table.columns:
        twin = other.column(column.name)
        said = "pii" in column.provenance or (twin is not None and "pii" in twin.provenance)
        pii = column.pii or (twin.pii if twin else False) or (by_default and not said)
        columns.append(replace(column, pii=pii))
    new = [column for column in other.columns if table.column(column.name) is None]
    return replace(
        table,
        columns=(*columns, *new),
        description=table.description or other.description,
        tier=table.tier or other.tier,
        pii_by_default=by_default,
    )


def relation_name(node: Node) -> TableName:
    """As the project spells it; the warehouse may fold the case."""
    name = node.get("alias") or node.get("identifier") or node["name"]
    return TableName(_part(node.get("database")), _part(node.get("schema")), str(name))


def _part(name: object) -> str | None:
    return None if name is None or str(name).casefold() in ("", "none", "null") else str(name)


def relations(manifest: Mapping[str, Any]) -> Iterator[Node]:
    yield from (manifest.get("sources") or {}).values()
    for node in manifest["nodes"].values():
        is_old = node.get("version") is not None and node.get("version") != node.get("latest_version")
        if node.get("resource_type") in _KINDS and _materialized(node) != "ephemeral" and not is_old:
            yield node


def _materialized(node: Node) -> str:
    return str((node.get("config") or {}).get("materialized") or "")


def _table(
    node: Node, name: TableName, checks: Checks, owners: Mapping[str, str], upstream: tuple[TableName, ...]
) -> CatalogTable:
    resource = str(node["resource_type"])
    openmetadata, ask = conventions.section(node, "openmetadata"), conventions.section(node, "dbt_ask")
    columns, by_default = _columns(node, checks)
    domain = str(openmetadata.get("domain") or "")
    provenance = dict.fromkeys(("name", "description", "tier", "tags", "owner"), "dbt:manifest")
    if checks.primary_key:
        provenance["primary_key"] = checks.primary_key_provenance
    return CatalogTable(
        name=name,
        kind=(_materialized(node) or "table") if resource == "model" else resource,
        unique_id=str(node["unique_id"]),
        description=plain_text(node.get("description")),
        columns=columns,
        primary_key=checks.primary_key,
        foreign_keys=tuple(checks.foreign_keys.values()),
        tier=conventions.tier_of(node),
        tags=conventions.tags_of(node),
        pii_by_default=by_default,
        owner=str(openmetadata.get("owner") or owners.get(str(node["unique_id"])) or ""),
        domain=domain,
        workspace=str(ask.get("workspace") or domain),
        synonyms=conventions.synonyms_of(node),
        view=conventions.view_of(node),
        upstream=upstream,
        meta=conventions.meta_of(node),
        provenance=provenance,
    )


def _columns(node: Node, checks: Checks) -> tuple[tuple[CatalogColumn, ...], bool]:
    """With the state of those of which nothing is said: a mark on the table means all of them, unless a column
    is marked too, for then the columns tell where the personal data is."""
    columns = [(column, _pii(column)) for column in (node.get("columns") or {}).values()]
    whole_table = bool(is_pii(conventions.tags_of(node), conventions.meta_of(node)))
    by_default = whole_table and not any(pii for _, pii in columns)
    return tuple(_column(c, checks, pii, by_default) for c, pii in columns), by_default


def _pii(column: Node) -> bool | None:
    if column.get("policy_tags"):
        return True
    description = str(column.get("description") or "")
    return is_pii(conventions.tags_of(column), conventions.meta_of(column), description)


def _column(column: Node, checks: Checks, pii: bool | None, pii_by_default: bool) -> CatalogColumn:
    name = str(column["name"])
    domain = checks.domains.get(name)
    provenance = dict.fromkeys(("name", "description"), "dbt:manifest")
    if pii is not None:
        provenance["pii"] = "dbt:manifest"
    if column.get("data_type"):
        provenance["type"] = "dbt:manifest"
    if domain:
        provenance["values"] = domain.provenance
    if name in checks.not_null:
        provenance["nullable"] = checks.not_null[name]
    return CatalogColumn(
        name=name,
        type=str(column.get("data_type") or ""),
        description=plain_text(column.get("description")),
        tags=conventions.tags_of(column),
        nullable=name not in checks.not_null,
        pii=pii_by_default if pii is None else pii,
        values=domain.values if domain else (),
        values_exact=bool(domain and domain.exact),
        synonyms=conventions.synonyms_of(column),
        value_synonyms=conventions.value_synonyms_of(column),
        meta=conventions.meta_of(column),
        provenance=provenance,
    )


def _owners(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The group's owner, else that of the first exposure which reads the node."""
    groups = {str(group["name"]): group for group in (manifest.get("groups") or {}).values()}
    owners: dict[str, str] = {}
    for exposure in sorted((manifest.get("exposures") or {}).values(), key=lambda e: str(e["unique_id"])):
        for parent in (exposure.get("depends_on") or {}).get("nodes") or []:
            owners.setdefault(str(parent), _owner(exposure))
    for node in manifest["nodes"].values():
        group = groups.get(str(node.get("group") or (node.get("config") or {}).get("group")))
        if group and _owner(group):
            owners[str(node["unique_id"])] = _owner(group)
    return owners


def _owner(entity: Node) -> str:
    owner = entity.get("owner") or {}
    email = owner.get("email")
    return str(owner.get("name") or (email[0] if isinstance(email, list) and email else email) or "")


def _upstream(unique_id: str, manifest: Mapping[str, Any], names: Mapping[str, TableName]) -> tuple[TableName, ...]:
    """One step up, through what is no relation itself (ephemeral models)."""
    found: dict[TableName, None] = {}
    waiting, seen = _parents(unique_id, manifest), {unique_id}
    while waiting:
        parent = waiting.pop(0)
        if parent in seen:
            continue
        seen.add(parent)
        if parent in names:
            found[names[parent]] = None
        else:
            waiting = _parents(parent, manifest) + waiting
    return tuple(found)


def _parents(unique_id: str, manifest: Mapping[str, Any]) -> list[str]:
    node = manifest["nodes"].get(unique_id) or {}
    return [str(parent) for parent in (node.get("depends_on") or {}).get("nodes") or []]
