"""From a Block back to a tree of sqlglot, in the block's own dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

from backends.warehouse.base import TableName
from materialized_views.blocks.aggregates import CLASSES
from materialized_views.blocks.expressions import Aggregate, Call, Column, Expression, Literal, tables
from materialized_views.blocks.model import Block, column_pair
from materialized_views.blocks.read_expression import FUNCTION_CLASSES

_BINARY: dict[str, type[exp.Expression]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "//": exp.IntDiv,
    "%": exp.Mod,
    "||": exp.DPipe,
    "like": exp.Like,
    "ilike": exp.ILike,
}


_FLIPPED: dict[str, type[exp.Expression]] = {"<": exp.GT, "<=": exp.GTE}


def write_block(block: Block) -> exp.Select:
    return _Writer(block).select()


def table_node(name: TableName, alias: str = "") -> exp.Table:
    parts = {"this": name.name, "db": name.schema, "catalog": name.database}
    table = exp.Table(**{key: identifier(part) for key, part in parts.items() if part})
    if alias and alias != name.name:
        table.set("alias", exp.TableAlias(this=identifier(alias)))
    return table


def identifier(name: str) -> exp.Identifier:
    plain = name.isascii() and name.isidentifier() and name == name.lower()
    return exp.to_identifier(name, quoted=not plain or name in _WORDS)


_WORDS = frozenset(
    """all and any as asc case cast check column constraint create current_date default desc distinct else end except
    false fetch for foreign from grant group having in inner intersect into is join lateral left like limit natural
    not null offset on only or order outer primary references right select some table then to true union unique
    user using when where window with""".split()  # noqa: SIM905
)


@dataclass
class _Writer:
    block: Block

    def __post_init__(self) -> None:
        seen: dict[str, int] = {}
        self.aliases: list[str] = []
        for table in self.block.tables:
            folded = table.alias.casefold()
            seen[folded] = seen.get(folded, 0) + 1
            self.aliases.append(table.alias if seen[folded] == 1 else f"{table.alias}_{seen[folded]}")

    def select(self) -> exp.Select:
        block = self.block
        select = exp.Select(
            expressions=[exp.alias_(self.write(o.expression), identifier(o.name)) for o in block.outputs]
        )
        joins, filters = self._joins()
        select.set("from_", exp.From(this=joins[0].this))
        if joins[1:]:
            select.set("joins", joins[1:])
        if filters:
            select.set("where", exp.Where(this=self._all(filters)))
        if block.groups:
            select.set("group", exp.Group(expressions=[self.write(g) for g in block.groups]))
        if block.having:
            select.set("having", exp.Having(this=self._all(block.having)))
        self._tail(select)
        return select

    def _joins(self) -> tuple[list[exp.Join], frozenset[Expression]]:
        """Inner tables, each ON what equates its columns with those before it, then the outer ones; and the filters
        that are left."""
        outer = {join.table: join for join in self.block.outer}
        left, joins = set(self.block.conditions), []
        for position in (i for i in range(len(self.block.tables)) if i not in outer):
            on = {c for c in left if column_pair(c) is not None}
            on = {c for c in on if max(tables(c)) == position and len(tables(c)) == 2 and not tables(c) & outer.keys()}
            left -= on
            joined = exp.Join(this=self._table(position))
            joined.set(*(("on", self._all(frozenset(on))) if on else ("kind", "CROSS")))
            joins.append(joined)
        for position, join in outer.items():
            joins.append(exp.Join(this=self._table(position), side="LEFT", on=self._all(join.conditions)))
        return joins, frozenset(left)

    def _tail(self, select: exp.Select) -> None:
        block = self.block
        if block.distinct:
            select.set("distinct", exp.Distinct())
        if block.order:
            ordered = [
                exp.Ordered(this=self.write(o.expression), desc=o.descending, nulls_first=o.nulls_first)
                for o in block.order
            ]
            select.set("order", exp.Order(expressions=ordered))
        for key, kind, count in (("limit", exp.Limit, block.limit), ("offset", exp.Offset, block.offset)):
            if count is not None:
                select.set(key, kind(expression=exp.Literal.number(count)))

    def _table(self, position: int) -> exp.Table:
        return table_node(self.block.tables[position].name, self.aliases[position])

    def _all(self, conditions: frozenset[Expression]) -> exp.Expression:
        return self._joined("and", sorted(conditions, key=lambda e: e.key)) if conditions else exp.true()

    def write(self, node: Expression) -> exp.Expression:
        if isinstance(node, Column):
            return exp.Column(this=identifier(node.name), table=identifier(self.aliases[node.table]))
        if isinstance(node, Literal):
            return literal(node)
        if isinstance(node, Aggregate):
            return self._aggregate(node)
        if node.op in _BINARY:
            left, right = (self._operand(arg) for arg in node.args)
            if node.op in _FLIPPED and isinstance(node.args[0], Literal):
                return _FLIPPED[node.op](this=right, expression=left)
            return _BINARY[node.op](this=left, expression=right)
        if node.op in FUNCTION_CLASSES:
            return self._function(node)
        return _CALLS[node.op](self, node)

    def _operand(self, node: Expression) -> exp.Expression:
        written = self.write(node)
        return exp.Paren(this=written) if isinstance(written, (exp.Binary, exp.Unary, exp.Connector)) else written

    def _aggregate(self, node: Aggregate) -> exp.Expression:
        inner: exp.Expression = exp.Star() if node.argument is None else self.write(node.argument)
        if node.distinct:
            inner = exp.Distinct(expressions=[inner])
        kind = exp.Count if node.function == "count" else CLASSES[node.function]
        written: exp.Expression = kind(this=inner)
        if node.where is None:
            return written
        return exp.Filter(this=written, expression=exp.Where(this=self.write(node.where)))

    def _function(self, node: Call) -> exp.Expression:
        kind, keys = FUNCTION_CLASSES[node.op]
        args = [self.write(arg) for arg in node.args]
        if keys[-1] == "expressions":
            return kind(this=args[0], expressions=args[1:])
        return kind(**dict(zip(keys, args, strict=False)))

    def flat(self, node: Call) -> exp.Expression:
        return self._joined(node.op, node.args)

    def _joined(self, op: str, parts: Iterable[Expression]) -> exp.Expression:
        """A condition of AND inside OR, or the other way round, stands in parentheses."""
        written = [self.write(part) for part in parts]
        inner = [exp.Paren(this=part) if isinstance(part, exp.Connector) else part for part in written]
        joined = inner[0]
        for part in inner[1:]:
            joined = (exp.And if op == "and" else exp.Or)(this=joined, expression=part)
        return joined

    def divide(self, node: Call) -> exp.Expression:
        left, right = (self._operand(arg) for arg in node.args)
        postgres = self.block.dialect == "postgres"
        return exp.Div(this=left, expression=right, typed=postgres, safe=not postgres)

    def cast(self, node: Call) -> exp.Expression:
        return exp.Cast(
            this=self.write(node.args[0]), to=exp.DataType.build(node.type.text, dialect=self.block.dialect)
        )

    def case(self, node: Call) -> exp.Expression:
        args = [self.write(arg) for arg in node.args]
        branches = [
            exp.If(this=condition, true=value) for condition, value in zip(args[:-1:2], args[1:-1:2], strict=True)
        ]
        return exp.Case(ifs=branches, default=args[-1])

    def truth(self, node: Call) -> exp.Expression:
        return exp.Is(this=self._operand(node.args[0]), expression=exp.Boolean(this=node.op == "is true"))


def literal(node: Literal) -> exp.Expression:
    if node.kind == "null":
        return exp.Null()
    if node.kind == "boolean":
        return exp.Boolean(this=bool(node.value))
    if node.kind == "text":
        return exp.Literal.string(str(node.value))
    if node.kind in ("date", "timestamp"):
        text = str(node.value).replace("T", " ")
        return exp.cast(exp.Literal.string(text), node.type.text)
    text = f"{node.value:f}" if node.kind == "number" else f"{node.value:E}"
    written: exp.Expression = exp.Literal.number(text.lstrip("-"))
    return exp.Neg(this=written) if text.startswith("-") else written


_CALLS: dict[str, Callable[[_Writer, Call], exp.Expression]] = {
    "and": _Writer.flat,
    "or": _Writer.flat,
    "not": lambda writer, node: exp.Not(this=writer._operand(node.args[0])),
    "neg": lambda writer, node: exp.Neg(this=writer._operand(node.args[0])),
    "/": _Writer.divide,
    "cast": _Writer.cast,
    "case": _Writer.case,
    "coalesce": lambda writer, node: exp.Coalesce(
        this=writer.write(node.args[0]), expressions=[writer.write(arg) for arg in node.args[1:]]
    ),
    "is null": lambda writer, node: exp.Is(this=writer._operand(node.args[0]), expression=exp.Null()),
    "is true": _Writer.truth,
    "is false": _Writer.truth,
    "in": lambda writer, node: exp.In(
        this=writer._operand(node.args[0]), expressions=[writer.write(arg) for arg in node.args[1:]]
    ),
    "trunc": lambda writer, node: exp.TimestampTrunc(
        this=writer.write(node.args[0]), unit=exp.Var(this=node.detail.upper())
    ),
    "extract": lambda writer, node: exp.Extract(
        this=exp.Var(this=node.detail.upper()), expression=writer.write(node.args[0])
    ),
}
