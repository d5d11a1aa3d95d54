"""Columns of OpenMetadata's JSON. Tolerant: what is not known is passed over, what is not there is empty."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog_sync.model import CatalogColumn, Term
from catalog_sync.openmetadata.names import decoded
from catalog_sync.pii import is_pii, looks_like_personal_data
from catalog_sync.texts import plain_text
from catalog_sync.types import is_text

Row = Mapping[str, Any]
_OTHERS = "Others"


@dataclass(frozen=True)
class Glossary:
    """`readable` is False where the server did not let us see it: then nobody knows which terms mean PII."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    pii: frozenset[str] = frozenset()
    readable: bool = True


def columns(table: Row, glossary: Glossary, *, pii_by_default: bool) -> tuple[CatalogColumn, ...]:
    ordered = sorted(_rows(table.get("columns")), key=lambda row: _number(row.get("ordinalPosition")))
    sampled = _is_sampled(table.get("profile") or {})
    return tuple(_column(row, glossary, pii_by_default, sampled) for row in ordered)


def _column(row: Row, glossary: Glossary, pii_by_default: bool, sampled: bool) -> CatalogColumn:
    children = tuple(_column(child, glossary, pii_by_default, sampled) for child in _rows(row.get("children")))
    said = said_pii(row, glossary)
    pii = pii_by_default if said is None else said
    provenance = {"name": "openmetadata", "type": "openmetadata"}
    values, exact = ((), False) if pii else _values(row, sampled)
    not_null = row.get("constraint") in ("NOT_NULL", "PRIMARY_KEY")
    description = plain_text(row.get("description"))
    synonyms = synonyms_of(row, glossary)
    found = {
        "description": description,
        "synonyms": synonyms,
        "tags": tag_names(row),
        "nullable": not_null,
        "values": values,
    }
    provenance.update({name: "openmetadata" for name, value in found.items() if value})
    if values:
        provenance["values"] = "openmetadata:profile"
    if said is not None or any("pii" in child.provenance for child in children):
        provenance["pii"] = "openmetadata"
    return CatalogColumn(
        name=decoded(str(row.get("name") or "")),
        type=type_of(row),
        description=description,
        tags=tag_names(row),
        nullable=not not_null,
        pii=pii or any(child.pii for child in children),
        values=values,
        values_exact=exact,
        synonyms=synonyms,
        children=children,
        terms=terms_of(row),
        meta=dict(row.get("extension") or {}),
        provenance=provenance,
    )


def said_pii(row: Row, glossary: Glossary) -> bool | None:
    """Of tags whatever their state (suggested ones count), of terms and of the description; None if nothing is."""
    if any(term in glossary.pii for term in terms_of(row)):
        return True
    return is_pii(tag_names(row), row.get("extension") or {}, plain_text(row.get("description")))


def tag_names(row: Row) -> tuple[str, ...]:
    return tuple(str(tag["tagFQN"]) for tag in _tags(row) if tag.get("source") != "Glossary")


def confirmed(row: Row) -> Iterator[str]:
    """Tags that a person or a rule has set; a suggestion lets nothing in."""
    for tag in _tags(row):
        if tag.get("source") != "Glossary" and tag.get("state") != "Suggested":
            yield str(tag["tagFQN"])


def terms_of(row: Row) -> tuple[str, ...]:
    return tuple(str(tag["tagFQN"]) for tag in _tags(row) if tag.get("source") == "Glossary")


def synonyms_of(row: Row, glossary: Glossary) -> tuple[str, ...]:
    """What people call it: the displayed name, and the words of its glossary terms."""
    shown = plain_text(row.get("displayName"))
    names = [shown] if shown and shown.casefold() != str(row.get("name")).casefold() else []
    for term in (glossary.terms[name] for name in terms_of(row) if name in glossary.terms):
        names += [term.name.rpartition(".")[2].strip('"'), *term.synonyms]
    return tuple(dict.fromkeys(names))


def type_of(row: Row) -> str:
    shown = str(row.get("dataTypeDisplay") or "").strip()
    return shown or str(row.get("dataType") or "").casefold()


def _values(row: Row, sampled: bool) -> tuple[tuple[str, ...], bool]:
    """The profile keeps values that are at least 2 % of the rows or among the top five, and folds the rest into
    "Others": the whole domain stands there only if nothing was folded and every row was looked at."""
    profile = row.get("profile") or {}
    found = (profile.get("cardinalityDistribution") or {}).get("categories") or []
    values = tuple(dict.fromkeys(str(value) for value in found if value is not None and value != _OTHERS))
    if not values or not is_text(type_of(row)) or looks_like_personal_data(values):
        return (), False
    if (profile.get("cardinalityDistribution") or {}).get("allValuesUnique"):
        return (), False
    whole = _OTHERS not in found and _number(profile.get("distinctCount")) == len(values)
    return values, whole and not sampled


def with_values_of(column: CatalogColumn, profiled: CatalogColumn | None) -> CatalogColumn:
    """`profiled` is the same column as its profile has it."""
    if profiled is None or not profiled.values or column.pii:
        return column
    provenance = {**column.provenance, "values": profiled.provenance["values"]}
    return replace(column, values=profiled.values, values_exact=profiled.values_exact, provenance=provenance)


def with_examples(column: CatalogColumn, seen: Collection[object]) -> CatalogColumn:
    """Values of sample rows: examples of a text column that has none, never a domain."""
    texts = tuple(dict.fromkeys(str(value) for value in seen if value is not None and str(value).strip()))[:5]
    if column.values or column.pii or not is_text(column.type) or not texts or looks_like_personal_data(texts):
        return column
    return replace(column, values=texts, provenance={**column.provenance, "values": "openmetadata:sample"})


def _is_sampled(profile: Row) -> bool:
    share = profile.get("profileSample")
    return share is not None and not (share == 100 and profile.get("profileSampleType", "PERCENTAGE") == "PERCENTAGE")


def _tags(row: Row) -> Iterator[Row]:
    return (tag for tag in row.get("tags") or () if isinstance(tag, Mapping) and tag.get("tagFQN"))


def _rows(found: object) -> list[Row]:
    rows = found if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, Mapping) and row.get("name")]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
