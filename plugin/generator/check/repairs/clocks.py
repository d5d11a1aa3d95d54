"""By which date a statement takes a period: that of what a row tells, unless the question speaks of another."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from backends.vectors.tokens import terms
from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.check.schema import Schema
from plugin.generator.generate.plan.names.naming import noun_of

_ORDER = frozenset(terms("last first latest"))
_SIGNS = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.Between)


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """ "Appointments in May" are not those checked in then, where some never were. Works in place; returns notes."""
    said, notes = set(terms(question)), []
    for select in tree.find_all(exp.Select):
        found = schema.read_by(select)
        bounds = list(_bounds(select, found))
        moved: set[TableName] = set()
        for column, table, known in bounds:
            if table.name in moved:
                continue
            event = event_time(table)
            deeds = tables.deeds(known, question) - _ORDER
            if deeds and not deeds & said and (below := _below(table, found)):
                alias, happened = below
                column.replace(exp.column(happened.name, table=alias))
                notes.append(f"took the period by {happened.name} instead of {known.name} of {table.name.name}")
                continue
            if above := _only_for_its_day(select, table, found, said, deeds & said):
                alias, happened = above
                for other in (c for c, t, _ in bounds if t.name == table.name):
                    other.replace(exp.column(happened.name, table=alias))
                moved.add(table.name)
                notes.append(
                    f"took the period by {happened.name}, of {found[alias].name.name}, not of {table.name.name}"
                )
                continue
            if event is None or event.name == known.name or deeds & said or not deeds:
                continue
            if any(c.name == event.name for _, _, c in bounds):
                continue
            if known.name in _grouped(select):
                continue
            column.set("this", exp.to_identifier(event.name))
            notes.append(f"took the period by {event.name} instead of {known.name}, of which nothing is said")
    return notes


def _below(table: CatalogTable, found: dict[str, CatalogTable]) -> tuple[str, CatalogColumn] | None:
    """The one table read that has a key to it, with the time of what its rows tell: stops in May, not machines
    overhauled then."""
    children = [(a, t) for a, t in found.items() if any(k.to_table == table.name for k in t.foreign_keys)]
    times = [(alias, event) for alias, child in children if (event := event_time(child)) is not None]
    return times[0] if len(times) == 1 and len(children) == 1 else None


def _only_for_its_day(
    select: exp.Select, table: CatalogTable, found: dict[str, CatalogTable], said: set[str], spoken: set[str]
) -> tuple[str, CatalogColumn] | None:
    """A table that nobody speaks of and of which nothing is read but this day: the parent's day is meant that is read
    anyway. `spoken`: what the question says was done on it. Takes the join away."""
    if set(terms(noun_of(table))) & said or sum(t.name == table.name for t in found.values()) != 1:
        return None
    alias = next(a for a, t in found.items() if t.name == table.name)
    joins = [j for j in select.args.get("joins") or [] if j.this.alias_or_name.casefold() == alias]
    on = {id(c) for j in joins for c in j.find_all(exp.Column)}
    bounds = {id(c) for c, t, _ in _bounds(select, found) if t.name == table.name}
    others = [c for c in select.find_all(exp.Column) if id(c) not in on | bounds]
    if (
        len(joins) != 1
        or joins[0].find(exp.Literal)
        or any(c.table.casefold() in ("", alias) and table.column(c.name) for c in others)
    ):
        return None
    parents = [(a, t) for a, t in found.items() if any(k.to_table == t.name for k in table.foreign_keys)]
    times = [(a, event) for a, t in parents if (event := event_time(t)) is not None]
    rest = [j for j in select.args["joins"] if j is not joins[0]]
    if len(times) != 1 or any(c.table.casefold() == alias for j in rest for c in j.find_all(exp.Column)):
        return None
    ((parent, event),) = times
    if spoken - {*terms(noun_of(found[parent])), *tables.deeds(event, "")}:
        return None  # "orders delivered in May"
    select.set("joins", rest)
    return times[0]


def regroup(tree: exp.Expression, schema: Schema) -> list[str]:
    """The period of a statement by months is that of the days that make its months. Works in place; returns notes."""
    notes = []
    for select in tree.find_all(exp.Select):
        bounds, shown = list(_bounds(select, schema.read_by(select))), _grouped(select)
        for column, table, known in bounds if len(shown) == 1 else ():
            (own,) = shown
            time = table.column(own)
            if own != known.name and time is not None and tables.is_time(time):
                column.set("this", exp.to_identifier(own))
                notes.append(f"took the period by {own}, by which it groups, instead of {known.name}")
    return notes


def _grouped(select: exp.Select) -> set[str]:
    """The columns of which the months or the like group."""
    group = select.args.get("group")
    by = group.expressions if group is not None else ()
    units = [unit for g in by for unit in g.find_all(exp.TimestampTrunc, exp.DateTrunc)]
    return {c.name for u in units for c in u.find_all(exp.Column)}


def retime(tree: exp.Expression, schema: Schema) -> list[str]:
    """`FROM holds WHERE out_date >= ...`, where the loans have an out_date: no key leads up from a hold to a loan, so
    the time of the hold is meant. Works in place; returns notes."""
    notes = []
    for select in tree.find_all(exp.Select):
        found = schema.read_by(select)
        times = [(a, c) for a, t in found.items() if (c := tables.time_column(t))]
        if len(times) != 1 or len(found) != len(_sources(select)):
            continue
        own = found[times[0][0]]
        outputs = {s.alias.casefold() for s in select.selects if s.alias}
        for column in [c for c in select.find_all(exp.Column) if c.find_ancestor(exp.Select) is select]:
            if column.name.casefold() in outputs or any(t.column(column.name) for t in found.values()):
                continue
            owners = [t for t in schema.tables if t.column(column.name)]
            if owners and all(_is_time_of(t, column.name) and not _is_above(t, own, schema) for t in owners):
                notes.append(f"{column.name} -> {times[0][1].name}, the time of {own.name.name}")
                column.set("this", exp.to_identifier(times[0][1].name))
                column.set("table", exp.to_identifier(times[0][0]) if len(found) > 1 else None)
    return notes


def _sources(select: exp.Select) -> list[exp.Expression]:
    source = select.args.get("from_")
    return [*([source.this] if source else []), *(j.this for j in select.args.get("joins") or [])]


def _is_time_of(table: CatalogTable, name: str) -> bool:
    known = tables.time_column(table)
    return known is not None and known.name.casefold() == name.casefold()


def _is_above(table: CatalogTable, own: CatalogTable, schema: Schema) -> bool:
    """Keys lead up from `own` to it."""
    path = schema.path([own], table)
    return bool(path) and all(any(edge is key for key in schema.edges) for edge in path or [])


def _bounds(
    select: exp.Select, found: dict[str, CatalogTable]
) -> Iterator[tuple[exp.Column, CatalogTable, CatalogColumn]]:
    """The dates of base tables that WHERE compares with a date as it is written."""
    where = select.args.get("where")
    for sign in where.find_all(*_SIGNS) if where is not None else ():
        column = sign.this
        if not isinstance(column, exp.Column) or sign.find_ancestor(exp.Select) is not select:
            continue
        others = [node for node in sign.iter_expressions() if node is not column]
        if any(node.find(exp.Column) for node in others) or not any(node.find(exp.Literal) for node in others):
            continue
        table = found.get(column.table.casefold()) if column.table else _only(found, column.name)
        known = table.column(column.name) if table is not None and table.view is None else None
        if table is not None and known is not None and tables.is_time(known):
            yield column, table, known


def _only(found: dict[str, CatalogTable], name: str) -> CatalogTable | None:
    holders = [table for table in found.values() if table.column(name)]
    return holders[0] if len(holders) == 1 else None
