"""Phrases for what is asked of things: columns, aggregates, counts of others; and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.times import begun
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tree import (
    FIGURES,
    Aggregate,
    Attribute,
    Function,
    Order,
    Output,
    Related,
    Tally,
    Things,
)
from plugin.generator.generate.phrases.words import listed, phrases

Outputs = tuple[Output, ...]

NUMBER_OF = listed("number_of")
_ORDERED = listed("ordered")
_DIRECTED = listed("directed")
_ORDERING = phrases("list|listed|sorted|ordered|show|sort|order|arranged|list them|sort them|order them|show them")
_NEWEST = frozenset(("newest", "latest", "recent", "youngest"))
_OLDEST = frozenset(("oldest", "earliest"))
_RISING = ("ascending", "alphabetical", "increasing", "lexicographical", "chronological", "lexicographic")
_FALLING = ("descending", "decreasing", "reverse alphabetical")


@remembered
def outputs(q: Question, place: int, table: str) -> Iterator[tuple[Outputs, bool, int]]:
    """One or more of one table, whether each row is to come once, and the end."""
    for first, different, end in _one(q, place, table):
        yield first, different, end
        start = q.after(end, said.JOINED)
        if start is not None:
            for others, more, last in outputs(q, start, table):
                yield (*first, *others), different or more, last


def _one(q: Question, place: int, table: str) -> Iterator[tuple[Outputs, bool, int]]:
    for tally, end in tallies(q, place, table):
        yield (tally,), False, end
    start, different = nouns.determiner(q, place)
    found = list(nouns.attribute(q, start, table))
    for attribute, end in found:
        yield (attribute,), different, end
    named, label = nouns.noun(q, start, table), q.schema.label(table)
    if not found and named is not None and label and q.after(named, ("'s",)) is None:
        yield (Attribute(table, label),), different, named
    for functions, end in _functions(q, start):
        for attribute, last in _of_things(q, end, table):
            if q.schema.is_number(attribute.table, attribute.column) and not attribute.path:
                yield tuple(Aggregate(f, attribute) for f in functions), False, last


def _of_things(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    yield from nouns.attribute(q, place, table)
    for adverb in ("value of", "of the", "of", "number of"):
        if (start := q.after(place, (adverb,))) is not None:
            yield from nouns.attribute(q, start, table)


def _functions(q: Question, place: int) -> Iterator[tuple[tuple[Function, ...], int]]:
    """ "Average, minimum, and maximum" """
    end = q.after(place, said.FUNCTIONS)
    if end is None:
        return
    function = said.FUNCTIONS[" ".join(t.word for t in q.tokens[place:end])]
    yield (function,), end
    start = q.after(end, said.JOINED)
    if start is not None:
        for others, last in _functions(q, q.skip(start, ("the",))):
            yield (function, *others), last


def tallies(q: Question, place: int, table: str) -> Iterator[tuple[Tally, int]]:
    """ "The number of concerts" of each stadium."""
    start = q.after(place, NUMBER_OF)
    if start is None:
        return
    start, _ = nouns.determiner(q, start)
    for other, end in nouns.any_noun(q, start):
        path = q.schema.path(table, other) if other != table else ()
        if path and path[0].many and len(path) <= 2:
            yield Tally(Related(path, Things(other))), end


def order(q: Question, place: int, table: str, shown: Outputs) -> Iterator[tuple[Order, int]]:
    """ "In descending order of age", "ordered by name", "sorted by age from the oldest to the youngest"."""
    place = q.skip(place, phrases(",|and|, and"))
    yield from _first(q, place, table)
    start = q.after(place, _ORDERED)
    if start is not None:
        for by, end in _ordered_by(q, start, table, shown):
            yield from _direction(q, by, end)
        return
    place = q.skip(place, _ORDERING)
    for spoken, descending in (*((w, False) for w in _RISING), *((w, True) for w in _FALLING)):
        begin = q.after(place, [p.format(spoken) for p in _DIRECTED])
        if begin is not None:
            yield from ((Order(by, descending), end) for by, end in _ordered_by(q, begin, table, shown))
    last = q.after(
        place, phrases("alphabetically|in alphabetical order|in lexicographical order|in lexicographic order")
    )
    if last is not None and isinstance(shown[0], Attribute) and len(shown) == 1:
        yield Order(shown[0]), last


def _first(q: Question, place: int, table: str) -> Iterator[tuple[Order, int]]:
    """ "Newest first", "cheapest first"."""
    place = q.skip(place, ("with the", "the"))
    adjective = q.skip(place, ("most",))
    if q.word(adjective + 1) != "first":
        return
    if (newest := q.word(adjective) in _NEWEST) or q.word(adjective) in _OLDEST:
        if column := begun(q, table):
            yield Order(Attribute(table, column), newest), adjective + 2
        return
    for attribute, more in nouns.spoken_of(q, q.word(adjective), table):
        yield Order(attribute, more), adjective + 2


def _ordered_by(q: Question, place: int, table: str, shown: Outputs) -> Iterator[tuple[Output, int]]:
    start, _ = nouns.determiner(q, place)
    for attribute, end in nouns.attribute(q, start, table):
        yield attribute, end
    for tally, end in tallies(q, place, table):
        if tally in shown:
            yield tally, end


def _direction(q: Question, by: Output, place: int) -> Iterator[tuple[Order, int]]:
    yield Order(by), place
    for descending, name in ((False, "rising"), (True, "falling")):
        end = q.after(place, listed(name))
        if end is not None:
            yield Order(by, descending), end


def is_aggregate(asked: Outputs) -> bool:
    return all(isinstance(o, FIGURES) for o in asked)
