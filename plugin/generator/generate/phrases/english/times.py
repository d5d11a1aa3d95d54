"""Phrases for when: "in 2024", "opened after 2015", "who joined last month"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from backends.vectors.english import stem
from catalog_sync.model import Catalog, CatalogColumn
from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import Token
from plugin.generator.generate.phrases.tree import Attribute, Within
from plugin.generator.generate.phrases.words import phrases
from plugin.generator.understand.dates import TimePhrase

_SAME = {"bought": (stem("purchased"), "buy"), "acquired": (stem("purchased"),), "sold": (stem("sale"),)}

_MADE = ("placed", "made", "created", "recorded")
Bounds = tuple[date | None, date | None]

_THERE = phrases("there|are there|were there|is there|was there|there were|there are|did we have|do we have|took place")
_BE = (*said.BEING, *(f"{r} {b}".strip() for r in ("that", "which", "who") for b in ("", *said.BEING)), *_THERE)
_IN = phrases("in|on|during|within|of|for|over|at|in the year|during the year|for the year|in the month of|back in")


def times(
    phrases: Iterable[TimePhrase], found: Sequence[Token], schema: Schema, catalog: Catalog
) -> dict[int, tuple[int, Mapping[str, Bounds]]]:
    """Place -> the end of a time expression there, and for each table its first day and the day after its last."""
    when: dict[int, tuple[int, Mapping[str, Bounds]]] = {}
    for phrase in phrases:
        places = [n for n, token in enumerate(found) if token.start >= phrase.span[0] and token.end <= phrase.span[1]]
        if places:
            resolved = {n: phrase.resolve(tables.today([t], catalog)) for n, t in schema.tables.items()}
            when[places[0]] = places[-1] + 1, {n: (p.start, p.end) for n, p in resolved.items()}
    return when


@remembered
def in_time(q: Question, place: int, table: str) -> Iterator[tuple[Within, int]]:
    """By the day of the deed that is named, else by that of what a row tells."""
    start = q.skip(place, _BE)
    if q.word(start) in _MADE and not any(True for _ in _deed(q, start, table)):
        start += 1
    for column, after in _deed(q, start, table):
        yield from within(q, after, table, column)
    either = [c.name for c in q.schema.tables[table].columns if tables.is_time(c) and _is_either(q, place, c)]
    if len(either) == 1:
        yield from within(q, start, table, either[0])
        return
    spoken = " ".join(token.word for token in q.tokens)
    own = tables.figure_time(q.schema.tables[table], spoken) or event_time(q.schema.tables[table])
    if own is None or own.pii or not tables.is_time(own):
        return
    if _is_done(q, place, table, own.name):
        return
    if not _is_of_things(q, table) or _is_new(q, place):
        yield from within(q, start, table, own.name)


def _is_either(q: Question, place: int, column: CatalogColumn) -> bool:
    """ "Won in 2024" is by the day on which deals were won or lost."""
    return place > 0 and stem(q.word(place - 1)) in tables.either_deeds(column)


def begun(q: Question, table: str) -> str:
    """The one day on which things came to be: joined_at of members."""
    found = [c for c in q.schema.deeds[table] if tables.is_beginning(q.schema.column(table, c))]
    return found[0] if len(found) == 1 else ""


def _deed(q: Question, place: int, table: str) -> Iterator[tuple[str, int]]:
    """ "Opened", "were paid"; not "issued" where two days are of that."""
    if not q.is_verb(place) or any(hit.table == table for hit, _ in q.hits.get(place, ())):
        return
    said_of = {stem(q.word(place)), *_SAME.get(q.word(place), ())}
    found = [c for c, deeds in q.schema.deeds[table].items() if deeds & said_of]
    if len(found) == 1:
        yield found[0], q.skip(place + 1, ("with us", "up", "us", "in"))


def within(q: Question, place: int, table: str, column: str) -> Iterator[tuple[Within, int]]:
    """The time that stands here, with or without "in" before it."""
    inside = q.skip(place, _IN)
    for start in dict.fromkeys((place, inside, q.skip(inside, ("the",)))):
        end, by_table = q.when.get(start, (start, {}))
        if table in by_table and any(by_table[table]):
            since, until = by_table[table]
            yield Within(Attribute(table, column), since, until), end


def _is_done(q: Question, place: int, table: str, column: str) -> bool:
    """ "Paid in 2024" is by the day of that and no other."""
    known = q.schema.deeds[table]
    others = {deed for c, deeds in known.items() for deed in deeds if c != column} - known.get(column, frozenset())
    return place > 0 and stem(q.word(place - 1)) in others


def _is_of_things(q: Question, table: str) -> bool:
    """Of people and places there are rows of all times: "clinics in 2024" are not those that opened then."""
    return bool(begun(q, table))


def _is_new(q: Question, place: int) -> bool:
    return any(q.word(n) in ("new", "newly") for n in range(place))
