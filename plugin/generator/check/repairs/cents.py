"""Money that is kept in cents is shown, and compared, in whole units: nobody asks for a revenue of 1,234,500 cents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from sqlglot import exp

from plugin.generator import units
from plugin.generator.check.schema import Schema

_SAID = re.compile(r"(?<!per )\bcents?\b|센트(?!럴)", re.IGNORECASE)
_AGGREGATES = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median)
_COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ, exp.Between, exp.In)
_AROUND = (exp.Paren, exp.Cast, exp.Coalesce, exp.Round)
_SCALED = (*_AROUND, *_AGGREGATES, exp.Filter, exp.Window, exp.Case, exp.If, exp.Mul, exp.Add, exp.Sub)
_HUNDRED, _HUNDREDTH = "100.0", 0.01
_ENDS = ("_in_cents", "_cents", "_cent")
_NOTE = "is kept in cents, shown in whole units"


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place on the numbers that money is compared with, and on what is shown by the outermost SELECT and those
    that it reads from; returns notes."""
    if _SAID.search(question) or not isinstance(tree, exp.Query):
        return []
    kept = [c for select in tree.find_all(exp.Select) for c in _kept_in_cents(select, tree, schema)]
    money, compared = {id(c) for c in kept}, list(tree.find_all(*_COMPARED))
    if not kept or any(_is_against_made(one, money) for one in compared):
        return []
    if any(map(_is_divided, kept)):
        compared = []  # who divides knows it, and compares with cents
    shown = list(_read_from(tree))
    found = [name for one in compared for name in _bounded(one, money)]
    found += [name for select in shown for name in _shown(select, money)]
    return [f"{name} {_NOTE}" for name in dict.fromkeys(found)]


def is_done(notes: Iterable[str]) -> bool:
    """What is put in whole units once is not put so again."""
    return any(note.endswith(_NOTE) for note in notes)


def _kept_in_cents(select: exp.Select, tree: exp.Query, schema: Schema) -> Iterator[exp.Column]:
    """The columns of base tables, none of what the statement makes itself."""
    made = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    nodes = [n for n in select.find_all(exp.Table) if n.parent_select is select]
    own = {n.alias_or_name.casefold() for n in nodes if n.name.casefold() in made and not n.db}
    known = {alias: table for alias, table in schema.read_by(select).items() if alias not in own}
    for column in [c for c in select.find_all(exp.Column) if c.parent_select is select]:
        owners = [t for alias, t in known.items() if column.table.casefold() in ("", alias)]
        columns = [c for t in owners if (c := t.column(column.name)) is not None]
        if len(columns) == 1 and units.in_cents(columns[0]):
            yield column


def _read_from(tree: exp.Query) -> Iterator[exp.Select]:
    """The SELECTs whose rows are those of the answer: no subquery of a condition."""
    for select in tree.find_all(exp.Select):
        inside = select.find_ancestor(exp.Where, exp.Having, exp.Join)
        if inside is None or isinstance(inside, exp.Join):
            yield select


def _is_against_made(compared: exp.Expression, money: Set[int]) -> bool:
    """With what the statement makes, or another column, of which it is not known in what it is."""
    sides = [[*_figures(side)] for side in compared.iter_expressions()]
    return any(id(c) in money for side in sides for c in side) and any(id(c) not in money for s in sides for c in s)


def _figures(side: exp.Expression) -> Iterator[exp.Column]:
    select = side.find(exp.Select)
    for part in select.selects if select is not None else (side,):
        yield from part.find_all(exp.Column)


def _bounded(compared: exp.Expression, money: Set[int]) -> Iterator[str]:
    sides = list(compared.iter_expressions())
    columns = [c for c in map(_added, sides) if c is not None and id(c) in money]
    for number in sides if len(columns) == 1 else ():
        while isinstance(number, exp.Neg | exp.Paren | exp.Cast):
            number = number.this
        if isinstance(number, exp.Literal) and not number.is_string:
            number.replace(exp.Literal.number(f"{float(number.this) * 100:.10g}"))
            yield columns[0].name


def _shown(select: exp.Select, money: Set[int]) -> Iterator[str]:
    is_last = select.find_ancestor(exp.CTE, exp.Subquery, exp.Select) is None
    for output in list(select.selects):
        name, value = output.alias_or_name, output.unalias()
        known = [a for a in output.find_all(*_AGGREGATES) if a.parent_select is select and not _is_compared(a)]
        added = [(a, c) for a in known if (c := _added(a)) is not None and id(c) in money]
        is_whole = bool(added)
        for aggregate, column in added:
            if not _is_divided(aggregate):
                _divide(aggregate)
                yield column.name
        if isinstance(value, exp.Column) and id(value) in money:
            _divide(value)
            output = output if isinstance(output, exp.Alias) else _named(value.parent, name)
            yield value.name
            is_whole = True
        if is_whole and is_last and isinstance(output, exp.Alias) and _bare(name) != name:
            output.set("alias", exp.to_identifier(_bare(name)))
            _rename(select, name)


def _named(divided: exp.Expression | None, name: str) -> exp.Expression:
    alias = exp.Alias(alias=exp.to_identifier(name))
    if divided is not None:
        divided.replace(alias)
        alias.set("this", divided)
    return alias


def _rename(select: exp.Select, name: str) -> None:
    """Of what is ordered by it."""
    order = select.args.get("order")
    for ordered in order.expressions if order is not None else ():
        if isinstance(ordered.this, exp.Column) and ordered.this.name == name:
            ordered.this.replace(exp.column(_bare(name)))


def _divide(node: exp.Expression) -> None:
    """With what belongs to it: SUM(x) OVER (...) / 100.0."""
    while isinstance(node.parent, exp.Filter | exp.Window) and node.parent.this is node:
        node = node.parent
    divided = exp.Div(expression=exp.Literal.number(_HUNDRED))
    node.replace(exp.Paren(this=divided) if isinstance(node.parent, exp.Binary) else divided)
    divided.set("this", node)


def _added(side: exp.Expression) -> exp.Column | None:
    """The column itself, or the one that is added up, also of some of the rows."""
    while isinstance(side, _AROUND):
        side = side.this
    inner = side.this if isinstance(side, _AGGREGATES) else side
    while isinstance(inner, _AROUND):
        inner = inner.this
    if isinstance(inner, exp.Case) and len(inner.args["ifs"]) == 1:
        other = inner.args.get("default")
        inner = inner.args["ifs"][0].args["true"] if other is None or other.find(exp.Column) is None else inner
    return inner if isinstance(inner, exp.Column) else None


def _is_compared(node: exp.Expression) -> bool:
    above = node.find_ancestor(*_COMPARED, exp.Select)
    return above is not None and not isinstance(above, exp.Select)


def _is_divided(node: exp.Expression) -> bool:
    """By a hundred already."""
    above = node.parent
    while isinstance(above, _SCALED):
        if isinstance(above, exp.Mul) and _HUNDREDTH in (_number(above.this), _number(above.expression)):
            return True
        node, above = above, above.parent
    return isinstance(above, exp.Div) and above.this is node and _number(above.expression) == float(_HUNDRED)


def _number(node: exp.Expression) -> float | None:
    bare = node.unnest()
    return float(bare.this) if isinstance(bare, exp.Literal) and not bare.is_string else None


def _bare(name: str) -> str:
    return next((name.removesuffix(end) for end in _ENDS if name.casefold().endswith(end)), name)
