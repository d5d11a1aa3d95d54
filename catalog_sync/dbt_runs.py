"""What dbt's later artifacts add to the tables: types from catalog.json, outcomes from run_results.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog_sync.model import Catalog, CatalogColumn, CatalogTable

_BUILDING = frozenset({"run", "build", "seed", "snapshot", "retry"})
_TESTING = frozenset({"test", "build", "retry"})


def with_types(catalog: Catalog, docs: Mapping[str, Any]) -> Catalog:
    """`docs` is catalog.json: the columns as the warehouse had them, in its order, when it was written."""
    found = {**(docs.get("nodes") or {}), **(docs.get("sources") or {})}
    return catalog.with_tables(tuple(_typed(t, found[t.unique_id]) if t.unique_id in found else t for t in catalog))


def _typed(table: CatalogTable, docs: Mapping[str, Any]) -> CatalogTable:
    known = {column.name.casefold(): column for column in table.columns}
    ordered = sorted((docs.get("columns") or {}).values(), key=lambda column: int(column.get("index") or 0))
    columns = [_merged(known.pop(str(c["name"]).casefold(), None), c, table) for c in ordered]
    comment = str((docs.get("metadata") or {}).get("comment") or "")
    if comment and not table.description:
        provenance = {**table.provenance, "description": "dbt:catalog"}
        table = replace(table, description=comment, provenance=provenance)
    return replace(table, columns=(*columns, *known.values()))


def _merged(column: CatalogColumn | None, docs: Mapping[str, Any], table: CatalogTable) -> CatalogColumn:
    name, comment = str(docs["name"]), str(docs.get("comment") or "")
    column = column or CatalogColumn(name, pii=table.pii_by_default)
    provenance = {**column.provenance, "name": "dbt:catalog", "type": "dbt:catalog"}
    if comment and not column.description:
        provenance["description"] = "dbt:catalog"
    return replace(
        column,
        name=name,
        type=str(docs.get("type") or column.type),
        description=column.description or comment,
        provenance=provenance,
    )


def with_outcomes(catalog: Catalog, results: Mapping[str, Any]) -> Catalog:
    """`results` is run_results.json. A test that failed proves nothing; a model that was built has new data."""
    command = str((results.get("args") or {}).get("which") or "")
    outcomes = {str(r["unique_id"]): r for r in results.get("results") or []}
    if command in _TESTING:
        failed = {u for u, r in outcomes.items() if r.get("status") in ("fail", "error", "runtime error")}
        catalog = catalog.with_tables(tuple(_demoted(table, failed) for table in catalog))
    if command in _BUILDING:
        built = {u: _completed(r) for u, r in outcomes.items() if r.get("status") == "success"}
        catalog = catalog.with_tables(tuple(replace(t, built_at=built.get(t.unique_id) or t.built_at) for t in catalog))
    return catalog


def _completed(result: Mapping[str, Any]) -> str:
    return max((str(step.get("completed_at") or "") for step in result.get("timing") or []), default="")


def _demoted(table: CatalogTable, failed: set[str]) -> CatalogTable:
    keys = tuple(replace(k, tested=k.tested and not _rests_on(k.provenance, failed)) for k in table.foreign_keys)
    columns = tuple(
        replace(c, values_exact=False) if _rests_on(c.provenance.get("values", ""), failed) else c
        for c in table.columns
    )
    columns = tuple(
        replace(c, nullable=True) if _rests_on(c.provenance.get("nullable", ""), failed) else c for c in columns
    )
    table = replace(table, foreign_keys=keys, columns=columns)
    if _rests_on(table.provenance.get("primary_key", ""), failed):
        return replace(table, primary_key=(), provenance={**table.provenance, "primary_key": "failed test"})
    return table


def _rests_on(provenance: str, failed: set[str]) -> bool:
    return any(part.removeprefix("dbt:test:") in failed for part in provenance.split("+"))
