"""From sqlglot's tree to canonical expressions: an allow-list. What has no rule here is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from materialized_views.blocks import canonical
from materialized_views.blocks.aggregates import read_aggregate
from materialized_views.blocks.expressions import NULL, Call, Expression, Literal
from materialized_views.blocks.refusal import Check, Refused
from materialized_views.blocks.scope import Scope
from materialized_views.blocks.types import BOOLEAN, TEXT, UNKNOWN, SqlType, sql_type

_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expression], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "//",
    exp.Mod: "%",
}
_PARTS: dict[type[exp.Expression], str] = {
    exp.Year: "year",
    exp.Quarter: "quarter",
    exp.Month: "month",
    exp.Day: "day",
    exp.DayOfMonth: "day",
    exp.DayOfWeek: "dow",
    exp.DayOfYear: "doy",
}
_FUNCTIONS: dict[type[exp.Expression], tuple[str, tuple[str, ...], SqlType]] = {
    exp.Lower: ("lower", ("this",), TEXT),
    exp.Upper: ("upper", ("this",), TEXT),
    exp.Trim: ("trim", ("this",), TEXT),
    exp.Length: ("length", ("this",), UNKNOWN),
    exp.Substring: ("substring", ("this", "start", "length"), TEXT),
    exp.Abs: ("abs", ("this",), UNKNOWN),
    exp.Round: ("round", ("this", "decimals"), UNKNOWN),
    exp.Floor: ("floor", ("this",), UNKNOWN),
    exp.Ceil: ("ceil", ("this",), UNKNOWN),
    exp.Nullif: ("nullif", ("this", "expression"), UNKNOWN),
    exp.Greatest: ("greatest", ("this", "expressions"), UNKNOWN),
    exp.Least: ("least", ("this", "expressions"), UNKNOWN),
}
"""Deterministic, of one row, and no aggregate. The type is of the result; UNKNOWN keeps it out of sums."""

FUNCTION_CLASSES = {name: (kind, keys) for kind, (name, keys, _) in _FUNCTIONS.items()}
_UNITS = frozenset(canonical.COARSER)
_KNOWN_PARTS = {"dayofweek": "dow", "dayofyear": "doy", "dayofmonth": "day", "weekday": "dow"}
_EXTRACTABLE = frozenset({"year", "quarter", "month", "day", "dow", "isodow", "doy", "week", "hour", "minute"})
_INTERVALS = frozenset({"day", "week", "month", "quarter", "year"})


@dataclass
class Reader:
    """`aliases` are names of the SELECT list that may stand here; `grouped` says whether aggregates may."""

    scope: Scope
    aggregates: bool = False
    aliases: dict[str, Expression] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        return self.scope.facts.dialect

    def read(self, node: exp.Expression) -> Expression:
        kind = type(node)
        if kind in _COMPARISONS:
            return canonical.compare(_COMPARISONS[kind], self.read(node.this), self.read(node.expression))
        if kind in _ARITHMETIC:
            return canonical.arithmetic(
                _ARITHMETIC[kind], self.read(node.this), self.read(node.expression), self.dialect
            )
        if kind in _PARTS:
            _only(node, "this")
            return canonical.extraction(_PARTS[kind], self.read(node.this), self.dialect)
        if kind in _FUNCTIONS:
            return self._function(node)
        rule = _RULES.get(kind)
        if rule is not None:
            return rule(self, node)
        found = read_aggregate(self, node)
        if found is None:
            raise Refused(Check.SHAPE, "expression", f"no rule for {node.sql(self.dialect)[:80]}")
        return found

    def all(self, nodes: Iterable[exp.Expression]) -> list[Expression]:
        return [self.read(node) for node in nodes]

    def condition(self, node: exp.Expression) -> Expression:
        found = self.read(node)
        if found.type.family != "boolean":
            raise Refused(Check.TYPES, "no_condition", f"{node.sql(self.dialect)[:80]} is no condition")
        return found

    def _function(self, node: exp.Expression) -> Expression:
        name, keys, kind = _FUNCTIONS[type(node)]
        _only(node, *keys)
        args: list[Expression] = []
        for key in keys:
            part = node.args.get(key)
            args += self.all(part) if isinstance(part, list) else [self.read(part)] if part is not None else []
        if kind == UNKNOWN and name in ("abs", "nullif"):
            kind = args[0].type
        return Call(name, tuple(args), kind)


def _only(node: exp.Expression, *keys: str) -> None:
    """What a node says beyond these keys has no rule."""
    extra = [k for k, v in node.args.items() if k not in keys and v not in (None, False, [])]
    if extra:
        raise Refused(Check.SHAPE, "expression", f"no rule for {extra[0]} of {node.key.upper()}")


def _column(reader: Reader, node: exp.Expression) -> Expression:
    assert isinstance(node, exp.Column)
    facts = reader.scope.facts
    if node.args.get("table") is None and isinstance(node.this, exp.Identifier):
        name = facts.written(node.this)
        if name in reader.aliases:
            return reader.aliases[name]
    return reader.scope.resolve(node)


def _literal(_: Reader, node: exp.Expression) -> Expression:
    return Literal("text", str(node.this), TEXT) if node.args.get("is_string") else canonical.number(str(node.this))


def _boolean(_: Reader, node: exp.Expression) -> Expression:
    return Literal("boolean", bool(node.this), BOOLEAN)


def _negative(reader: Reader, node: exp.Expression) -> Expression:
    inner = reader.read(node.this)
    if isinstance(inner, Literal) and isinstance(inner.value, Decimal):
        return Literal(inner.kind, -inner.value, inner.type)
    return Call("neg", (inner,), inner.type)


def _and(reader: Reader, node: exp.Expression) -> Expression:
    return canonical.conjunction([reader.condition(part) for part in node.flatten()])


def _or(reader: Reader, node: exp.Expression) -> Expression:
    return canonical.disjunction([reader.condition(part) for part in node.flatten()])


def _not(reader: Reader, node: exp.Expression) -> Expression:
    return canonical.negation(reader.condition(node.this))


def _is(reader: Reader, node: exp.Expression) -> Expression:
    inner, what = reader.read(node.this), node.expression
    if isinstance(what, exp.Null):
        return Call("is null", (inner,), BOOLEAN)
    if isinstance(what, exp.Boolean) and inner.type.family == "boolean":
        return Call("is true" if what.this else "is false", (inner,), BOOLEAN)
    raise Refused(Check.SHAPE, "expression", f"no rule for {node.sql(reader.dialect)[:80]}")


def _between(reader: Reader, node: exp.Expression) -> Expression:
    _only(node, "this", "low", "high")
    inner = reader.read(node.this)
    low, high = reader.read(node.args["low"]), reader.read(node.args["high"])
    return canonical.conjunction([canonical.compare(">=", inner, low), canonical.compare("<=", inner, high)])


def _in(reader: Reader, node: exp.Expression) -> Expression:
    _only(node, "this", "expressions")
    return canonical.membership(reader.read(node.this), reader.all(node.expressions))


def _like(reader: Reader, node: exp.Expression) -> Expression:
    left, right = reader.read(node.this), reader.read(node.expression)
    if left.type.family != "text" or not isinstance(right, Literal):
        raise Refused(Check.TYPES, "implicit_cast", f"{node.sql(reader.dialect)[:80]}: LIKE needs a text and a pattern")
    return Call("like" if isinstance(node, exp.Like) else "ilike", (left, right), BOOLEAN)


def _concat(reader: Reader, node: exp.Expression) -> Expression:
    parts = [reader.read(node.this), reader.read(node.expression)]
    if any(part.type.family != "text" for part in parts):
        raise Refused(Check.TYPES, "implicit_cast", f"{node.sql(reader.dialect)[:80]}: || needs two texts")
    return Call("||", tuple(parts), TEXT)


def _cast(reader: Reader, node: exp.Expression) -> Expression:
    if type(node) is not exp.Cast:
        raise Refused(Check.SHAPE, "try_cast", "TRY_CAST turns failures into NULL")
    _only(node, "this", "to")
    to = sql_type(node.args["to"].sql(reader.dialect), reader.dialect)
    if to == UNKNOWN:
        raise Refused(Check.TYPES, "cast", f"no rule for a cast to {node.args['to'].sql(reader.dialect)}")
    return canonical.cast(reader.read(node.this), to)


def _case(reader: Reader, node: exp.Expression) -> Expression:
    _only(node, "this", "ifs", "default")
    subject = reader.read(node.this) if node.this is not None else None
    parts: list[Expression] = []
    for branch in node.args["ifs"]:
        if subject is None:
            parts.append(reader.condition(branch.this))
        else:
            parts.append(canonical.compare("=", subject, reader.read(branch.this)))
        parts.append(reader.read(branch.args["true"]))
    default = node.args.get("default")
    return canonical.case([*parts, reader.read(default) if default is not None else NULL])


def _if(reader: Reader, node: exp.Expression) -> Expression:
    otherwise = node.args.get("false")
    parts = [reader.condition(node.this), reader.read(node.args["true"])]
    return canonical.case([*parts, reader.read(otherwise) if otherwise is not None else NULL])


def _coalesce(reader: Reader, node: exp.Expression) -> Expression:
    return canonical.coalesce([reader.read(node.this), *reader.all(node.expressions)])


def _trunc(reader: Reader, node: exp.Expression) -> Expression:
    _only(node, "this", "unit")
    unit = str(node.args["unit"].name).casefold()
    if unit not in _UNITS:
        raise Refused(Check.TIME, "unit", f"no rule for truncation to {unit}")
    return canonical.truncation(unit, reader.read(node.this), reader.dialect)


def _extract(reader: Reader, node: exp.Expression) -> Expression:
    return _part(reader, str(node.this.name), node.expression)


def _part(reader: Reader, part: str, node: exp.Expression) -> Expression:
    part = _KNOWN_PARTS.get(part.casefold(), part.casefold())
    if part not in _EXTRACTABLE:
        raise Refused(Check.TIME, "part", f"no rule for the part {part}")
    return canonical.extraction(part, reader.read(node), reader.dialect)


def _interval(reader: Reader, node: exp.Expression) -> Expression:
    unit = str(node.args["unit"].name).casefold().rstrip("s") if node.args.get("unit") is not None else ""
    amount = node.this.name if isinstance(node.this, exp.Literal) else ""
    if unit not in _INTERVALS or not amount.lstrip("-").isdigit():
        raise Refused(Check.TIME, "interval", f"no rule for {node.sql(reader.dialect)}")
    return Literal("interval", f"{amount} {unit}", UNKNOWN)


def _anonymous(reader: Reader, node: exp.Expression) -> Expression:
    name, args = str(node.this).casefold(), node.expressions
    if name in ("date_part", "datepart") and len(args) == 2 and isinstance(args[0], exp.Literal):
        return _part(reader, args[0].name, args[1])
    raise Refused(Check.SHAPE, "function", f"nothing is known of the function {node.this}")


_RULES: dict[type[exp.Expression], Callable[[Reader, exp.Expression], Expression]] = {
    exp.Column: _column,
    exp.Paren: lambda reader, node: reader.read(node.this),
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: lambda *_: NULL,
    exp.Neg: _negative,
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.ILike: _like,
    exp.DPipe: _concat,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Case: _case,
    exp.If: _if,
    exp.Coalesce: _coalesce,
    exp.TimestampTrunc: _trunc,
    exp.DateTrunc: _trunc,
    exp.Extract: _extract,
    exp.Interval: _interval,
    exp.Anonymous: _anonymous,
}

__all__ = ["FUNCTION_CLASSES", "Reader"]
