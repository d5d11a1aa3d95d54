"""Phrases for the most and the least: "highest", "top 5", "oldest", "second largest"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Attribute, Best

_PLACES = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4}


def superlative_attribute(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, Best, int]]:
    for best, end in extreme(q, place):
        for attribute, after in nouns.attribute(q, end, table):
            if nouns.comparable(q, attribute, ["0000"]):
                found = Best(attribute, best[0], best[1], best[2])
                yield attribute, found, after


def extreme(q: Question, place: int) -> Iterator[tuple[tuple[bool, int, int], int]]:
    """ "Top 5 largest", "3 lowest", "second highest": whether it falls, how many, how many before."""
    skip, limit = 0, 1
    if (after := q.after(place, tuple(_PLACES))) is not None:
        skip, place = _PLACES[q.word(place)], after
    top = q.after(place, ("top", "bottom"))
    descending = q.word(place) != "bottom"
    if top is not None:
        place = top
    if number := nouns.whole(q, place):
        limit, place = number
    word = q.word(place)
    if word in said.HIGH | said.LOW:
        yield (word in said.HIGH, limit, skip), place + 1
    elif top is not None:
        yield (descending, limit, skip), place


def superlative(q: Question, place: int, table: str) -> Iterator[tuple[Best, int]]:
    """ "Oldest", "3 youngest", "most expensive", before a noun or behind a verb."""
    skip, limit = 0, 1
    if (after := q.after(place, tuple(_PLACES))) is not None:
        skip, place = _PLACES[q.word(place)], after
    if number := nouns.whole(q, place):
        limit, place = number
    turned = q.word(place) == "least"
    if q.word(place) in ("most", "least") and q.word(place + 1) in said.PLAIN:
        place += 1
    elif not q.word(place).endswith("st"):
        return
    for attribute, more in nouns.spoken_of(q, q.word(place), table):
        yield Best(attribute, more != turned, limit, skip), place + 1


def best_behind(q: Question, place: int, attribute: Attribute) -> Iterator[tuple[Best, int]]:
    """ "Whose capacity is the highest" """
    start = q.after(place, ("is", "are", "was", "is the", "are the", "was the"))
    if start is not None and q.word(start) in said.HIGH | said.LOW and not attribute.path:
        yield Best(attribute, q.word(start) in said.HIGH), start + 1
