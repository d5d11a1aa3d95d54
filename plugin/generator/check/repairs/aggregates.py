"""Structural repair of aggregates: what no engine runs, and what has only one meaning."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.check.repairs.called import name_of
from plugin.generator.check.schema import Schema
from plugin.generator.understand.periods import Unit

_UNITS: tuple[Unit, ...] = ("year", "quarter", "month", "week", "day")
_HOW_MANY = frozenset(
    ["population", "populations", "headcount", "attendance", "quantity", "qty", "units", "pieces", "count", "counts"]
)
_BOUNDARY = (exp.Subquery, exp.Select)


def repair(tree: exp.Expression, schema: Schema) -> list[str]:
    """Works in place; returns notes."""
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        notes += [f"took {inner} out of another aggregate" for inner in _unnested(select)]
        notes += [f"added up {name}, by which nothing is grouped" for name in _added_up(select, schema)]
        notes += [f"added up {name}, which counts already" for name in _counts_of_counts(select)]
        notes += [f"grouped by {name} too: two may have one name" for name in _by_key(select, schema)]
        notes += [f"took {name} as it is: one for each group" for name in _not_added_up(select, schema)]
    return notes


def _unnested(select: exp.Select) -> Iterator[str]:
    """SUM(CASE WHEN ... THEN SUM(x) END) adds up x."""
    for inner in list(select.find_all(exp.AggFunc)):
        outer = inner.find_ancestor(exp.AggFunc, *_BOUNDARY)
        if not isinstance(outer, exp.AggFunc) or inner.find_ancestor(exp.Select) is not select:
            continue
        if isinstance(outer.parent, exp.Window) or isinstance(inner.parent, exp.Window):
            continue
        argument = inner.this
        is_column = isinstance(argument, exp.Expression) and not isinstance(argument, (exp.Star, exp.Distinct))
        yield inner.sql()
        inner.replace(argument.copy() if is_column else exp.Literal.number(1))


def _added_up(select: exp.Select, schema: Schema) -> Iterator[str]:
    """A figure beside groups, or in their order, that is in no aggregate is meant as their sum."""
    group = select.args.get("group")
    if group is None or any(group.args.get(k) for k in ("all", "rollup", "cube", "grouping_sets")):
        return
    known = schema.read_by(select)
    outputs = {s.alias.casefold() for s in select.selects if s.alias}
    grouped = {g.name.casefold() for g in group.expressions if isinstance(g, exp.Column)}
    grouped |= {s.name.casefold() for s in _by_place(select, group) if isinstance(s, exp.Column)}
    whole = {g.sql() for g in group.expressions}
    for part in (*select.selects, select.args.get("having"), select.args.get("order")):
        if part is None or part.unalias().sql() in whole:
            continue
        hidden = outputs if isinstance(part, (exp.Having, exp.Order)) else set()
        for column in list(part.find_all(exp.Column)):
            name = column.name.casefold()
            free = name not in grouped and not (name in hidden and not column.table)
            inside = column.find_ancestor(exp.AggFunc, exp.Window, *_BOUNDARY)
            if free and inside is select and _is_figure(column, known, grouped):
                column.replace(exp.Sum(this=column.copy()))
                yield column.name


def _by_key(select: exp.Select, schema: Schema) -> Iterator[str]:
    """Things that are grouped by their name alone, joined by their key; a name of a few, which are all known, is taken
    for one of one thing."""
    group, known = select.args.get("group"), schema.read_by(select)
    if group is None or len(known) < 2 or any(group.args.get(k) for k in ("all", "rollup", "cube", "grouping_sets")):
        return
    for column in [g for g in group.expressions if isinstance(g, exp.Column)]:
        alias = next((a for a, t in known.items() if a == column.table.casefold() and t.view is None), "")
        called = name_of(known[alias]) if alias else None
        if called is None or called.values_exact or called.name.casefold() != column.name.casefold():
            continue
        key = known[alias].primary_key
        ties = [c for j in select.args.get("joins") or [] for c in (j.args.get("on") or j).find_all(exp.Column)]
        if len(key) == 1 and any(c.table.casefold() == alias and c.name.casefold() == key[0].casefold() for c in ties):
            own = exp.column(key[0], table=column.table)
            if all(g.sql().casefold() != own.sql().casefold() for g in group.expressions):
                group.append("expressions", own)
                yield key[0]


def _counts_of_counts(select: exp.Select) -> Iterator[str]:
    """COUNT(population) counts the rows, where the people are meant."""
    for count in list(select.find_all(exp.Count)):
        column = count.this
        if isinstance(column, exp.Column) and words(column.name).rpartition(" ")[2] in _HOW_MANY:
            yield column.name
            count.replace(exp.Sum(this=column))


def _not_added_up(select: exp.Select, schema: Schema) -> Iterator[str]:
    """In groups by a table's key, the sum of a figure of its own counts it once for each row that is joined to it."""
    group, known = select.args.get("group"), schema.read_by(select)
    if group is None or len(known) < 2:
        return
    grouped = {(g.table.casefold(), g.name.casefold()) for g in group.expressions if isinstance(g, exp.Column)}
    for total in list(select.find_all(exp.Sum)):
        column = total.this
        table = known.get(column.table.casefold()) if isinstance(column, exp.Column) else None
        if table is None or not table.primary_key or total.find_ancestor(exp.Select) is not select:
            continue
        if {(column.table.casefold(), key.casefold()) for key in table.primary_key} <= grouped:
            total.replace(column)
            if (column.table.casefold(), column.name.casefold()) not in grouped:
                group.append("expressions", column.copy())
            yield column.name


def _by_place(select: exp.Select, group: exp.Group) -> Iterator[exp.Expression]:
    for one in group.expressions:
        if isinstance(one, exp.Literal) and one.is_int and 0 < int(one.this) <= len(select.selects):
            yield select.selects[int(one.this) - 1].unalias()


def _is_figure(column: exp.Column, known: dict[str, CatalogTable], grouped: set[str]) -> bool:
    """A number that is no key, of a table that is known and by whose key nothing is grouped: such a number is one."""
    owners = [t for alias, t in known.items() if column.table.casefold() in ("", alias) and t.column(column.name)]
    if len(owners) != 1:
        return False
    found = owners[0].column(column.name)
    own = {key.casefold() for key in owners[0].primary_key}
    if own and own <= grouped:
        return False
    keys = {*owners[0].primary_key, *(c for k in owners[0].foreign_keys for c in k.columns)}
    is_unit = any(tables.is_unit(column.name, unit) for unit in _UNITS)
    return found is not None and tables.is_number(found) and found.name not in keys and not is_unit
