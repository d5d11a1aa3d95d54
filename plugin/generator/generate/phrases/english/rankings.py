"""Phrases that put values or parents in an order by a figure: "rank the sites by the number of visits"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.groups import by, figures
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.english.things import all_said
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Compared, Having, Order, Output, Share, Things
from plugin.generator.generate.phrases.words import phrases

_RANK = phrases("rank|rank all|sort|order|please rank")
_BY = phrases("by|by their|by the|by total")
_WITH = phrases("with|that have|who have|having|and|among those with")


def ranked(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Rank the sites by the number of visits", "top 3 sites by average bill with at least 10 bills"."""
    start = q.after(place, _RANK)
    limit: int | None = None
    if start is None:
        top = q.after(q.skip(place, ("the",)), ("top",))
        several = nouns.whole(q, top) if top is not None else None
        if several is None:
            return
        limit, start = several
    start, _ = nouns.determiner(q, start)
    for groups, end in by(q, start, table):
        begin = q.after(end, _BY)
        for shown, found, last in figures(q, begin, table) if begin is not None else ():
            if len(shown) != 1 or not isinstance(shown[0], Aggregate | Share):
                continue
            for rows, after in all_said(q, found, last):
                if not _bounds(rows, shown[0]):
                    asked = Asked(rows, (*groups, *shown), by=groups, order=Order(shown[0], True, limit))
                    yield asked, after
                    yield from ((replace(asked, having=(h,)), n) for h, n in _of_so_many(q, after, table, shown[0]))


def _bounds(found: Things, figure: Output) -> bool:
    """The rows' own ratings, where their average is asked for."""
    averaged = figure.attribute if isinstance(figure, Aggregate) else None
    return any(isinstance(c, Compared) and c.attribute == averaged for c in found.conditions)


def _of_so_many(q: Question, place: int, table: str, figure: Output) -> Iterator[tuple[Having, int]]:
    """ "... with at least 50 ratings": how many there are, of the rows or of what is averaged."""
    start = q.after(place, _WITH)
    for begin, sign, number in quantities(q, start) if start is not None else ():
        if (end := nouns.noun(q, begin, table)) is not None:
            yield Having(Aggregate("count"), sign, number), end
        if isinstance(figure, Aggregate) and figure.attribute is not None:
            for column, end in nouns.own_attribute(q, begin, table):
                if column == figure.attribute.column and q.is_plural(end - 1):
                    yield Having(Aggregate("count", figure.attribute), sign, number), end
