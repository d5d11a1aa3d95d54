"""Phrases for rates of a value and for averages of counts: "the no-show rate", "the average number of visits per
client"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tree import Attribute, Output, PerThing, Share, Things
from plugin.generator.generate.phrases.words import phrases

_RATE = ("rate", "rates")
_AVERAGE = phrases("average number of|the average number of|mean number of|the mean number of|average count of")
_PER = phrases("per|for each|for every|of each|of every|by each|each")
_ON_AVERAGE = phrases("on average|in the mean|on the average")

Figure = tuple[Output, Things, int]


@remembered
def ratios(q: Question, place: int, table: str) -> Iterator[Figure]:
    """A figure, the things that it is of, and the end."""
    yield from _rate(q, place, table)
    yield from _per_thing(q, place, table)


def _rate(q: Question, place: int, table: str) -> Iterator[Figure]:
    """ "The no-show rate": of a value of the things' own."""
    start, _ = nouns.determiner(q, place)
    for compared, end in nouns.value(q, start, table):
        last = q.after(end, _RATE)
        if last is None or compared.attribute.path or len(compared.values) != 1:
            continue
        yield Share((compared,)), Things(table), last
        of = q.after(last, ("of", "of all", "for", "among"))
        for whole, _, after in things(q, of, table) if of is not None else ():
            yield Share((compared,)), whole, after


def _per_thing(q: Question, place: int, table: str) -> Iterator[Figure]:
    """ "The average number of visits per client in 2024", of the clients that have any."""
    start = q.after(place, _AVERAGE)
    for counted, _, end in things(q, start, table) if start is not None else ():
        each = q.after(end, _PER)
        for key, last in _key(q, each, table) if each is not None and counted.best is None else ():
            for whole, after in all_said(q, counted, last):
                if whole.best is None:
                    yield PerThing(key), whole, after
    many = q.after(place, ("how many",))
    for counted, _, end in things(q, many, table) if many is not None else ():
        per = q.after(end, (*_PER, "does a", "does an", "does each", "does the average", "do", "did each"))
        for key, last in _key(q, per, table) if per is not None and counted.best is None else ():
            verb = last + 1 if q.word(last) in said.HAVING or q.is_verb(last) else last
            if (behind := q.after(verb, _ON_AVERAGE)) is not None:
                yield PerThing(key), counted, behind


def _key(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """That leads to what the counts are for."""
    for other, path in nouns.parents(q, table):
        end = nouns.noun(q, place, other)
        if end is not None and len(path) == 1 and len(path[0].columns) == 1:
            yield Attribute(table, path[0].columns[0]), end
