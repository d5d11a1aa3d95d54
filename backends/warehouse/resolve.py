"""Layer 3: every table is in the catalogue, every column is resolved, no hidden column comes out.

The resolver follows SQL's own rules of scope. Where engines differ on what a name means, every possible
meaning must be harmless. It writes what it found into the tree (full table names, qualifiers, the columns
behind `*`), so that what was checked is what runs. It refuses syntax that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.catalogue import Catalogue, write_name
from backends.warehouse.columns import ColumnPolicy
from backends.warehouse.frames import Alias, Frame, Relation, Source
from backends.warehouse.joins import join_columns
from backends.warehouse.stars import expand_stars, may_stand

MAX_COLUMNS = 5_000

_Ctes = Mapping[str, "Relation | None"]  # None: named further down in the same WITH

# Where a query in FROM sees the tables before it without the word LATERAL.
_LATERAL_BY_ITSELF = frozenset({"duckdb"})

_KNOWN_ARGS: dict[type[exp.Expression], frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        exp.Select: "with_ expressions distinct from_ joins laterals where group having qualify windows "
        "order limit offset",
        exp.SetOperation: "with_ this expression distinct by_name order limit offset",
        exp.Subquery: "with_ this alias joins order limit offset",
        exp.Table: "this db catalog alias joins laterals ordinality",
        exp.Join: "this on using side kind method",
        exp.Lateral: "this alias ordinality",
        exp.CTE: "this alias materialized",
        exp.With: "expressions recursive",
        exp.Values: "expressions alias",
        exp.Unnest: "expressions alias offset",
    }.items()
}


def resolve(tree: exp.Expression, catalogue: Catalogue) -> None:
    """Raises QueryRefused; else `tree` is rewritten in place."""
    if not isinstance(tree, exp.Query):
        raise QueryRefused("construct", f"{tree.key.upper()} is no query")
    _Resolver(catalogue).query(tree, {}, None)


class _Resolver:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._folding = catalogue.folding
        self._columns = ColumnPolicy(self._folding) if catalogue.strict else None

    def query(self, node: exp.Expression, ctes: _Ctes, outer: Frame | None) -> Relation:
        _check_args(node)
        if isinstance(node, exp.Select):
            return self._select(node, self._with(node, ctes, outer), outer)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, self._with(node, ctes, outer), outer)
        if isinstance(node, exp.Subquery):
            inner = self._with(node, ctes, outer)
            relation = self.query(node.this, inner, outer)
            self._modifiers(node, relation, inner, outer)
            return relation
        if isinstance(node, exp.Values):
            self._expressions([node], Frame(outer), ctes)
            return Relation((), partial=True)
        raise QueryRefused("construct", f"{node.key.upper()} can't stand where a query stands")

    def _with(self, node: exp.Expression, ctes: _Ctes, outer: Frame | None) -> _Ctes:
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        _check_args(clause)
        names = [self._folding.written(cte.args["alias"].this) for cte in clause.expressions]
        visible: dict[str, Relation | None] = {**ctes, **dict.fromkeys(names)}
        for name, cte in zip(names, clause.expressions, strict=True):
            _check_args(cte)
            renames = self._alias_columns(cte)
            if self._recurses(clause, cte, name):
                visible[name] = self._recursive(cte.this, name, renames, visible, outer)
            else:
                visible[name] = self.query(cte.this, visible, outer).renamed(renames)
        return visible

    def _recurses(self, clause: exp.Expression, cte: exp.CTE, name: str) -> bool:
        if not (clause.args.get("recursive") or self._folding.dialect == "sqlite"):
            return False
        return isinstance(cte.this, exp.SetOperation) and any(
            isinstance(table.this, exp.Identifier) and self._folding.written(table.this) == name
            for table in cte.this.expression.find_all(exp.Table)
        )

    def _recursive(
        self, node: exp.SetOperation, name: str, renames: list[str], ctes: _Ctes, outer: Frame | None
    ) -> Relation:
        """The first part says what columns the recursion has; the second may read them."""
        _check_args(node)
        inner = self._with(node, ctes, outer)
        first = self.query(node.this, inner, outer)
        relation = first.renamed(renames)
        self.query(node.expression, {**inner, name: relation}, outer)
        self._modifiers(node, first, inner, outer)
        return relation

    def _set_operation(self, node: exp.SetOperation, ctes: _Ctes, outer: Frame | None) -> Relation:
        left = self.query(node.this, ctes, outer)
        right = self.query(node.expression, ctes, outer)
        if node.args.get("by_name"):
            extra = tuple(column for column in right.columns if column not in left.columns)
            left = Relation(
                (*left.columns, *extra),
                partial=left.partial or right.partial,
                spelled={**right.spelled, **left.spelled},
            )
        self._modifiers(node, left, ctes, outer)
        return left

    def _modifiers(self, node: exp.Expression, relation: Relation, ctes: _Ctes, outer: Frame | None) -> None:
        """ORDER BY and LIMIT behind a query in parentheses or a set operation: by its output alone."""
        parts = [node.args[key] for key in ("order", "limit", "offset") if node.args.get(key) is not None]
        for column in self._nested(parts, ctes, Frame(outer)):
            name = self._folding.written(column.this) if isinstance(column.this, exp.Identifier) else ""
            if self._columns and (column.args.get("table") or name not in relation.columns):
                raise QueryRefused(
                    "unknown_column",
                    f"{column.sql()} is no column of the result that is ordered",
                    hint="order by an output name or position",
                )

    def _select(self, node: exp.Select, ctes: _Ctes, outer: Frame | None) -> Relation:
        frame = Frame(outer)
        origin = node.args.get("from_")
        if origin is not None:
            self._source(origin.this, frame, ctes)
        self._joined(node, frame, ctes)
        if self._columns:
            expand_stars(node, frame, self._folding)
        relation = self._projections(node, frame, ctes)
        for key in ("where", "group", "having", "qualify", "windows", "distinct", "order", "limit", "offset"):
            part = node.args.get(key)
            self._expressions(part if isinstance(part, list) else [part] if part else [], frame, ctes)
        return relation

    def _projections(self, node: exp.Select, frame: Frame, ctes: _Ctes) -> Relation:
        columns: list[str] = []
        spelled: dict[str, str] = {}
        partial = False
        for position, item in enumerate(list(node.expressions), start=1):
            if item.is_star:
                source = frame.source(self._folding.written(item.args["table"])) if item.args.get("table") else None
                relations = [source.relation] if source else [each.relation for each in frame.sources]
                for relation in relations:
                    columns += relation.columns
                    spelled.update(relation.spelled)
                frame.outputs.update(columns)
                partial = partial or not relations or any(relation.partial for relation in relations)
                continue
            self._expressions([item], frame, ctes)
            item = node.expressions[position - 1]
            named = item.args.get("alias") if isinstance(item, exp.Alias) else item.this
            if isinstance(item, (exp.Alias, exp.Column)) and isinstance(named, exp.Identifier):
                name = self._folding.written(named)
                columns.append(name)
                spelled[name] = self._folding.spelling(named)
                frame.outputs.add(name)
                if isinstance(item, exp.Alias):
                    frame.aliases.setdefault(name, Alias(position, item.this))
            else:
                partial = True
        if len(columns) > MAX_COLUMNS:
            raise QueryRefused("too_large", f"a SELECT gives more than {MAX_COLUMNS:,} columns")
        return Relation(tuple(columns), partial=partial, spelled=spelled)

    def _joined(self, node: exp.Expression, frame: Frame, ctes: _Ctes) -> None:
        for join in node.args.get("joins") or []:
            _check_args(join)
            before, star = list(frame.sources), list(frame.star)
            self._source(join.this, frame, ctes)
            if self._columns:
                join_columns(join, frame, before, star, self._folding)
            if join.args.get("on") is not None:
                self._expressions([join.args["on"]], frame, ctes)
            if join.kind.upper() in {"SEMI", "ANTI"}:
                frame.sources, frame.star = before, star
        for lateral in node.args.get("laterals") or []:
            self._source(lateral, frame, ctes)

    def _source(self, node: exp.Expression, frame: Frame, ctes: _Ctes) -> None:
        _check_args(node)
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            if node.args.get("alias"):
                raise QueryRefused("construct", "a join in parentheses can't have an alias", hint="drop the alias")
            self._source(node.this, frame, ctes)
        else:
            relation = self._relation(node, frame, ctes)
            identifier = self._source_name(node)
            source = Source(self._folding.written(identifier), identifier, relation)
            if frame.source(source.name) and source.name:
                raise QueryRefused(
                    "ambiguous", f"two tables are both called {identifier.name}", hint="give each an alias"
                )
            frame.add(source)
        self._joined(node, frame, ctes)

    def _relation(self, node: exp.Expression, frame: Frame, ctes: _Ctes) -> Relation:
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            return self._table(node, ctes)
        if isinstance(node, exp.Subquery):
            seen = frame if self._folding.dialect in _LATERAL_BY_ITSELF else frame.outer
            return self.query(node, ctes, seen).renamed(self._alias_columns(node))
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            _check_args(node.this)
            return self.query(node.this, ctes, frame).renamed(self._alias_columns(node))
        if isinstance(node, (exp.Table, exp.Unnest, exp.Lateral, exp.Values)):
            self._expressions(list(_arguments(node)), frame, ctes)
            return Relation(tuple(self._alias_columns(node)), partial=True)
        raise QueryRefused("construct", f"{node.key.upper()} can't stand in FROM")

    def _table(self, node: exp.Table, ctes: _Ctes) -> Relation:
        name = self._folding.written(node.this)
        if not node.args.get("db") and name in ctes:
            relation = ctes[name]
            if relation is None:
                raise QueryRefused("ambiguous", f"{node.name} is used before WITH defines it", hint="reorder the CTEs")
            return relation.renamed(self._alias_columns(node))
        entry = self._catalogue.find(node)
        write_name(node, entry.name)
        scope = entry.scope
        if scope is None:
            return Relation((), partial=True)
        if self._alias_columns(node):
            raise QueryRefused(
                "construct", f"the columns of {entry.name} can't be renamed in FROM", hint="rename in SELECT"
            )
        stored = {self._folding.stored(column): column for column in scope.columns}
        hidden = frozenset(self._folding.stored(column) for column in scope.hidden)
        return Relation((*stored, *(hidden - stored.keys())), hidden, table=entry.name, spelled=stored)

    def _source_name(self, node: exp.Expression) -> exp.Identifier:
        alias = node.args.get("alias")
        if alias is not None and isinstance(alias.this, exp.Identifier):
            return alias.this
        if isinstance(node, exp.Table):
            return node.this if isinstance(node.this, exp.Identifier) else exp.to_identifier(_function_name(node.this))
        return exp.to_identifier("unnest" if isinstance(node, exp.Unnest) else "")

    def _alias_columns(self, node: exp.Expression) -> list[str]:
        alias = node.args.get("alias")
        return [self._folding.written(column) for column in (alias.columns if alias is not None else [])]

    def _expressions(self, nodes: list[exp.Expression], frame: Frame, ctes: _Ctes) -> None:
        columns = self._nested(nodes, ctes, frame)
        if self._columns:
            for column in columns:
                self._columns.check(column, frame)

    def _nested(self, nodes: list[exp.Expression], ctes: _Ctes, frame: Frame) -> list[exp.Column]:
        """Resolves the queries inside an expression and returns the columns of its own level."""
        found = [
            part for node in nodes for part in node.walk(prune=lambda part: isinstance(part, (exp.Query, exp.Column)))
        ]
        for part in found:
            if isinstance(part, exp.Query):
                self.query(part, ctes, frame)
            elif isinstance(part, exp.Star) and not may_stand(part):
                raise QueryRefused("star", "* can only stand in a SELECT list and in COUNT(*)", hint="name the columns")
        return [part for part in found if isinstance(part, exp.Column)]


def _arguments(node: exp.Expression) -> list[exp.Expression]:
    if isinstance(node, (exp.Unnest, exp.Values)):
        return list(node.expressions)
    return [node.this]


def _function_name(node: exp.Expression) -> str:
    return node.name if isinstance(node, exp.Anonymous) else node.key


def _check_args(node: exp.Expression) -> None:
    known = next((args for kind, args in _KNOWN_ARGS.items() if isinstance(node, kind)), None)
    if known is None:
        raise QueryRefused("construct", f"{node.key.upper()} can't stand here")
    for key, value in node.args.items():
        if key not in known and value not in (None, False, []):
            raise QueryRefused("construct", f"{key.strip('_').upper()} of {node.key.upper()} is not allowed")
