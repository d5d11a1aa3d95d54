"""Readings that fit the grammar and are hardly what is meant: the plant of the one best shipment."""

from __future__ import annotations

import re

from catalog_sync.model import CatalogColumn
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.generate.phrases.nouns import any_noun
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Best, Output, Related, Things, Within
from plugin.generator.generate.plan.additive import adds_up
from plugin.generator.generate.plan.snapshots import day_of

_WENT = re.compile(r"\b(?:never|not|n't) (?:show|showed|turn|turned) up\b|\bfailed to (?:show|turn up|attend)\b")
"""How it went, and not whether there was one."""
_NAMES = frozenset(("number", "no", "num", "id", "code", "key"))


def is_doubtful(asked: Asked, q: Question) -> bool:
    best = asked.things.best
    if _WENT.search(" ".join(token.word for token in q.tokens)):
        return True
    if any(_is_of_names(output, q) for output in asked.outputs):
        return True
    if _is_of_others(asked, q):
        return True
    if day_of(q.schema.tables[asked.things.table]):
        return True  # which of the snapshots is for who reads tables one by one
    return best is not None and (_is_of_a_lot(asked, best, q.schema) or _is_of_rows(asked.things, best, q))


def _is_of_others(asked: Asked, q: Question) -> bool:
    """ "Which restaurants serve Thai food" asks for restaurants, whatever else is told of them."""
    if not q.tokens or q.word(0) != "which":
        return False
    named = {table for table, _ in any_noun(q, 1)}
    attributes = [a for a in (*asked.outputs, *asked.by) if isinstance(a, Attribute)]
    shown = {a.table for a in attributes}
    leading = {
        str(k.to_table) for a in attributes for k in q.schema.tables[a.table].foreign_keys if k.columns == (a.column,)
    }
    return bool(named) and asked.things.table not in named and not (shown | leading) & named


def _is_of_names(output: Output, q: Question) -> bool:
    """ "The largest order" has not the highest order number."""
    if not isinstance(output, Aggregate) or output.function == "count" or output.attribute is None:
        return False
    *_, last = words(output.attribute.column).split()
    return last in _NAMES and not any(token.word in (last, f"{last}s") for token in q.tokens)


def _is_of_a_lot(asked: Asked, best: Best, schema: Schema) -> bool:
    """ "Which plant had the most revenue" of shipments: that of the one best row, where many rows have that value."""
    table = asked.things.table
    own = {schema.label(table), schema.key(table)}
    if not isinstance(best.by, Attribute) or best.by.path or not adds_up(best.by.column):
        return False
    shown = [o for o in asked.outputs if isinstance(o, Attribute) and o != best.by]
    kinds = [o for o in shown if not o.path and _repeats(schema.column(table, o.column))]
    return bool(kinds) and len(kinds) == len(shown) and not any(o.column in own for o in kinds)


def _repeats(column: CatalogColumn) -> bool:
    """Its values are few, or the names of what the rows belong to."""
    return bool(column.values) or words(column.name).endswith(" name")


def _is_of_rows(things: Things, best: Best, q: Question) -> bool:
    """ "Which machine had the most stops this year": a period is that of what is counted, unless the question says
    what else was done then."""
    if not isinstance(best.by, Related) or tables.event_time(q.schema.tables[best.by.path[-1].end]) is None:
        return False
    said = {token.stem for token in q.tokens}
    days = [
        c.attribute.column for c in things.conditions if isinstance(c, Within) and c.attribute.table == things.table
    ]
    return any(not said & q.schema.deeds[things.table].get(day, frozenset()) for day in days)
