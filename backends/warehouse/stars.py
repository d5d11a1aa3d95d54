"""Writes out what `*` stands for."""

from __future__ import annotations

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.catalogue import Folding
from backends.warehouse.frames import Frame, StarItem, star_items


def expand_stars(select: exp.Select, frame: Frame, folding: Folding) -> None:
    expressions: list[exp.Expression] = []
    for item in select.expressions:
        expressions += _expand(item, frame, folding) if item.is_star else [item]
    select.set("expressions", expressions)


def _expand(item: exp.Expression, frame: Frame, folding: Folding) -> list[exp.Expression]:
    star = item.this if isinstance(item, exp.Column) else item
    if not isinstance(star, exp.Star) or star.args.get("rename"):
        raise QueryRefused("star", f"{item.sql()} can't be written out", hint="name the columns")
    if isinstance(item, exp.Column):
        source = frame.source(folding.written(item.args["table"]))
        if source is None or item.args.get("db"):
            raise QueryRefused("star", f"{item.sql()}: no table of the query is called so")
        items = star_items(source)
    else:
        items = frame.star
    if any(each.source is None and each.column is None for each in items):
        raise QueryRefused("star", "* over a join with USING can't be written out here", hint="name the columns")
    left_out = {folding.written(name) for name in map(_identifier, star.args.get("except_") or [])}
    replaced = {folding.written(alias.args["alias"]): alias for alias in star.args.get("replace") or []}
    if (left_out or replaced) and any(each.column is None for each in items):
        raise QueryRefused("star", "EXCLUDE and REPLACE need known columns", hint="name the columns")
    return [replaced.get(each.column or "") or _written(each) for each in items if each.column not in left_out]


def _identifier(node: exp.Expression) -> exp.Identifier:
    found = node if isinstance(node, exp.Identifier) else node.this
    if not isinstance(found, exp.Identifier):
        raise QueryRefused("star", f"{node.sql()} is no column name")
    return found


def _written(item: StarItem) -> exp.Expression:
    if item.column is None and item.source is not None:
        return exp.Column(this=exp.Star(), table=item.source.identifier.copy())
    table = item.source.identifier.copy() if item.source is not None else None
    return exp.Column(this=exp.to_identifier(item.spelled, quoted=True), table=table)
