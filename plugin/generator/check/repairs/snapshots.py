"""Tables of snapshots hold everything once for each day: what there is, is in the latest."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from plugin.generator.check.schema import Schema
from plugin.generator.generate.plan.meaning.snapshots import day_of
from plugin.generator.generate.plan.nodes import named, relation


def repair(tree: exp.Expression, schema: Schema) -> list[str]:
    """Where a statement says nothing of the day, it means the latest. Works in place; returns notes."""
    return [note for select in list(tree.find_all(exp.Select)) for note in _latest(select, schema)]


def _latest(select: exp.Select, schema: Schema) -> Iterator[str]:
    for alias, table in schema.read_by(select).items():
        day = day_of(table)
        said = any(c.name.casefold() == day.casefold() for c in select.find_all(exp.Column)) if day else True
        if said:
            continue
        newest = exp.select(exp.Max(this=named(day))).from_(relation(table.name))
        own = named(day, alias if len(schema.read_by(select)) > 1 or alias != table.name.name.casefold() else "")
        select.where(exp.EQ(this=own, expression=newest.subquery()), copy=False)
        yield f"took the latest {day}"
