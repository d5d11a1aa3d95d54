"""One dataset of DataHub's JSON as a neutral table: a pure function. What is not there is empty.

What people wrote in DataHub's own editor goes before what was ingested; tags and terms of both count. DataHub has no
tiers: a tag of that name is one. A glossary term may say that a column is personal, as a tag does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey, Usage
from catalog_sync.pii import is_pii, looks_like_personal_data
from catalog_sync.texts import plain_text
from catalog_sync.types import is_text

Row = Mapping[str, Any]
SOURCE = "datahub"
_DATASET = re.compile(r"urn:li:dataset:\(urn:li:dataPlatform:([^,]+),(.+),([A-Z_]+)\)")
_STEPS = re.compile(r"\[[^\]]*\]\.?")
_MOST_SAMPLES = 5
# What the containers of a dataset are called that are no schema.
_DATABASES = frozenset({"database", "catalog", "project"})


def table_of(row: Row, tiers: tuple[str, ...] = (), databases: Mapping[str, str] | None = None) -> CatalogTable | None:
    """None where the row names no table. `databases` maps DataHub's name of one to the warehouse's, "" for none."""
    name = name_of(row, databases or {})
    if name is None:
        return None
    tags, terms = _tags(row), _terms(row)
    marked = is_pii((*tags, *terms), _custom(row)) is True
    columns = _columns(row, by_default=False)
    by_default = marked and not any(column.pii for column in columns)
    if by_default:
        columns = _columns(row, by_default=True)
    domain = str(_at(row, "domain", "domain", "properties", "name") or "")
    queries = _at(row, "statsSummary", "queryCountLast30Days")
    found: dict[str, Any] = {
        "description": _text(_at(row, "editableProperties", "description"), _at(row, "properties", "description")),
        "primary_key": tuple(field_name(str(key)) for key in _at(row, "schemaMetadata", "primaryKeys") or ()),
        "foreign_keys": tuple(_foreign_keys(row, databases or {})),
        "tier": _tier(tags, tiers),
        "tags": tags,
        "owner": next(_owners(row), ""),
        "domain": domain,
        "upstream": _upstream(row, databases or {}),
        "usage": Usage(int(queries)) if queries else None,
    }
    return CatalogTable(
        name=name,
        kind=next((str(kind).casefold() for kind in _at(row, "subTypes", "typeNames") or ()), "table"),
        unique_id=str(row["urn"]),
        columns=columns,
        pii_by_default=by_default,
        workspace=domain,
        service=str(_at(row, "platform", "name") or ""),
        domains=(domain,) if domain else (),
        terms=terms,
        meta=_custom(row),
        provenance={"name": SOURCE, **{key: SOURCE for key, value in found.items() if value}},
        **found,
    )


def name_of(row: Row, databases: Mapping[str, str]) -> TableName | None:
    """By the containers, for a dot in the name of a dataset may be a part of it; by that name where it has none."""
    match = _DATASET.fullmatch(str(row.get("urn") or ""))
    if match is None:
        return None
    containers = list(reversed(_at(row, "parentContainers", "containers") or ()))
    named = [(str(_at(c, "properties", "name") or ""), _kinds(c)) for c in containers]
    own = str(_at(row, "properties", "name") or "")
    if named and own and match[2].endswith(own):
        database = next((name for name, kinds in named if kinds & _DATABASES), None)
        schemas = [name for name, kinds in named if not kinds & _DATABASES]
        return TableName(_database(database, databases), schemas[-1] if schemas else None, own)
    *before, name = match[2].split(".")
    database = before[-2] if len(before) > 1 else None
    return TableName(_database(database, databases), before[-1] if before else None, name)


def platform_of(urn: str) -> str:
    match = _DATASET.fullmatch(urn)
    return match[1] if match else ""


def field_name(path: str) -> str:
    """`[version=2.0].[type=struct].[type=string].address.city` is address.city."""
    return _STEPS.sub("", path)


def _columns(row: Row, *, by_default: bool) -> tuple[CatalogColumn, ...]:
    edited = {
        field_name(str(info["fieldPath"])): info
        for info in _at(row, "editableSchemaMetadata", "editableSchemaFieldInfo") or ()
    }
    samples = _samples(row)
    flat: dict[str, CatalogColumn] = {}
    for field in _at(row, "schemaMetadata", "fields") or ():
        name = field_name(str(field.get("fieldPath") or ""))
        if name and not (name in flat and field_name(str(field["fieldPath"])) == ""):
            flat[name] = _column(name, field, edited.get(name) or {}, samples.get(name, ()), by_default)
    return _nested(flat)


def _column(name: str, field: Row, edited: Row, samples: tuple[str, ...], by_default: bool) -> CatalogColumn:
    tags, terms = _both(_tags, field, edited), _both(_terms, field, edited)
    description = _text(edited.get("description"), field.get("description"))
    said = is_pii((*tags, *terms), {}, description)
    pii = by_default if said is None else said
    column_type = str(field.get("nativeDataType") or "")
    useful = is_text(column_type) and not pii and not looks_like_personal_data(samples)
    values = samples if useful else ()
    label = str(field.get("label") or "")
    synonyms = (label,) if label and label.casefold() != name.casefold() else ()
    found = {"description": description, "tags": tags, "values": values, "synonyms": synonyms}
    provenance = {"name": SOURCE, "type": SOURCE, **{key: SOURCE for key, value in found.items() if value}}
    if values:
        provenance["values"] = f"{SOURCE}:profile"
    if field.get("nullable") is False:
        provenance["nullable"] = SOURCE
    if said is not None:
        provenance["pii"] = SOURCE
    return CatalogColumn(
        name=name,
        type=column_type,
        description=description,
        tags=tags,
        nullable=field.get("nullable") is not False,
        pii=pii,
        values=values,
        synonyms=synonyms,
        terms=terms,
        provenance=provenance,
    )


def _nested(flat: Mapping[str, CatalogColumn]) -> tuple[CatalogColumn, ...]:
    """A field of a struct is told by its parent; where there is none, the dot is a part of the name. A struct with a
    PII field is PII."""
    children: dict[str, list[str]] = {}
    top: list[str] = []
    for name in flat:
        parent = name.rpartition(".")[0]
        (children.setdefault(parent, []) if parent in flat else top).append(name)

    def built(name: str) -> CatalogColumn:
        column = flat[name]
        inner = tuple(replace(built(child), name=child[len(name) + 1 :]) for child in children.get(name, ()))
        if not inner:
            return column
        pii = column.pii or any(child.pii for child in inner)
        told = any("pii" in child.provenance for child in inner)
        provenance = {**column.provenance, "pii": SOURCE} if told else column.provenance
        return replace(column, children=inner, pii=pii, values=() if pii else column.values, provenance=provenance)

    return tuple(built(name) for name in top)


def _samples(row: Row) -> dict[str, tuple[str, ...]]:
    profile = next(iter(row.get("datasetProfiles") or ()), None) or {}
    found = {}
    for field in profile.get("fieldProfiles") or ():
        seen = dict.fromkeys(str(v) for v in field.get("sampleValues") or () if v is not None and str(v).strip())
        found[field_name(str(field.get("fieldPath") or ""))] = tuple(seen)[:_MOST_SAMPLES]
    return found


def _foreign_keys(row: Row, databases: Mapping[str, str]) -> Iterator[ForeignKey]:
    for key in _at(row, "schemaMetadata", "foreignKeys") or ():
        target = name_of((key or {}).get("foreignDataset") or {}, databases)
        ours = tuple(field_name(str(f.get("fieldPath"))) for f in (key or {}).get("sourceFields") or () if f)
        theirs = tuple(field_name(str(f.get("fieldPath"))) for f in (key or {}).get("foreignFields") or () if f)
        if target and ours and len(ours) == len(theirs):
            yield ForeignKey(ours, target, theirs, provenance=SOURCE)


def _upstream(row: Row, databases: Mapping[str, str]) -> tuple[TableName, ...]:
    """Of the same platform: others hold other tables."""
    platform, found = platform_of(str(row["urn"])), []
    for relation in _at(row, "lineage", "relationships") or ():
        urn = str(_at(relation, "entity", "urn") or "")
        if platform_of(urn) == platform and (name := name_of({"urn": urn}, databases)):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _tier(tags: tuple[str, ...], tiers: tuple[str, ...]) -> str | None:
    wanted = {tier.casefold(): tier for tier in tiers}
    named = next((wanted[tag.casefold()] for tag in tags if tag.casefold() in wanted), None)
    return named or next((tag for tag in tags if tag.casefold().startswith("tier.")), None)


def _tags(row: Row) -> tuple[str, ...]:
    found = (entry.get("tag") or {} for entry in _at(row, "tags", "tags") or () if entry)
    return tuple(dict.fromkeys(filter(None, (_named(tag, "urn:li:tag:") for tag in found))))


def _terms(row: Row) -> tuple[str, ...]:
    found = (entry.get("term") or {} for entry in _at(row, "glossaryTerms", "terms") or () if entry)
    return tuple(dict.fromkeys(filter(None, (_named(term, "urn:li:glossaryTerm:") for term in found))))


def _named(entity: Row, prefix: str) -> str:
    return str(_at(entity, "properties", "name") or str(entity.get("urn") or "").removeprefix(prefix))


def _both(read: Any, field: Row, edited: Row) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*read(edited), *read(field))))


def _owners(row: Row) -> Iterator[str]:
    for entry in _at(row, "ownership", "owners") or ():
        owner = (entry or {}).get("owner") or {}
        if name := owner.get("name") or owner.get("username"):
            yield str(name)


def _custom(row: Row) -> dict[str, Any]:
    entries = _at(row, "properties", "customProperties") or ()
    return {str(entry["key"]): entry.get("value") for entry in entries if entry and entry.get("key")}


def _kinds(container: Row) -> set[str]:
    return {str(kind).casefold() for kind in _at(container, "subTypes", "typeNames") or ()}


def _database(name: str | None, databases: Mapping[str, str]) -> str | None:
    return databases.get(name, name) or None if name else None


def _text(*candidates: object) -> str:
    return next((text for candidate in candidates if (text := plain_text(candidate))), "")


def _at(row: object, *path: str) -> Any:
    for step in path:
        row = row.get(step) if isinstance(row, Mapping) else None
    return row
