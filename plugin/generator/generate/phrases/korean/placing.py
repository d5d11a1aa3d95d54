"""Korean phrases of what a value says of things: "Asia에 있는", "'AHD' 공항에서 출발하는", "USA 출신의"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import is_
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal, towards
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.schema import FROM, TO, speaks
from plugin.generator.generate.phrases.tree import Attribute, Compared

Placed = tuple[Compared, int]

_PLACES = listed("places")
_WITHIN = listed("within")


def of_value(q: Spoken, place: int, table: str) -> Iterator[Placed]:
    """ "Asia에 있는", "Caribbean 지역의", "'AHD' 공항에서 출발하는", "USA 출신의", "Asia 대륙이 아닌"."""
    begin, column = place, ""
    for attribute, end in nouns.own_attribute(q, place, table):
        if q.is_value(end):
            begin, column = end, attribute
    for found, end, every in nouns.value(q, begin, table):
        if column and found.attribute.column != column:
            continue
        for after in dict.fromkeys((kind(q, end, found.attribute, table), end)):
            yield from _placed(q, after, found) if not every else _of_all(q, after, found)


def kind(q: Spoken, place: int, attribute: Attribute, table: str) -> int:
    """Behind a value what it is: "Asia 대륙", "APG 공항"."""
    for other, end in nouns.attribute(q, place, table):
        if other.column == attribute.column:
            return end
    if attribute.path:
        return nouns.noun(q, place, attribute.table) or place
    return place


def _of_all(q: Spoken, place: int, found: Compared) -> Iterator[Placed]:
    """ "Asia와 Europe의", "Asia와 Europe에 있는": one thing has one value, so that of each are meant."""
    start = q.after(place, _PLACES)
    if start is not None and q.word(start - 1) == "의":
        yield found, start
    elif start is not None:
        yield from ((found, verb.end) for verb in adnominal(q, start) if verb.known and not verb.negated)


def _placed(q: Spoken, place: int, found: Compared) -> Iterator[Placed]:
    start = q.after(place, _PLACES)
    column = found.attribute.column
    if start is not None:
        for verb in adnominal(q, start):
            heading = towards(q, start, verb.end)
            if heading is True and (speaks(column, FROM) or not speaks(column, TO)):
                continue
            if heading is False and speaks(column, TO):
                continue
            yield replace(found, negated=verb.negated), verb.end
        if q.word(start - 1) in ("의", "출신") or (q.after(place, _WITHIN) == start and not speaks(column, FROM | TO)):
            yield found, start
    for end, denied in is_(q, q.skip(place, ("출신",))):
        yield replace(found, negated=denied), end
