"""One table of OpenMetadata's JSON as a neutral table: a pure function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogTable, ForeignKey, Join, Usage
from catalog_sync.openmetadata import columns as cols
from catalog_sync.openmetadata.columns import Glossary, Row
from catalog_sync.openmetadata.names import column_fqn, decoded, table_fqn
from catalog_sync.texts import plain_text

_DIALECTS = {"mssql": "tsql", "azuresql": "tsql", "synapse": "tsql", "mariadb": "mysql", "unitycatalog": "databricks"}


@dataclass(frozen=True)
class Rules:
    """`databases` maps OpenMetadata's name of a database to the warehouse's; `tiers` are the tags that are tiers
    besides those of the classification `Tier`."""

    databases: Mapping[str, str] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()


def table_of(row: Row, glossary: Glossary, rules: Rules) -> CatalogTable | None:
    """None where the row names no table."""
    name = table_fqn(str(row.get("fullyQualifiedName") or ""), rules.databases)
    if name is None:
        return None
    tags_known = "tags" in row and (glossary.readable or not _mentions_terms(row))
    marked = cols.said_pii({**row, "description": ""}, glossary) is True
    columns = cols.columns(row, glossary, pii_by_default=False)
    by_default = marked and not any(column.pii for column in columns)
    if by_default:
        columns = cols.columns(row, glossary, pii_by_default=True)
    domains = _names(row, "domains", "domain")
    found: dict[str, Any] = {
        "description": plain_text(row.get("description")),
        "primary_key": _primary_key(row),
        "foreign_keys": tuple(_foreign_keys(row, rules)),
        "tier": _tier(row, rules),
        "tags": cols.tag_names(row),
        "owner": next(iter(_names(row, "owners", "owner")), ""),
        "domain": next(iter(domains), ""),
        "synonyms": cols.synonyms_of(row, glossary),
        "upstream": _upstream(row, rules),
        "certification": _certification(row),
        "usage": _usage(row.get("usageSummary")),
        "joins": tuple(_joins(row, rules)),
    }
    return CatalogTable(
        name=name.table,
        kind=str(row.get("tableType") or "Regular").casefold().replace("regular", "table"),
        unique_id=str(row["fullyQualifiedName"]),
        columns=columns,
        tags_known=tags_known,
        pii_by_default=by_default,
        workspace=found["domain"],
        built_at=_built_at(row),
        service=name.service,
        domains=domains,
        data_products=_names(row, "dataProducts"),
        terms=cols.terms_of(row),
        meta=dict(row.get("extension") or {}),
        provenance={"name": "openmetadata", **{key: "openmetadata" for key, value in found.items() if value}},
        **found,
    )


def dialect_of(row: Row) -> str:
    """sqlglot's name of the service's dialect."""
    service = str(row.get("serviceType") or "").casefold()
    return _DIALECTS.get(service, service)


def _mentions_terms(row: Row) -> bool:
    columns = row.get("columns") or []
    return bool(cols.terms_of(row)) or any(cols.terms_of(c) for c in columns if isinstance(c, Mapping))


def _tier(row: Row, rules: Rules) -> str | None:
    tiers = {tier.casefold() for tier in rules.tiers}
    tags = list(cols.confirmed(row))
    named = next((tag for tag in tags if tag.casefold() in tiers), None)
    return named or next((tag for tag in tags if tag.casefold().startswith("tier.")), None)


def _certification(row: Row) -> str:
    label = (row.get("certification") or {}).get("tagLabel") or {}
    return str(label.get("tagFQN") or "")


def _primary_key(row: Row) -> tuple[str, ...]:
    """OpenMetadata writes a key of one column on the column, a composite one on the table."""
    for constraint in _constraints(row, "PRIMARY_KEY"):
        return tuple(decoded(str(column)) for column in constraint["columns"])
    columns = [c for c in row.get("columns") or [] if isinstance(c, Mapping)]
    return tuple(decoded(str(c.get("name"))) for c in columns if c.get("constraint") == "PRIMARY_KEY")


def _foreign_keys(row: Row, rules: Rules) -> Iterator[ForeignKey]:
    """None is `tested`: people can write them by hand."""
    for constraint in _constraints(row, "FOREIGN_KEY"):
        referred = [column_fqn(str(fqn), rules.databases) for fqn in constraint.get("referredColumns") or []]
        targets = {found[0] for found in referred if found}
        if len(targets) == 1 and len(referred) == len(constraint["columns"]) and None not in referred:
            yield ForeignKey(
                columns=tuple(decoded(str(column)) for column in constraint["columns"]),
                to_table=targets.pop(),
                to_columns=tuple(found[1] for found in referred if found),
                provenance="openmetadata",
            )


def _constraints(row: Row, kind: str) -> Iterator[Row]:
    for constraint in row.get("tableConstraints") or []:
        if isinstance(constraint, Mapping) and constraint.get("constraintType") == kind and constraint.get("columns"):
            yield constraint


def _upstream(row: Row, rules: Rules) -> tuple[TableName, ...]:
    model = row.get("dataModel") or {}
    found = (table_fqn(str(fqn), rules.databases) for fqn in model.get("upstream") or [])
    return tuple(dict.fromkeys(name.table for name in found if name))


def _usage(summary: object) -> Usage | None:
    stats = (summary.get("monthlyStats") or summary.get("dailyStats")) if isinstance(summary, Mapping) else None
    if not isinstance(summary, Mapping) or not isinstance(stats, Mapping) or not stats.get("count"):
        return None
    return Usage(int(stats["count"]), float(stats.get("percentileRank") or 0), str(summary.get("date") or ""))


def _joins(row: Row, rules: Rules) -> Iterator[Join]:
    for joined in (row.get("joins") or {}).get("columnJoins") or []:
        for other in joined.get("joinedWith") or []:
            target = column_fqn(str(other.get("fullyQualifiedName") or ""), rules.databases)
            if target and joined.get("columnName"):
                count = int(other.get("joinCount") or 0)
                yield Join(decoded(str(joined["columnName"])), target[0], target[1], count)


def _built_at(row: Row) -> str:
    moment = ((row.get("lifeCycle") or {}).get("updated") or {}).get("timestamp")
    if not isinstance(moment, int | float):
        return ""
    return datetime.fromtimestamp(moment / 1000, timezone.utc).isoformat()


def _names(row: Row, *keys: str) -> tuple[str, ...]:
    """Of references; older servers have one (`domain`) where newer have several."""
    found: list[str] = []
    for key in keys:
        value = row.get(key)
        for reference in value if isinstance(value, list) else [value]:
            if isinstance(reference, Mapping):
                found.append(str(reference.get("fullyQualifiedName") or reference.get("name") or ""))
    return tuple(dict.fromkeys(name for name in found if name))
