"""Structural repair of names: every column is put with a table that has it, over the keys if it must be joined.

A small model mostly fails by taking a column from a table that does not have it and by leaving a join out. Both are
mended on the syntax tree, without asking the model again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from plugin.generator.check.repairs.joining import ScopeJoins
from plugin.generator.check.schema import Schema, nearest_column, same_clock


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
                _ScopeRepair(self.schema, self.notes, self.missing, scope).run()

    def apart(self, tree: exp.Expression) -> None:
        """What a table that was joined later has too is of the table that was there before."""
        for scope in traverse_scope(tree):
            if isinstance(scope.expression, exp.Select):
                _ScopeRepair(self.schema, self.notes, self.missing, scope).apart()

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


class _ScopeRepair(ScopeJoins):
    def run(self) -> None:
        self._other_table()
        self.join_conditions()
        if not self.tables and not self.derived:
            return
        for column in list(self.scope.columns):
            if isinstance(column.this, exp.Star) or column.find_ancestor(exp.Select) is not self.select:
                continue
            self._column(column)

    def apart(self) -> None:
        for column in self.scope.columns:
            inside = column.find_ancestor(exp.Select) is self.select and not isinstance(column.this, exp.Star)
            owners = [a for a in (*self.tables, *self.derived) if self.has(a, column.name)] if inside else []
            if not column.table and len(owners) > 1 and not self._is_output_name(column):
                self._qualify(column, self._best_owner(owners), note=False)

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
        self.notes.append(f"table {table.name.name} -> {meant.name.name}, which has all the columns")
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
        if alias and self.has(alias, name):
            return
        owners = [a for a in (*self.tables, *self.derived) if self.has(a, name)]
        if not alias:
            if len(owners) == 1 or (not owners and self._is_output_name(column)):
                return
            if len(owners) > 1:
                if not self._is_output_name(column):
                    self._qualify(column, self._best_owner(owners), note=False)
                return
        if alias and self._is_outer(alias):
            return
        if self._is_a_key_there(column) and self._joined(column):
            return
        if owners:
            self._qualify(column, owners[0])
        elif not (self._joined(column) or self._renamed(column)):
            self.missing.append(f"no table of the query has the column {name}")

    def _is_a_key_there(self, column: exp.Column) -> bool:
        """`airlines.airline` is a name, though the `airline` of a flight is the key to it."""
        keys = (k for t in self.tables.values() for k in t.foreign_keys if k.columns == (column.name,))
        return any(k.to_table.name.casefold() == column.table.casefold() and k.to_columns != k.columns for k in keys)

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
            self.notes.append(f"column {before} -> {alias}.{column.name}")
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
            alias = self.add_join(edge)
        self.notes.append(f"joined {target.name.name} for {column.name}")
        self._qualify(column, alias, note=False)
        return True

    def _renamed(self, column: exp.Column) -> bool:
        own = self.source(column.table) if column.table else None
        order = [own] if own else []
        for table in [*order, *self.tables.values()]:
            near = nearest_column(column.name, table) or same_clock(column.name, table)
            if near:
                alias = next(a for a, t in self.tables.items() if t is table)
                self.notes.append(f"column {column.name} -> {near.name}")
                column.set("this", exp.to_identifier(near.name))
                column.set("table", exp.to_identifier(alias) if column.table or len(self.tables) > 1 else None)
                return True
        for alias, names in self.derived.items():
            if column.table.casefold() == alias.casefold() and len(names) == 1:
                column.set("this", exp.to_identifier(next(iter(names))))
                self.notes.append(f"column {column.name} of {alias}")
                return True
        return False
