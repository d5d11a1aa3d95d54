"""The model's SQL: the definition, with `ref()` and `source()` in the place of tables."""

from __future__ import annotations

import json
from collections.abc import Callable

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogTable
from materialized_views.definition import ViewDefinition
from materialized_views.errors import MaterializedViewsError


def model_sql(definition: ViewDefinition, catalog: Catalog) -> str:
    """Raises MaterializedViewsError for a table that dbt does not know."""
    return definition.sql(relation_of(catalog)) + "\n"


def relation_of(catalog: Catalog) -> Callable[[TableName], str]:
    """Writes a table as a model does: `{{ ref('orders') }}`."""
    return lambda table: "{{ " + reference(table, catalog) + " }}"


def reference(table: TableName, catalog: Catalog) -> str:
    """The Jinja call for a table: `ref('orders')`, `ref('orders', v=2)`, `source('raw', 'orders')`."""
    found = catalog.table(table)
    if found is None or "." not in found.unique_id:
        raise MaterializedViewsError(f"{table} is no table of the dbt project", hint="sync the catalogue and try again")
    return _call(found, catalog.project)


def _call(table: CatalogTable, project: str) -> str:
    kind, package, *rest = table.unique_id.split(".")
    if kind == "source":
        return f"source({_text(rest[0])}, {_text('.'.join(rest[1:]))})"
    names = [rest[0]] if package == project else [package, rest[0]]
    version = f", v={rest[1].removeprefix('v')}" if len(rest) > 1 else ""
    return f"ref({', '.join(map(_text, names))}{version})"


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace('"', "'") if "'" not in name else json.dumps(name)
