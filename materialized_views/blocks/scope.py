"""Which table and column a name means, within one block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from catalog_sync.model import CatalogTable
from materialized_views.blocks.expressions import Column, Expression
from materialized_views.blocks.facts import Facts
from materialized_views.blocks.refusal import Check, Refused


@dataclass
class Scope:
    """`merged` are columns of USING, which stand for those of the left table. `nullable` are outer-joined tables.

    `queries` are inner ones by name, with what their columns are; their tables have no name here ("")."""

    facts: Facts
    names: list[str] = field(default_factory=list)
    tables: list[CatalogTable] = field(default_factory=list)
    merged: dict[str, int] = field(default_factory=dict)
    nullable: frozenset[int] = frozenset()
    queries: dict[str, Mapping[str, Expression | None]] = field(default_factory=dict)

    def add(self, name: str, table: CatalogTable) -> int:
        self._check_new(name)
        self.names.append(name)
        self.tables.append(table)
        return len(self.tables) - 1

    def add_query(self, name: str, known: Mapping[str, Expression | None], tables: list[CatalogTable]) -> None:
        self._check_new(name)
        self.queries[name] = known
        self.names += [""] * len(tables)
        self.tables += tables

    def _check_new(self, name: str) -> None:
        if (name and name in self.names) or name in self.queries:
            raise Refused(Check.SHAPE, "ambiguous", f"two tables are called {name}")

    def resolve(self, node: exp.Column) -> Expression:
        if not isinstance(node.this, exp.Identifier) or node.args.get("catalog"):
            raise Refused(Check.SHAPE, "column", f"{node.sql()} is no plain column")
        name, qualifier = self.facts.written(node.this), node.args.get("table")
        if qualifier is not None and not node.args.get("db") and self.facts.written(qualifier) in self.queries:
            return self._of_query(self.facts.written(qualifier), name, node)
        if qualifier is not None:
            return self._of(self._position(node, self.facts.written(qualifier)), name, node)
        if name in self.merged:
            return self._of(self.merged[name], name, node)
        found, inner = self._tables_with(name), self._queries_with(name)
        if len(found) + len(inner) != 1:
            raise Refused(
                Check.SHAPE,
                "ambiguous" if found or inner else "unknown_column",
                f"{len(found) + len(inner) or 'no'} tables of the block have the column {node.sql()}",
            )
        return self._of(found[0], name, node) if found else self._of_query(inner[0], name, node)

    def has(self, name: str) -> bool:
        return bool(self._tables_with(name) or self._queries_with(name))

    def _tables_with(self, name: str) -> list[int]:
        return [i for i, t in enumerate(self.tables) if self.names[i] and self.facts.column(t, name) is not None]

    def _queries_with(self, name: str) -> list[str]:
        return [called for called, known in self.queries.items() if name in known]

    def column(self, position: int, name: str) -> Column | None:
        found = self.facts.column(self.tables[position], name)
        if found is None:
            return None
        nullable = found.nullable or position in self.nullable
        return Column(position, found.name, self.facts.type(found), nullable)

    def _position(self, node: exp.Column, qualifier: str) -> int:
        schema = node.args.get("db")
        fits = [i for i, name in enumerate(self.names) if name == qualifier]
        if schema is not None:
            fits = [i for i in fits if self.tables[i].name.schema == self.facts.written(schema)]
        if len(fits) != 1:
            raise Refused(Check.SHAPE, "unknown_table", f"no table of the block is called {qualifier}")
        return fits[0]

    def _of_query(self, called: str, name: str, node: exp.Column) -> Expression:
        found = self.queries[called].get(name)
        if found is None:
            raise Refused(Check.SHAPE, "unknown_column", f"the inner query has no column {node.name} to use")
        return found

    def _of(self, position: int, name: str, node: exp.Column) -> Column:
        column = self.column(position, name)
        if column is None:
            raise Refused(Check.SHAPE, "unknown_column", f"{self.names[position]} has no column {node.name}")
        return column


Aliases = Mapping[str, exp.Expression]
