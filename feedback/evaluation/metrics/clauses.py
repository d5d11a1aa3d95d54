"""A statement as the clauses that Spider's exact match and hardness look at, made from sqlglot's tree.

Aliases are gone, columns are `table.column` (keys that reference each other are one), literals are masked. Spider's
own parser takes a subset of SQL; here an expression that it does not know becomes a nested tuple like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog_sync.model import Catalog
from feedback.evaluation.metrics import Mode

Unit = Any  # nested tuples of texts: hashable, comparable by equality
VALUE = "value"


@dataclass(frozen=True)
class Names:
    """Columns of each table, and for keys that reference each other the one that stands for all; lower case."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog) -> Names:
        columns = {t.name.name.lower(): [c.name.lower() for c in t.columns] for t in catalog}
        pairs = [
            (f"{t.name.name}.{a}".lower(), f"{k.to_table.name}.{b}".lower())
            for t in catalog
            for k in t.foreign_keys
            for a, b in zip(k.columns, k.to_columns, strict=False)
        ]
        return cls.made(columns, pairs)

    @classmethod
    def made(cls, columns: Mapping[str, Sequence[str]], pairs: Sequence[tuple[str, str]]) -> Names:
        """`pairs` of `table.column` that reference each other."""
        return cls(columns, _representatives(pairs))


@dataclass(frozen=True)
class Condition:
    """`right` is a Clauses where it is a query."""

    negated: bool
    operator: str
    left: Unit
    right: tuple[Unit, ...] = ()

    @property
    def queries(self) -> list[Clauses]:
        return [part for part in self.right if isinstance(part, Clauses)]


@dataclass(frozen=True)
class Clauses:
    """Connectors stand between the conditions, in their order. `order` holds keys, `directions` what follows them."""

    select: tuple[tuple[str, Unit], ...] = ()
    distinct: bool = False
    tables: tuple[Unit, ...] = ()
    joins: tuple[Condition, ...] = ()
    where: tuple[Condition, ...] = ()
    where_connectors: tuple[str, ...] = ()
    group: tuple[Unit, ...] = ()
    having: tuple[Condition, ...] = ()
    having_connectors: tuple[str, ...] = ()
    order: tuple[Unit, ...] = ()
    directions: tuple[str, ...] = ()
    limit: str = ""
    combined: tuple[str, Clauses] | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*self.joins, *self.where, *self.having)


