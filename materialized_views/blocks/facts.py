"""What the catalogue proves of its tables: columns with types, NOT NULL, keys and references that were tested.

A key or a reference that dbt merely declares proves nothing (P16, P17): only what a test or an enforced constraint
stands behind counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.types import DIALECTS, SqlType, sql_type

_TESTED = ("dbt:test:", "dbt:constraint")


class Facts:
    """Looks names up as the engine does: DuckDB without regard to case, PostgreSQL after folding."""

    def __init__(self, catalog: Catalog, dialect: str = "") -> None:
        self.catalog = catalog
        self.dialect = dialect or catalog.dialect
        if self.dialect not in DIALECTS:
            raise Refused(Check.SHAPE, "dialect", f"nothing is proved for the dialect {self.dialect}")

    @cached_property
    def _columns(self) -> dict[TableName, Mapping[str, CatalogColumn]]:
        return {}

    @cached_property
    def _types(self) -> dict[str, SqlType]:
        return {}

    def folded(self, stored: str) -> str:
        """What looks a stored name up."""
        return stored if self.dialect == "postgres" else stored.casefold()

    def written(self, identifier: exp.Identifier) -> str:
        """What a name in SQL looks up."""
        text = str(identifier.this)
        if self.dialect == "postgres":
            return text if identifier.args.get("quoted") else text.lower()
        return text.casefold()

    def find(self, node: exp.Table) -> CatalogTable:
        """The one table of the catalogue that is meant; refused where it is none or several."""
        if not isinstance(node.this, exp.Identifier):
            raise Refused(Check.SHAPE, "table_function", f"{node.sql()} is no table")
        parts = [self.written(part) for part in (node.args.get(k) for k in ("this", "db", "catalog")) if part]
        named = self.catalog.directory.bare(parts[0])
        fits = self.catalog.these(name for name in named if self._matches(name, parts))
        if len(fits) != 1:
            what = "no table" if not fits else f"{len(fits)} tables"
            raise Refused(Check.TABLES, "unknown_table", f"{what} of the catalogue is called {node.sql()}")
        return fits[0]

    def _matches(self, name: TableName, parts: list[str]) -> bool:
        own = [name.name, name.schema, name.database]
        return all(held is not None and self.folded(held) == part for held, part in zip(own, parts, strict=False))

    def table(self, name: TableName) -> CatalogTable:
        found = self.catalog.table(name)
        if found is None:
            raise Refused(Check.TABLES, "unknown_table", f"{name} is not in the catalogue")
        return found

    def column(self, table: CatalogTable, name: str) -> CatalogColumn | None:
        """`name` as `written` gives it."""
        if table.name not in self._columns:
            self._columns[table.name] = {self.folded(column.name): column for column in table.columns}
        return self._columns[table.name].get(name)

    def type(self, column: CatalogColumn) -> SqlType:
        if column.type not in self._types:
            self._types[column.type] = sql_type(column.type, self.dialect)
        return self._types[column.type]

    def not_null(self, table: CatalogTable, name: str) -> bool:
        column = table.column(name)
        return column is not None and not column.nullable

    def unique_key(self, table: CatalogTable) -> frozenset[str]:
        """Columns that tell every row from the others, tested; empty where nothing is."""
        proved = table.provenance.get("primary_key", "").startswith(_TESTED)
        return frozenset(table.primary_key) if proved else frozenset()

    def references(self, table: CatalogTable) -> tuple[ForeignKey, ...]:
        """Tested, from columns that are never NULL: every row finds its partner."""
        return tuple(
            key for key in table.foreign_keys if key.tested and all(self.not_null(table, c) for c in key.columns)
        )
