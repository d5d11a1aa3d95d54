"""Structural repair of names: every column is put with a table that has it, over the keys if it must be joined.

A small model mostly fails by taking a column from a table that does not have it and by leaving a join out. Both are
mended on the syntax tree, without asking the model again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Edge, Schema, nearest_column, same_clock


@dataclass
class Repair:
    """Works on one tree in place; `notes` says what was changed, `missing` what could not be."""

    schema: Schema
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def run(self, tree: exp.Expression) -> None:
        self._tables(tree)
        for scope in traverse_scope(tree):
            if isinstance(scope.expression, exp.Select):
                _ScopeRepair(self, scope).run()

    def _tables(self, tree: exp.Expression) -> None:
        ctes = {cte.alias_or_name.casefold() for cte in tree.find_all(exp.CTE)}
        for node in tree.find_all(exp.Table):
            if (not node.db and node.name.casefold() in ctes) or not isinstance(node.this, exp.Identifier):
                continue
            table = self.schema.table(node)
            if table is None:
                if not self._left_out(node):
                    self.missing.append(f"there is no table {node.name}")
                continue
            if table.name.name.casefold() != node.name.casefold():
                self.notes.append(f"table {node.name} -> {table.name.name}")
            alias = node.alias or node.name
            node.set("this", exp.to_identifier(table.name.name))
            node.set("db", exp.to_identifier(table.name.schema) if table.name.schema else None)
            node.set("catalog", None)
            if alias.casefold() != table.name.name.casefold() or node.alias:
                node.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))

    def _left_out(self, node: exp.Table) -> bool:
        """A join to a table that is not there goes; its columns are looked for elsewhere."""
        join = node.parent
        select = join.parent if isinstance(join, exp.Join) else None
        if not isinstance(join, exp.Join) or not isinstance(select, exp.Select):
            return False
        alias = node.alias_or_name.casefold()
        join.pop()
        for column in select.find_all(exp.Column):
            if column.table.casefold() == alias:
                column.set("table", None)
        self.notes.append(f"left out {node.name}, which is not there")
        return True


class _ScopeRepair:
    def __init__(self, repair: Repair, scope: Scope) -> None:
        self.repair, self.scope, self.schema = repair, scope, repair.schema
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

    def run(self) -> None:
        self._other_table()
        self._join_conditions()
        if not self.tables and not self.derived:
            return
        for column in list(self.scope.columns):
            if isinstance(column.this, exp.Star) or column.find_ancestor(exp.Select) is not self.select:
                continue
            self._column(column)

    def _other_table(self) -> None:
        """One table that lacks a column, and another shown one that has them all: that one was meant."""
        if len(self.tables) != 1 or self.derived or self.select.args.get("joins"):
            return
        ((alias, table),) = self.tables.items()
        outputs = {s.alias.casefold() for s in self.select.selects if isinstance(s, exp.Alias)}
        own = [c for c in self.scope.columns if c.find_ancestor(exp.Select) is self.select]
        if any(c.table and c.table.casefold() != alias.casefold() for c in own):
            return
        used = {c.name for c in own}
        needed = [n for n in used if n and n.casefold() not in outputs]
        if all(table.column(n) for n in needed):
            return
        meant = next((t for t in self.schema.preferred if all(t.column(n) for n in needed)), None)
        source = self.scope.sources[alias]
        if meant is None or not isinstance(source, exp.Table):
            return
        self.repair.notes.append(f"table {table.name.name} -> {meant.name.name}, which has all the columns")
        kept = exp.to_identifier(alias)
        source.set("this", exp.to_identifier(meant.name.name))
        source.set("db", exp.to_identifier(meant.name.schema) if meant.name.schema else None)
        source.set("alias", exp.TableAlias(this=kept) if alias != table.name.name else None)
        for column in self.scope.columns:
            if column.table and alias == table.name.name:
                column.set("table", exp.to_identifier(meant.name.name))
        self.tables = {alias if alias != table.name.name else meant.name.name: meant}

    def _column(self, column: exp.Column) -> None:
        name, alias = column.name, column.table
        if alias and self._has(alias, name):
            return
        owners = [a for a in (*self.tables, *self.derived) if self._has(a, name)]
        if not alias:
            if len(owners) == 1 or (not owners and self._is_output_name(column)):
                return
            if len(owners) > 1:
                if not self._is_output_name(column):
                    self._qualify(column, self._best_owner(owners), note=False)
                return
        if alias and self._is_outer(alias):
            return
        if owners:
            self._qualify(column, owners[0])
        elif not (self._joined(column) or self._renamed(column)):
            self.repair.missing.append(f"no table of the query has the column {name}")

    def _has(self, alias: str, name: str) -> bool:
        table = self._source(alias)
        if table is not None:
            return table.column(name) is not None
        columns = next((c for a, c in self.derived.items() if a.casefold() == alias.casefold()), None)
        return columns is not None and (name.casefold() in columns or "*" in columns)

    def _source(self, alias: str) -> CatalogTable | None:
        return next((t for a, t in self.tables.items() if a.casefold() == alias.casefold()), None)

    def _is_outer(self, alias: str) -> bool:
        """A correlated reference to a query around this one."""
        outer = self.scope.parent
        while outer is not None:
            if any(a.casefold() == alias.casefold() for a in outer.selected_sources):
                return True
            outer = outer.parent
        return False

    def _is_output_name(self, column: exp.Column) -> bool:
        """ORDER BY, GROUP BY and HAVING may name an output column."""
        clause = column.find_ancestor(exp.Order, exp.Group, exp.Having, exp.Qualify, exp.Select)
        if isinstance(clause, exp.Select) or clause is None:
            return False
        outputs = {s.alias.casefold() for s in self.select.selects if isinstance(s, exp.Alias)}
        return column.name.casefold() in outputs

    def _best_owner(self, owners: list[str]) -> str:
        """Of the tables that share a column name, the first in FROM: equal by the join where it is a key."""
        return owners[0]

    def _qualify(self, column: exp.Column, alias: str, note: bool = True) -> None:
        if note:
            before = f"{column.table}.{column.name}" if column.table else column.name
            self.repair.notes.append(f"column {before} -> {alias}.{column.name}")
        column.set("table", exp.to_identifier(alias))
        column.set("db", None)
        column.set("catalog", None)

    def _joined(self, column: exp.Column) -> bool:
        """Joins the nearest table that has the column, over the keys."""
        hits = self.schema.with_column(column.name)
        if not hits and (spoken := self.schema.called(column.name)):
            column.set("this", exp.to_identifier(spoken[1].name))
            hits = [spoken[0]]
        wanted = column.table.casefold()
        hits.sort(key=lambda t: t.name.name.casefold() != wanted)
        paths = [(path, t) for t in hits if (path := self.schema.path(self.tables.values(), t))]
        if not paths or not self.tables:
            return False
        named = [p for p in paths if p[1].name.name.casefold() == wanted]
        path, target = (named or sorted(paths, key=lambda p: len(p[0])))[0]
        if len(path) > 3:
            return False
        alias = ""
        for edge in path:
            alias = self._add_join(edge)
        self.repair.notes.append(f"joined {target.name.name} for {column.name}")
        self._qualify(column, alias, note=False)
        return True

    def _add_join(self, edge: Edge) -> str:
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

    def _renamed(self, column: exp.Column) -> bool:
        own = self._source(column.table) if column.table else None
        order = [own] if own else []
        for table in [*order, *self.tables.values()]:
            near = nearest_column(column.name, table) or same_clock(column.name, table)
            if near:
                alias = next(a for a, t in self.tables.items() if t is table)
                self.repair.notes.append(f"column {column.name} -> {near.name}")
                column.set("this", exp.to_identifier(near.name))
                column.set("table", exp.to_identifier(alias) if column.table or len(self.tables) > 1 else None)
                return True
        for alias, names in self.derived.items():
            if column.table.casefold() == alias.casefold() and len(names) == 1:
                column.set("this", exp.to_identifier(next(iter(names))))
                self.repair.notes.append(f"column {column.name} of {alias}")
                return True
        return False

    def _join_conditions(self) -> None:
        """A join without a condition, or with one on columns that do not exist, gets the keys' condition."""
        seen = [a for a, _ in self._from_aliases()]
        for join in self.select.args.get("joins") or []:
            alias = join.this.alias_or_name
            right = self._source(alias)
            if right is not None and not join.args.get("using") and not self._is_sound(join):
                edge = self._edge_between(seen, right)
                had = join.args.get("on")
                if edge and (had is not None or not self._where_links(alias)):
                    left, found = edge
                    join.set("on", _on(left, alias, found))
                    join.set("kind", None if (join.kind or "").upper() == "CROSS" else join.args.get("kind"))
                    self.repair.notes.append(f"join {alias} on {join.args['on'].sql()}")
                elif had is not None:
                    self._join_over(join, seen, right)
            seen.append(alias)

    def _join_over(self, join: exp.Join, seen: list[str], right: CatalogTable) -> None:
        """Tables that no key ties to each other are joined by way of those that lie between."""
        alias = join.this.alias_or_name
        own = {a: t for a in seen if (t := self._source(a)) is not None}
        path = self.schema.path(own.values(), right) or []
        if not 2 <= len(path) <= 3:
            return
        everything = self.tables
        self.tables = own
        between = [self._add_join(edge) for edge in path[:-1]][-1]
        self.tables = {**everything, **self.tables}
        join.set("on", _on(between, alias, path[-1]))
        joins = [j for j in self.select.args["joins"] if j is not join]
        at = max((i for i, j in enumerate(joins) if j.alias_or_name == between), default=-1) + 1
        self.select.set("joins", [*joins[:at], join, *joins[at:]])
        self.repair.notes.append(f"join {alias} over {between}")

    def _from_aliases(self) -> list[tuple[str, CatalogTable]]:
        source = self.select.args.get("from_") or self.select.args.get("from")
        if source is None or not isinstance(source.this, exp.Table):
            return []
        alias = source.this.alias_or_name
        table = self._source(alias)
        return [(alias, table)] if table else []

    def _is_sound(self, join: exp.Join) -> bool:
        condition = join.args.get("on")
        if condition is None:
            return False
        columns = list(condition.find_all(exp.Column))
        if any(isinstance(e.this, exp.Column) and e.this == e.expression for e in condition.find_all(exp.EQ)):
            return False
        return bool(columns) and all(
            self._has(c.table, c.name) if c.table else any(self._has(a, c.name) for a in (*self.tables, *self.derived))
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
            left = self._source(alias)
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
