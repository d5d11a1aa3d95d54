"""Joins of one SELECT by the keys: conditions that are missing, and tables that lie between."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Edge, Schema


class ScopeJoins:
    """The tables of a scope by alias (`derived`: the columns of its subqueries), and what joins them; `notes` and
    `missing` are of the whole repair."""

    def __init__(self, schema: Schema, notes: list[str], missing: list[str], scope: Scope) -> None:
        self.schema, self.notes, self.missing, self.scope = schema, notes, missing, scope
        self.select: exp.Select = scope.expression
        self.tables: dict[str, CatalogTable] = {}
        self.derived: dict[str, set[str]] = {}
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                table = self.schema.table(source)
                if table:
                    self.tables[alias] = table
            elif alias in scope.selected_sources:
                self.derived[alias] = {n.casefold() for n in source.expression.named_selects}
        self.tables = {a: t for a, t in self.tables.items() if a in scope.selected_sources}

    def has(self, alias: str, name: str) -> bool:
        table = self.source(alias)
        if table is not None:
            return table.column(name) is not None
        columns = next((c for a, c in self.derived.items() if a.casefold() == alias.casefold()), None)
        return columns is not None and (name.casefold() in columns or "*" in columns)

    def source(self, alias: str) -> CatalogTable | None:
        return next((t for a, t in self.tables.items() if a.casefold() == alias.casefold()), None)

    def add_join(self, edge: Edge) -> str:
        left = next(a for a, t in self.tables.items() if t.name == edge.left.name)
        present = next((a for a, t in self.tables.items() if t.name == edge.right.name), None)
        if present:
            return present
        name = edge.right.name
        alias = name.name if name.name not in self.scope.sources else f"{name.name}_joined"
        node = exp.Table(this=exp.to_identifier(name.name), db=exp.to_identifier(name.schema) if name.schema else None)
        if alias != name.name:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
        self.select.append("joins", exp.Join(this=node, on=_on(left, alias, edge)))
        self.tables[alias] = edge.right
        return alias

    def join_conditions(self) -> None:
        """A join without a condition, or with one on columns that do not exist, gets the keys' condition."""
        seen = [a for a, _ in self._from_aliases()]
        for join in self.select.args.get("joins") or []:
            alias = join.this.alias_or_name
            right = self.source(alias)
            if right is not None and not join.args.get("using") and not self._is_sound(join):
                edge = self._edge_between(seen, right)
                had = join.args.get("on")
                if edge and (had is not None or not self._where_links(alias)):
                    left, found = edge
                    join.set("on", _on(left, alias, found))
                    join.set("kind", None if (join.kind or "").upper() == "CROSS" else join.args.get("kind"))
                    self.notes.append(f"join {alias} on {join.args['on'].sql()}")
                elif had is not None:
                    self._join_over(join, seen, right)
            seen.append(alias)

    def _join_over(self, join: exp.Join, seen: list[str], right: CatalogTable) -> None:
        """Tables that no key ties to each other are joined by way of those that lie between."""
        alias = join.this.alias_or_name
        own = {a: t for a in seen if (t := self.source(a)) is not None}
        path = self.schema.path(own.values(), right) or []
        if not 2 <= len(path) <= 3:
            return
        everything = self.tables
        self.tables = own
        between = [self.add_join(edge) for edge in path[:-1]][-1]
        self.tables = {**everything, **self.tables}
        join.set("on", _on(between, alias, path[-1]))
        joins = [j for j in self.select.args["joins"] if j is not join]
        at = max((i for i, j in enumerate(joins) if j.alias_or_name == between), default=-1) + 1
        self.select.set("joins", [*joins[:at], join, *joins[at:]])
        self.notes.append(f"join {alias} over {between}")

    def _from_aliases(self) -> list[tuple[str, CatalogTable]]:
        source = self.select.args.get("from_") or self.select.args.get("from")
        if source is None or not isinstance(source.this, exp.Table):
            return []
        alias = source.this.alias_or_name
        table = self.source(alias)
        return [(alias, table)] if table else []

    def _is_sound(self, join: exp.Join) -> bool:
        condition = join.args.get("on")
        if condition is None:
            return False
        columns = list(condition.find_all(exp.Column))
        if any(isinstance(e.this, exp.Column) and e.this == e.expression for e in condition.find_all(exp.EQ)):
            return False
        return bool(columns) and all(
            self.has(c.table, c.name) if c.table else any(self.has(a, c.name) for a in (*self.tables, *self.derived))
            for c in columns
        )

    def _where_links(self, alias: str) -> bool:
        where = self.select.args.get("where")
        return where is not None and any(
            isinstance(eq.left, exp.Column)
            and isinstance(eq.right, exp.Column)
            and alias.casefold() in (eq.left.table.casefold(), eq.right.table.casefold())
            for eq in where.find_all(exp.EQ)
        )

    def _edge_between(self, aliases: list[str], right: CatalogTable) -> tuple[str, Edge] | None:
        for alias in aliases:
            left = self.source(alias)
            if left is None:
                continue
            for edge in self.schema.edges_of(left):
                if edge.right.name == right.name:
                    return alias, edge
        return None


def _on(left: str, right: str, edge: Edge) -> exp.Expression:
    pairs = [
        exp.EQ(this=exp.column(a, table=left), expression=exp.column(b, table=right))
        for a, b in zip(edge.left_columns, edge.right_columns, strict=True)
    ]
    return exp.and_(*pairs)
