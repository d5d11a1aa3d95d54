"""Near misses of a statement: what a model that nearly understood might have written. One change each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog_sync.model import Catalog, CatalogTable

_OPERATORS: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT,),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT,),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.And: (exp.Or,),
    exp.Or: (exp.And,),
    exp.Max: (exp.Min,),
    exp.Min: (exp.Max,),
    exp.Sum: (exp.Avg,),
    exp.Avg: (exp.Sum,),
    exp.Union: (exp.Intersect,),
    exp.Intersect: (exp.Union,),
    exp.Except: (exp.Union,),
}
Change = Callable[[exp.Expression], object]


def neighbours(sql: str, catalog: Catalog, most: int = 24) -> tuple[str, ...]:
    """Nothing for a statement that can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, dialect=catalog.dialect)
    except SqlglotError:
        return ()
    own = tree.sql(catalog.dialect)
    found = dict.fromkeys(text for text in _all(tree, catalog) if text != own)
    return tuple(found)[:most]


def _all(tree: exp.Expression, catalog: Catalog) -> Iterator[str]:
    """The n-th node of a copy is the n-th of the tree."""
    for place, node in enumerate(tree.walk()):
        for change in _changes(node, catalog):
            copied = tree.copy()
            change(list(copied.walk())[place])
            yield copied.sql(catalog.dialect)


def _changes(node: exp.Expression, catalog: Catalog) -> Iterator[Change]:
    for other in _OPERATORS.get(type(node), ()):
        yield _to(other)
    if isinstance(node, exp.Connector):
        yield lambda n: n.replace(n.this)
        yield lambda n: n.replace(n.expression)
    if isinstance(node, exp.Where | exp.Having):
        yield lambda n: n.pop()
    if isinstance(node, exp.Select):
        yield _toggle_distinct
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Column):
        yield lambda n: n.set("this", exp.Distinct(expressions=[n.this.copy()]))
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        yield lambda n: n.set("this", n.this.expressions[0].copy())
    if isinstance(node, exp.Ordered):
        yield lambda n: n.set("desc", not n.args.get("desc"))
    if isinstance(node, exp.Literal) and node.is_int:
        yield lambda n: n.replace(exp.Literal.number(int(n.this) + 1))
    if isinstance(node, exp.Join) and node.args.get("on") is not None:
        yield lambda n: n.set("side", "" if n.args.get("side") else "LEFT")
    if isinstance(node, exp.Column):
        yield from _other_columns(node, catalog)


def _to(other: type[exp.Expression]) -> Change:
    def change(node: exp.Expression) -> None:
        node.replace(other(**node.args))

    return change


def _toggle_distinct(node: exp.Expression) -> None:
    node.set("distinct", None if node.args.get("distinct") else exp.Distinct())


def _other_columns(node: exp.Column, catalog: Catalog) -> Iterator[Change]:
    """The next column of the same table that has the same type."""
    folded = node.name.casefold()
    homes = [t for t in catalog if t.column(folded) is not None]
    if len(homes) == 1 and (name := _sibling(homes[0], folded)):
        yield lambda n: n.set("this", exp.to_identifier(name))


def _sibling(table: CatalogTable, folded: str) -> str | None:
    own = table.column(folded)
    names = [c.name for c in table.columns if own is not None and c.type == own.type]
    place = next((i for i, name in enumerate(names) if name.casefold() == folded), 0)
    return names[(place + 1) % len(names)] if len(names) > 1 else None