def clauses(sql: str, names: Names = Names(), mode: Mode = "strict", dialect: str = "sqlite") -> Clauses:
    """An empty statement for what can't be parsed, as the published evaluator has it."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return Clauses()
    return _Reader(names, mode).query(tree)


class _Reader:
    def __init__(
        self, names: Names, mode: Mode, scope: Mapping[str, Unit] | None = None, ctes: Mapping[str, Unit] | None = None
    ) -> None:
        self._names = names
        self._reference = mode == "reference"
        self._mode = mode
        self._scope = dict(scope or {})
        self._ctes = dict(ctes or {})

    def query(self, tree: exp.Expression) -> Clauses:
        while isinstance(tree, exp.Subquery | exp.Paren):
            tree = tree.this
        with_ = tree.args.get("with_")
        for cte in with_.expressions if with_ else ():
            self._ctes[cte.alias.lower()] = ("query", self._nested(cte.this))
        if isinstance(tree, exp.SetOperation):
            return self._combined(tree)
        return self._select(tree) if isinstance(tree, exp.Select) else Clauses()

    def _nested(self, tree: exp.Expression) -> Clauses:
        return _Reader(self._names, self._mode, self._scope, self._ctes).query(tree)

    def _combined(self, tree: exp.SetOperation) -> Clauses:
        """A chain from left to right; the order and limit of the whole belong to its last part."""
        parts: list[tuple[str, exp.Expression]] = []
        node: exp.Expression = tree
        while isinstance(node, exp.SetOperation):
            parts.insert(0, (node.key, node.expression))
            node = node.this
        last = self._nested(parts[-1][1])
        if tree.args.get("order") or tree.args.get("limit"):
            last = replace(last, **self._ordering(tree))
        chain = last
        for place in range(len(parts) - 1, 0, -1):
            chain = replace(self._nested(parts[place - 1][1]), combined=(parts[place][0], chain))
        return replace(self._nested(node), combined=(parts[0][0], chain))

    def _select(self, tree: exp.Select) -> Clauses:
        sources, joins = self._sources(tree)
        self._scope.update({name: unit for name, unit in sources if name})
        self._here = [unit for _, unit in sources]
        on = [c for join in joins for c in self._flat(join)[0]]
        where, where_connectors = self._flat(_inner(tree, "where"))
        having, having_connectors = self._flat(_inner(tree, "having"))
        group = tree.args.get("group")
        return Clauses(
            select=tuple(self._item(e) for e in tree.expressions),
            distinct=bool(tree.args.get("distinct")) and not self._reference,
            tables=tuple(sorted((unit for _, unit in sources), key=repr)),
            joins=tuple(on),
            where=tuple(where),
            where_connectors=tuple(where_connectors),
            group=tuple(self.unit(e) for e in group.expressions) if group else (),
            having=tuple(having),
            having_connectors=tuple(having_connectors),
            **self._ordering(tree),
        )

    def _sources(self, tree: exp.Select) -> tuple[list[tuple[str, Unit]], list[exp.Expression]]:
        """Alias and table of each source, and the conditions of the joins."""
        found, conditions = [], []
        start = tree.args.get("from_")
        joins = tree.args.get("joins") or []
        for source in [*([start.this] if start else []), *(join.this for join in joins)]:
            if isinstance(source, exp.Table):
                name = source.name.lower()
                found.append((source.alias_or_name.lower(), self._ctes.get(name, name)))
            else:
                found.append((source.alias_or_name.lower(), ("query", self._nested(source))))
        for join in joins:
            if join.args.get("on"):
                conditions.append(join.args["on"])
        return found, conditions

    def _ordering(self, tree: exp.Expression) -> dict[str, Any]:
        order, limit = tree.args.get("order"), tree.args.get("limit")
        keys = [e.this if isinstance(e, exp.Ordered) else e for e in order.expressions] if order else []
        down = ["desc" if e.args.get("desc") else "asc" for e in order.expressions] if order else []
        if self._reference and order:
            # One direction for all keys: the last one that is written out.
            written_out = [
                way for way, e in zip(down, order.expressions, strict=True) if e.args.get("desc") is not None
            ]
            down = written_out[-1:] or ["asc"]
        most = limit.expression.sql() if limit is not None and limit.expression is not None else ""
        return {
            "order": tuple(self.unit(k) for k in keys),
            "directions": tuple(down),
            "limit": ("limit" if self._reference else most) if limit else "",
        }

    def _item(self, node: exp.Expression) -> tuple[str, Unit]:
        node = node.unalias()
        if isinstance(node, exp.AggFunc):
            unit = self.unit(node)
            return unit[0], unit[1:]
        return "", (self.unit(node),)

    def _flat(self, node: exp.Expression | None) -> tuple[list[Condition], list[str]]:
        """Conditions and the connectors between them, in the order of the text; brackets don't count."""
        if node is None:
            return [], []
        if isinstance(node, exp.Paren) and isinstance(node.unnest(), exp.Connector):
            return self._flat(node.unnest())
        if isinstance(node, exp.And | exp.Or):
            left, first = self._flat(node.left)
            right, second = self._flat(node.right)
            return left + right, [*first, node.key, *second]
        return [self._condition(node)], []

    def _condition(self, node: exp.Expression, negated: bool = False) -> Condition:
        if isinstance(node, exp.Not):
            return self._condition(node.this, not negated)
        if isinstance(node, exp.Paren):
            return self._condition(node.unnest(), negated)
        if isinstance(node, exp.In):
            query = node.args.get("query")
            right = (self._side(query),) if query else tuple(self._side(e) for e in node.expressions)
            return Condition(negated, "in", self.unit(node.this), right)
        if isinstance(node, exp.Between):
            bounds = tuple(self._side(node.args[k]) for k in ("low", "high"))
            return Condition(negated, "between", self.unit(node.this), bounds)
        if isinstance(node, exp.EQ | exp.NEQ) and not self._reference:
            sides = [self.unit(node.left), self.unit(node.right)]
            if all(isinstance(side, str) and side != VALUE for side in sides):
                sides.sort()
            return Condition(negated, node.key, sides[0], (sides[1],))
        if isinstance(node, exp.Binary):
            return Condition(negated, node.key, self.unit(node.left), (self._side(node.right),))
        return Condition(negated, node.key, self.unit(node))

    def _side(self, node: exp.Expression) -> Unit:
        """The right side of a condition; in reference mode only a query is looked at."""
        unit = self.unit(node)
        return unit if isinstance(unit, Clauses) or not self._reference else VALUE

    def unit(self, node: exp.Expression) -> Unit:
        node = node.unnest() if isinstance(node, exp.Paren) else node
        if isinstance(node, exp.Subquery | exp.Query):
            return self._nested(node)
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Star):
            return "*"
        if isinstance(node, exp.Literal | exp.Boolean) or (isinstance(node, exp.Neg) and node.this.is_number):
            return VALUE
        if isinstance(node, exp.Distinct) and self._reference and len(node.expressions) == 1:
            return self.unit(node.expressions[0])
        parts = [self.unit(child) for child in node.iter_expressions()]
        own = [node.name.lower()] if not parts or isinstance(node, exp.Anonymous | exp.Dot) else []
        return (node.key, *own, *parts)

    def _column(self, node: exp.Column) -> Unit:
        name = node.name.lower()
        if node.table:
            table = self._scope.get(node.table.lower(), node.table.lower())
        else:
            known = [t for t in self._here if isinstance(t, str) and name in self._names.columns.get(t, ())]
            outer = [t for t in self._scope.values() if isinstance(t, str) and name in self._names.columns.get(t, ())]
            table = next(iter(known), next(iter(outer), self._here[0] if len(self._here) == 1 else ""))
        full = f"{table}.{name}" if isinstance(table, str) and table else name
        return self._names.same.get(full, full)

    _here: Sequence[Unit] = ()


def _inner(tree: exp.Expression, clause: str) -> exp.Expression | None:
    found = tree.args.get(clause)
    return found.this if found is not None else None


def _representatives(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [g for g in groups if g & set(pair)]
        groups = [g for g in groups if g not in touched]
        groups.append(set(pair).union(*touched))
    return {name: min(group) for group in groups for name in group}
