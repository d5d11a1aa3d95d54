"""Phrases for what is true of things or not: flags ("active members", "that cover dental"), and what was done or not
yet ("unpaid invoices", where some have no day on which they were paid)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backends.vectors.english import stem
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tree import Attribute, Filled, Flagged
from plugin.generator.generate.phrases.words import phrases

_STILL = phrases("still|yet|already|currently|now|been|not yet")
_BE = tuple(f"{r} {b}".strip() for r in ("", "that", "which", "who") for b in ("", *said.BEING, "have", "has"))
_NOT = ("not", "n't", "never", "not yet", "no")
_DONE = ("ed", "en", "id", "nt", "ld", "ught", "out", "in")

State = Flagged | Filled


@remembered
def state(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """As it stands before a noun: "active", "unpaid"."""
    if any(hit.table == table for hit, _ in q.hits.get(place, ())):
        return
    for form, columns in q.schema.flags[table].items():
        if len(columns) == 1 and q.is_form(place, form):
            yield Flagged(Attribute(table, next(iter(columns)))), place + len(form)
    yield from _opposite(q, place, table)
    yield from _done(q, place, table)


def stated(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """As it stands behind one: "that are not active", "which do not cover dental", "still unpaid"."""
    start = q.skip(q.skip(place, _BE), _STILL)
    turned = q.after(start, _NOT)
    begin = q.skip(start if turned is None else turned, _STILL)
    if place != begin or q.skip(place, said.HAVING) != place:
        begin = q.skip(begin, said.HAVING) if turned is None else begin
    for found, end in state(q, begin, table):
        yield (found if turned is None else replace(found, negated=not found.negated)), q.skip(end, ("yet", "already"))


def _opposite(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "Inactive", "non-active" where there is a flag for active."""
    word = q.word(place)
    for prefix in ("in", "un", "non-", "non"):
        rest = word.removeprefix(prefix)
        columns = q.schema.flags[table].get((stem(rest),), frozenset()) if rest != word and len(rest) > 3 else ()
        if len(columns) == 1:
            yield Flagged(Attribute(table, next(iter(columns))), negated=True), place + 1


def _done(q: Question, place: int, table: str) -> Iterator[tuple[State, int]]:
    """ "Paid", "unpaid", of a day that not every row has."""
    word = q.word(place)
    bare = word.removeprefix("un")
    if not bare.endswith(_DONE):
        return
    able = {column for column, deeds in q.schema.deeds[table].items() if stem(bare) in deeds}
    found = [c for c in able if q.schema.column(table, c).gaps]
    if len(found) == 1 and len(able) == 1:
        yield Filled(Attribute(table, found[0]), negated=bare != word), place + 1
