"""Columns and outputs of the same name. Some engines put the output in: in `SELECT sum(x) AS x ... ORDER BY sum(x)`
ClickHouse and Spark find one sum inside another. With its table before it a column is meant everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def with_owners(tree: exp.Expression) -> exp.Expression:
    """A copy in which columns that an output is called like have their table before them, where there is one table to
    say. An order that is nothing but the name of an output stays."""
    copied = tree.copy()
    for select in copied.find_all(exp.Select):
        owner = _owner(select)
        named = {output.alias.casefold() for output in select.selects if isinstance(output, exp.Alias)}
        for column in list(_own_columns(select)) if owner and named else ():
            if column.name.casefold() in named and not column.table and not isinstance(column.parent, exp.Ordered):
                column.set("table", exp.to_identifier(owner))
    return copied


def _owner(select: exp.Select) -> str:
    """The one source that the columns come from; "" where there are several."""
    source = select.args.get("from_")
    return str(source.this.alias_or_name) if source is not None and not select.args.get("joins") else ""


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """Those outside the queries within it."""
    inner = set(map(id, select.find_all(exp.Query))) - {id(select)}
    for found in select.walk(prune=lambda node: id(node) in inner):
        if isinstance(found, exp.Column):
            yield found
