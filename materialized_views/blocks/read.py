"""From one SELECT of sqlglot's tree to a Block, qualified against the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from sqlglot import exp

from materialized_views.blocks import canonical
from materialized_views.blocks.expressions import Aggregate, Column, Expression, Literal, aggregates, children
from materialized_views.blocks.facts import Facts
from materialized_views.blocks.model import Block, Order, OuterJoin, Output
from materialized_views.blocks.outer import always_matched, null_rejected, without_needless_joins
from materialized_views.blocks.read_expression import Reader
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.sources import Sources, sources

_CLAUSES = frozenset(
    {"expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "distinct", "with_"}
)


def read_block(select: exp.Select, facts: Facts, *, merge: bool = False) -> Block:
    """With `merge` also what reads inner queries of plain rows, as one block over their tables.

    Raises Refused for all that is no single block over tables of the catalogue.
    """
    for clause, value in select.args.items():
        if clause not in _CLAUSES and value not in (None, False, []):
            raise Refused(Check.SHAPE, clause.strip("_"), f"{clause.strip('_').upper()} has no rule")
    found = sources(select, facts, partial(read_block, facts=facts, merge=True) if merge else None)
    outer_joined = found.outer_joined
    while True:
        block = _Reading(select, found, outer_joined).block()
        inner = null_rejected(block) | always_matched(block, facts)
        if not inner:
            return without_needless_joins(block, facts)
        outer_joined -= inner


class _Reading:
    """One pass over the clauses, with `outer` as the tables that may be NULL as a whole."""

    def __init__(self, select: exp.Select, found: Sources, outer: frozenset[int]) -> None:
        self.select, self.found, self.scope, self.outer = select, found, found.scope, outer
        self.scope.nullable, self.scope.merged = outer, {}
        self.dialect = self.scope.facts.dialect

    def block(self) -> Block:
        conditions, outer = self._joined()
        where = self.select.args.get("where")
        if where is not None:
            conditions += canonical.conjuncts(Reader(self.scope).condition(where.this))
        outputs = tuple(self._outputs())
        reader = Reader(self.scope, aggregates=True, aliases=self._aliases(outputs))
        having = self.select.args.get("having")
        kept = canonical.conjuncts(reader.condition(having.this)) if having is not None else ()
        order = tuple(self._order(reader, outputs))
        groups = self._groups(outputs, (*kept, *(o.expression for o in order)))
        distinct = self._distinct()
        if distinct and groups is None:
            groups, distinct = _distinct_groups(outputs), False
        block = Block(
            dialect=self.dialect,
            tables=self.found.tables,
            conditions=frozenset(conditions) | self.found.conditions,
            outputs=outputs,
            outer=tuple(outer),
            groups=groups,
            having=frozenset(kept),
            order=order,
            limit=self._count("limit"),
            offset=self._count("offset"),
            distinct=distinct,
        )
        _check_grouped(block)
        return block

    def _joined(self) -> tuple[list[Expression], list[OuterJoin]]:
        """An inner ON means the same as WHERE; that of an outer join stays with it."""
        inner: list[Expression] = []
        outer: list[OuterJoin] = []
        for position, join in self.found.joins:
            if join is None:
                continue
            found: list[Expression] = []
            if join.args.get("on") is not None:
                found += canonical.conjuncts(Reader(self.scope).condition(join.args["on"]))
            found += [self._using(name, position) for name in join.args.get("using") or []]
            if position in self.outer:
                outer.append(OuterJoin(position, frozenset(found)))
            else:
                inner += found
        return inner, outer

    def _using(self, identifier: exp.Identifier, position: int) -> Expression:
        if self.scope.queries:
            raise Refused(Check.SHAPE, "reads_query", "USING beside an inner query has no rule")
        name = self.scope.facts.written(identifier)
        left = [c for i in range(position) if (c := self.scope.column(i, name)) is not None]
        right = self.scope.column(position, name)
        if right is None or not left or (len(left) > 1 and name not in self.scope.merged):
            raise Refused(Check.SHAPE, "ambiguous", f"USING ({name}) does not name one column on each side")
        self.scope.merged.setdefault(name, left[0].table)
        return canonical.compare("=", left[0], right)

    def _outputs(self) -> Iterator[Output]:
        for position, item in enumerate(self.select.expressions, start=1):
            if item.is_star:
                yield from self._star(item)
                continue
            expression = Reader(self.scope, aggregates=True).read(item.unalias())
            name = item.output_name
            yield Output(name or f"column_{position}", expression, named=bool(name))

    def _star(self, item: exp.Expression) -> Iterator[Output]:
        qualifier = item.args.get("table") if isinstance(item, exp.Column) else None
        star = item.this if isinstance(item, exp.Column) else item
        changed = any(star.args.get(key) for key in ("except_", "replace", "rename"))
        if changed or self.scope.merged or self.scope.queries:
            raise Refused(Check.SHAPE, "star", f"no rule for {item.sql()}")
        wanted = self.scope.facts.written(qualifier) if qualifier is not None else None
        for position, name in enumerate(self.scope.names):
            if wanted in (None, name):
                for column in self.scope.tables[position].columns:
                    found = Column(
                        position,
                        column.name,
                        self.scope.facts.type(column),
                        column.nullable or position in self.outer,
                    )
                    yield Output(column.name, found)

    def _aliases(self, outputs: tuple[Output, ...]) -> dict[str, Expression]:
        """Names of outputs that can stand in later clauses. A column of the same name comes first in GROUP BY; in
        HAVING engines differ, so there it is refused (P29)."""
        found: dict[str, Expression] = {}
        items = [item for item in self.select.expressions if isinstance(item, exp.Alias)]
        named = {self.scope.facts.written(item.args["alias"]): item for item in items}
        for output in outputs:
            name = next((n for n, item in named.items() if item.output_name == output.name), None)
            if name is None:
                continue
            same = isinstance(output.expression, Column) and output.expression.name == output.name
            if self.scope.has(name) and not same and self._in_having(name):
                raise Refused(Check.SHAPE, "ambiguous_alias", f"{name} is a column and the name of an output")
            if found.get(name, output.expression) != output.expression:
                raise Refused(Check.SHAPE, "ambiguous_alias", f"two outputs are called {name}")
            if not self.scope.has(name) or same:
                found[name] = output.expression
        return found

    def _in_having(self, name: str) -> bool:
        clause = self.select.args.get("having")
        found = clause.find_all(exp.Column) if clause is not None else ()
        return any(self.scope.facts.written(c.this) == name and not c.args.get("table") for c in found)

    def _order(self, reader: Reader, outputs: tuple[Output, ...]) -> Iterator[Order]:
        clause = self.select.args.get("order")
        for item in clause.expressions if clause is not None else ():
            if not isinstance(item, exp.Ordered) or item.args.get("with_fill"):
                raise Refused(Check.SHAPE, "order", "no rule for this ORDER BY")
            expression = self._positional(item.this, outputs) or self._output_named(item.this, outputs)
            expression = expression or reader.read(item.this)
            if isinstance(expression, Literal):
                continue  # the same for every row; written again, a number would be a position
            yield Order(expression, bool(item.args.get("desc")), item.args.get("nulls_first"))

    def _output_named(self, item: exp.Expression, outputs: tuple[Output, ...]) -> Expression | None:
        """ORDER BY reads a plain name as an output before it reads it as a column."""
        if not isinstance(item, exp.Column) or item.args.get("table") or not isinstance(item.this, exp.Identifier):
            return None
        name = self.scope.facts.written(item.this)
        found = {o.expression for o in outputs if o.named and self.scope.facts.folded(o.name) == name}
        if len(found) > 1:
            raise Refused(Check.SHAPE, "ambiguous_alias", f"two outputs are called {name}")
        return next(iter(found), None)

    def _groups(self, outputs: tuple[Output, ...], later: Iterable[Expression]) -> tuple[Expression, ...] | None:
        clause = self.select.args.get("group")
        if clause is None:
            grouped = any(aggregates(e) for e in (*(o.expression for o in outputs), *later))
            return () if grouped or self.select.args.get("having") is not None else None
        extra = [k for k, v in clause.args.items() if k != "expressions" and v not in (None, False, [])]
        if extra or not clause.expressions:
            raise Refused(Check.SHAPE, "grouping", f"no rule for GROUP BY {(extra or ['nothing'])[0].upper()}")
        reader = Reader(self.scope, aliases=self._aliases(outputs))
        found = [self._positional(item, outputs) or reader.read(item) for item in clause.expressions]
        if any(isinstance(group, Literal) or aggregates(group) for group in found):
            raise Refused(Check.SHAPE, "grouping", "GROUP BY a constant or an aggregate")
        return tuple(dict.fromkeys(found))

    def _positional(self, item: exp.Expression, outputs: tuple[Output, ...]) -> Expression | None:
        if not isinstance(item, exp.Literal):
            return None
        if item.args.get("is_string") or not str(item.this).isdigit() or not 0 < int(item.this) <= len(outputs):
            raise Refused(Check.SHAPE, "position", f"{item.sql()} is no position of the SELECT list")
        return outputs[int(item.this) - 1].expression

    def _distinct(self) -> bool:
        clause = self.select.args.get("distinct")
        if clause is not None and clause.args.get("on") is not None:
            raise Refused(Check.SHAPE, "distinct_on", "DISTINCT ON has no rule")
        return clause is not None

    def _count(self, key: str) -> int | None:
        clause = self.select.args.get(key)
        if clause is None:
            return None
        extra = [k for k, v in clause.args.items() if k != "expression" and v not in (None, False, [])]
        value = clause.args.get("expression")
        if extra or not isinstance(value, exp.Literal) or not str(value.this).isdigit():
            raise Refused(Check.SHAPE, key, f"{key.upper()} must be a whole number")
        return int(str(value.this))


def _distinct_groups(outputs: tuple[Output, ...]) -> tuple[Expression, ...]:
    found = tuple(dict.fromkeys(o.expression for o in outputs if not isinstance(o.expression, Literal)))
    if not found:
        raise Refused(Check.SHAPE, "distinct", "DISTINCT over constants")
    return found


def _check_grouped(block: Block) -> None:
    """After grouping only group keys and aggregates are left."""
    if block.groups is None:
        return
    groups = frozenset(block.groups)
    for result in block.results():
        _check_result(result, groups)


def _check_result(node: Expression, groups: frozenset[Expression]) -> None:
    if node in groups or isinstance(node, Aggregate):
        return
    if isinstance(node, Column):
        raise Refused(Check.SHAPE, "ungrouped", f"{node.name} is neither grouped nor aggregated")
    for child in children(node):
        _check_result(child, groups)
