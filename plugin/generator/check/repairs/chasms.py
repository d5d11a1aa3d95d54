"""Two tables that hang from one parent and multiply each other's rows: appointments of clinics beside the monthly
reports of clinics. The one of which only the day, or what the parent has too, is read is left out."""

from __future__ import annotations

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.check.schema import Schema
from plugin.generator.generate.plan.names.naming import noun_of

_Known = dict[str, CatalogTable]


def repair(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place; returns notes."""
    said, notes = set(terms(question)), []
    for select in list(tree.find_all(exp.Select)):
        for alias, table in list(schema.read_by(select).items()):
            known = schema.read_by(select)
            if alias not in known or set(terms(noun_of(table))) <= said:
                continue
            for other, parent in _beside(alias, known):
                if _left_out(select, alias, other, parent, known):
                    notes.append(f"left out {table.name.name}, which multiplies {known[other].name.name}")
                    break
    return notes


def _beside(alias: str, known: _Known) -> list[tuple[str, str]]:
    """The tables that share a parent with it, each with that parent; where a key ties them they are no chasm."""
    own = known[alias]
    parents = {k.to_table: a for k in own.foreign_keys for a, t in known.items() if t.name == k.to_table}
    found = []
    for other, table in known.items():
        if other == alias or table.name == own.name or _tied(own, table) or other in parents.values():
            continue
        found += [(other, parents[k.to_table]) for k in table.foreign_keys if k.to_table in parents]
    return found


def _tied(one: CatalogTable, other: CatalogTable) -> bool:
    return any(k.to_table == b.name for a, b in ((one, other), (other, one)) for k in a.foreign_keys)


def _left_out(select: exp.Select, alias: str, other: str, parent: str, known: _Known) -> bool:
    """Whether all that is read of it stands elsewhere too; then it is read there."""
    stars = [star for star in select.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    if sum(t.name == known[alias].name for t in known.values()) != 1 or stars or select.find(exp.Subquery):
        return False
    ties = _ties(select, alias)
    if ties is None:
        return False
    own = {id(c) for c in ties.find_all(exp.Column)}
    used = [c for c in select.find_all(exp.Column) if id(c) not in own and _is_of(c, alias, known)]
    places = {id(c): _elsewhere(c, alias, other, parent, known) for c in used}
    if not used or not all(places.values()):
        return False
    for column in used:
        place = places[id(column)]
        assert place is not None
        _put(column, *place)
    _drop(select, alias, ties)
    return True


def _ties(select: exp.Select, alias: str) -> exp.Join | None:
    """The one join that names it: its own, or the first behind it where it is read first."""
    joins = select.args.get("joins") or []
    naming: list[exp.Join] = [j for j in joins if any(c.table.casefold() == alias for c in j.find_all(exp.Column))]
    is_own = [j for j in naming if j.this.alias_or_name.casefold() == alias]
    is_first = select.args["from_"].this.alias_or_name.casefold() == alias
    if len(naming) != 1 or (naming[0].side or "") or not (is_own or (is_first and naming[0] is joins[0])):
        return None
    return naming[0]


def _is_of(column: exp.Column, alias: str, known: _Known) -> bool:
    if column.table:
        return column.table.casefold() == alias
    holders = [a for a, t in known.items() if t.column(column.name)]
    return holders == [alias]


def _elsewhere(
    column: exp.Column, alias: str, other: str, parent: str, known: _Known
) -> tuple[str, CatalogColumn, bool] | None:
    """Where it stands too: the alias, the column, and whether it is the month of that day."""
    found = known[alias].column(column.name)
    if found is None:
        return None
    if tables.is_time(found):
        event = event_time(known[other])
        return (other, event, tables.grain(found) == "month") if event is not None else None
    for place in (parent, other):
        if (same := known[place].column(column.name)) is not None:
            return place, same, False
    return None


def _put(column: exp.Column, alias: str, found: CatalogColumn, of_month: bool) -> None:
    there: exp.Expression = exp.column(found.name, table=alias)
    if of_month and column.find_ancestor(exp.Where) is None:
        there = exp.TimestampTrunc(this=there, unit=exp.var("MONTH"))
    is_output = isinstance(column.parent, exp.Select) and column.arg_key == "expressions"
    column.replace(exp.alias_(there, column.name) if is_output and found.name != column.name else there)


def _drop(select: exp.Select, alias: str, ties: exp.Join) -> None:
    if ties.this.alias_or_name.casefold() != alias:
        select.args["from_"].set("this", ties.this)
    select.set("joins", [j for j in select.args["joins"] if j is not ties])
