"""English readings that fit the grammar and are hardly what is meant."""

from __future__ import annotations

import re

from catalog_sync.model import CatalogColumn
from catalog_sync.names import words
from plugin.generator import tables
from plugin.generator.generate.phrases.doubts.others import (
    is_named,
    values_of,
)
from plugin.generator.generate.phrases.doubts.unsaid import (
    was_so_then,
)
from plugin.generator.generate.phrases.english.nouns import any_noun
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Asked,
    Attribute,
    Best,
    Compared,
    Condition,
    Counted,
    Output,
    Related,
    Things,
    Within,
)
from plugin.generator.generate.plan.meaning.snapshots import day_of
from plugin.generator.generate.plan.names.additive import adds_up

_WENT = re.compile(r"\b(?:never|not|n't) (?:show|showed|turn|turned) up\b|\bfailed to (?:show|turn up|attend)\b")
"""How it went, and not whether there was one."""
_NOT_HOW = re.compile(r"(?:\bnot|n't|\bnever) \w+ (?:by|via|with|through|using)\b", re.IGNORECASE)
_NOW = re.compile(r"\b(?:right now|currently|at the moment|at present|these days|nowadays)\b", re.IGNORECASE)
_OLDER = re.compile(r"\b(?:older|newer) than \d+ (?:day|week|month|hour)s?\b", re.IGNORECASE)
_NO_SUCH = re.compile(r"\b[a-z]+(?:ed|t|n) (?:no|zero) [a-z]", re.IGNORECASE)
_NAMES = frozenset(("number", "no", "num", "id", "code", "key"))


def is_doubtful_in_english(asked: Asked, q: Question, question: str) -> bool:
    best = asked.things.best
    if _NOT_HOW.search(question) and len(list(values_of(asked.things, ""))) > 1:
        return True  # "not paid by card" is not unpaid
    if _was_not_then(asked, q) or was_so_then(asked, q) or _OLDER.search(question):
        return True
    if _NO_SUCH.search(question) and not any(_is_none(c) for c in asked.things.conditions):
        return True  # who "delivered no orders" did so for none
    if _WENT.search(" ".join(token.word for token in q.tokens)):
        return True
    if any(_is_of_names(output, q) for output in asked.outputs):
        return True
    if _is_of_others(asked, q) or _offers(asked, q) or _is_of_today(asked, q.schema, question):
        return True
    if day_of(q.schema.tables[asked.things.table]):
        return True  # which of the snapshots is for who reads tables one by one
    if best is None:
        return False
    return _is_of_a_lot(asked, best, q) or _is_of_rows(asked.things, best, q)


def _is_none(condition: Condition) -> bool:
    return getattr(condition, "negated", False) or (isinstance(condition, Counted) and condition.number == "0")


def _offers(asked: Asked, q: Question) -> bool:
    """ "How many supplier offers" are offers, and no suppliers who offer something."""
    at = next((n for n in range(len(q.tokens) - 3) if (q.word(n), q.word(n + 1)) == ("how", "many")), None)
    if at is None or q.is_plural(at + 2) or not q.is_plural(at + 3):
        return False
    whose, rows = ({table for table, _ in any_noun(q, place)} for place in (at + 2, at + 3))
    return asked.things.table in whose - rows and bool(rows)


def _is_of_today(asked: Asked, schema: Schema, question: str) -> bool:
    """Units that are "leased right now" have a lease that goes on, and not one that ever was."""
    ever = (c for c in asked.things.conditions if isinstance(c, Related) and c.path[0].many)
    of_rows = [schema.tables[c.path[-1].end] for c in ever if not (c.things.conditions or c.things.best)]
    return any(map(tables.comes_to_an_end, of_rows)) and _NOW.search(question) is not None


def _was_not_then(asked: Asked, q: Question) -> bool:
    """ "Employees without attendance last month", "members who made a claim last year" were not all hired then."""
    things = asked.things
    others = any(isinstance(c, Related | Counted) and c.path[0].many for c in things.conditions)
    own = [c.attribute for c in things.conditions if isinstance(c, Within) and not c.attribute.path]
    said = {token.stem for token in q.tokens}
    deeds = q.schema.deeds[things.table]
    best = things.best is not None and isinstance(things.best.by, Related)
    years = [c.attribute for c in things.conditions if isinstance(c, Compared) and not c.attribute.path]
    years = [y for y in years if words(y.column).split()[-1] == "year" and not {*stems(words(y.column))} <= said]
    return (others and any(not said & deeds.get(day.column, frozenset()) for day in own)) or (
        (others or best) and bool(years)
    )


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


def _is_of_a_lot(asked: Asked, best: Best, q: Question) -> bool:
    """ "Which plant had the most revenue" of shipments: that of the one best row, where many rows have that value;
    "which ticket category has the lowest rating" is no ticket's."""
    table, schema = asked.things.table, q.schema
    own = {schema.label(table), schema.key(table)}
    asks = q.word(0) in ("which", "what")
    kind = asks and any(end < len(q.tokens) for known, end in any_noun(q, 1) if known == table)
    kind = kind or (asks and not is_named(table, q))
    if not isinstance(best.by, Attribute) or best.by.path or not (adds_up(best.by.column) or kind):
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
