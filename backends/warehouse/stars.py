"""`*`: where it may stand, and what it stands for."""

from __future__ import annotations

from sqlglot import exp

from backends.errors import QueryRefused
from backends.warehouse.catalogue import Folding
from backends.warehouse.frames import Frame, StarItem, star_items


def may_stand(star: exp.Star) -> bool:
    """In a SELECT list, and as COUNT(*) or COUNT(t.*); nowhere inside an expression."""
    node: exp.Expression = star.parent if isinstance(star.parent, exp.Column) else star
    parent = node.parent
    if isinstance(parent, exp.Select):
        return node.arg_key == "expressions"
    return isinstance(parent, exp.Anonymous) and parent.name.lower() == "count" and len(parent.expressions) == 1


def expand_stars(select: exp.Select, frame: Frame, folding: Folding) -> None:
    expressions: list[exp.Expression] = []
    for item in select.expressions:
        expressions += _expand(item, frame, folding) if item.is_star else [item]
    select.set("expressions", expressions)


def _expand(item: exp.Expression, frame: Frame, folding: Folding) -> list[exp.Expression]:
    sources = frame.sources
    if isinstance(item, exp.Column):
        named = frame.source(folding.written(item.args["table"])) if item.args.get("table") else None
        if named is None or item.args.get("db"):
            raise QueryRefused("star", f"{item.sql()}: no table of the query is called so")
        sources = [named]
    if not any(source.relation.table for source in sources) and sources:
        return [item]  # what queries in FROM give was checked inside them
    star = item.this if isinstance(item, exp.Column) else item
    if not isinstance(star, exp.Star) or star.args.get("rename"):
        raise QueryRefused("star", f"{item.sql()} can't be written out", hint="name the columns")
    items = star_items(sources[0]) if isinstance(item, exp.Column) else frame.star
    return _written(star, items, folding)


def _written(star: exp.Star, items: list[StarItem], folding: Folding) -> list[exp.Expression]:
    left_out = {folding.written(name) for name in map(_identifier, star.args.get("except_") or [])}
    replaced = {folding.written(alias.args["alias"]): alias for alias in star.args.get("replace") or []}
    if any(each.source is None and each.column is None for each in items):
        raise QueryRefused("star", "* over this join with USING can't be written out", hint="name the columns")
    if (left_out or replaced) and any(each.column is None for each in items):
        raise QueryRefused("star", "EXCLUDE and REPLACE need known columns", hint="name the columns")
    return [replaced.get(each.column or "") or _column(each) for each in items if each.column not in left_out]


def _identifier(node: exp.Expression) -> exp.Identifier:
    found = node if isinstance(node, exp.Identifier) else node.this
    if not isinstance(found, exp.Identifier):
        raise QueryRefused("star", f"{node.sql()} is no column name")
    return found


def _column(item: StarItem) -> exp.Expression:
    table = item.source.identifier.copy() if item.source is not None else None
    if table is not None and not table.name:
        raise QueryRefused("star", "a query in FROM has no name", hint="give it an alias")
    if item.column is None:
        return exp.Column(this=exp.Star(), table=table)
    return exp.Column(this=exp.to_identifier(item.spelled, quoted=True), table=table)
