"""Joins that add nothing but rows: a table of which no column is used, or none that another has not too, and which the
question does not speak of."""

from __future__ import annotations

from collections.abc import Set

from sqlglot import exp

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.check.schema import Schema


def drop_unused(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """Works in place, from the last join backwards; returns notes.

    A join can stand for "has one"; then the question names the table by a word that no other table of the SELECT has,
    and the join stays.
    """
    said = set(terms(question))
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        for join in reversed(select.args.get("joins") or []):
            table = schema.table(join.this) if isinstance(join.this, exp.Table) else None
            if table is None or _is_used(join, select):
                continue
            others = [t for a, t in schema.read_by(select).items() if a != join.alias_or_name.casefold()]
            own = _called(table) - {word for other in others for word in _called(other)}
            if said & own or counts(select, own):
                continue
            join.pop()
            notes.append(f"left out {table.name.name}, of which nothing is used")
    return notes


def counts(select: exp.Select, words: Set[str]) -> bool:
    """A count is called as what is joined: `COUNT(t.title_id) AS loan_count`."""
    return any(s.alias and s.find(exp.Count) and set(terms(s.alias)) & words for s in select.selects)


def _called(table: CatalogTable) -> set[str]:
    return set(terms(table.name.name)) | {t for synonym in table.synonyms for t in terms(synonym)}


def _is_used(join: exp.Join, select: exp.Select) -> bool:
    alias = join.this.alias_or_name.casefold()
    own = {id(c) for c in join.find_all(exp.Column)}
    others = [c for c in select.find_all(exp.Column) if id(c) not in own]
    if any(c.table.casefold() == alias or (not c.table and isinstance(c.this, exp.Star)) for c in others):
        return True
    unqualified = any(not c.table for c in others)
    star = any(isinstance(s, exp.Star) for s in select.selects)
    return star or unqualified or not join.args.get("on") or (join.side or "").upper() in ("LEFT", "FULL", "RIGHT")


def drop_served(tree: exp.Expression, schema: Schema, question: str) -> list[str]:
    """`city.population` of a join with `country`, which has a population too, where the question speaks of no city:
    the country's. Works in place; returns notes."""
    said = set(terms(question))
    notes: list[str] = []
    for select in list(tree.find_all(exp.Select)):
        for alias, table in list(schema.read_by(select).items()):
            known = schema.read_by(select)
            others = {a: t for a, t in known.items() if a != alias}
            if said & _called(table) - {w for t in others.values() for w in _called(t)}:
                continue
            other = next((a for a, t in others.items() if said & _called(t) or len(others) == 1), None)
            if other is not None and _served(select, alias, other, known):
                notes.append(f"left out {table.name.name}, of which {known[other].name.name} has the columns too")
    return notes


def _served(select: exp.Select, alias: str, other: str, known: dict[str, CatalogTable]) -> bool:
    """Every column of `alias` becomes the one of `other` by the same name, or that it is joined by; its join goes."""
    joins = select.args.get("joins") or []
    ties = [j for j in joins if {c.table.casefold() for c in j.find_all(exp.Column)} == {alias, other}]
    if (
        len(joins) != len(known) - 1
        or len(ties) != 1
        or (ties[0].side or "")
        or len(list(select.find_all(exp.Select))) > 1
    ):
        return False
    own = {id(c) for c in ties[0].find_all(exp.Column)}
    used = [c for c in select.find_all(exp.Column) if c.table.casefold() == alias and id(c) not in own]
    equal = {}
    tie = ties[0].args["on"]
    for one in tie.flatten() if isinstance(tie, exp.And) else [tie]:
        if not isinstance(one, exp.EQ) or not all(isinstance(e, exp.Column) for e in (one.this, one.expression)):
            return False
        here, there = (one.this, one.expression) if one.this.table.casefold() == alias else (one.expression, one.this)
        equal[here.name.casefold()] = there.name
    named = {id(c): equal.get(c.name.casefold()) or _same(known[other], c.name) for c in used}
    if not used or not all(named.values()) or select.find(exp.Star):
        return False
    written = {n.alias_or_name.casefold(): n.alias_or_name for n in select.find_all(exp.Table)}
    for column in used:
        column.set("this", exp.to_identifier(named[id(column)]))
        column.set("table", exp.to_identifier(written[other]))
    if select.args["from_"].this.alias_or_name.casefold() == alias:
        select.args["from_"].set("this", ties[0].this)
    ties[0].pop()
    return True


def _same(table: CatalogTable, name: str) -> str:
    found = table.column(name)
    return found.name if found else ""
