"""Phrases for what lies in one row together: "customers who bought a bread and a milk in the same order"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Related, Things
from plugin.generator.generate.phrases.words import phrases

_ONE = phrases("in the same|in one|in a single|in one and the same|on the same|within the same|within one")


def in_one(q: Question, place: int, table: str) -> Iterator[tuple[Related, int]]:
    """One of each value, in the same row between."""
    begin, _ = nouns.determiner(q, q.skip(place, ("both",)))
    for other in q.schema.tables:
        for found, end in nouns.value(q, begin, other):
            start = q.after(end, _ONE)
            either = any(q.word(n) in ("or", "either") for n in range(begin, end))
            if start is None or len(found.values) < 2 or found.attribute.path or either:
                continue
            for between, last in nouns.any_noun(q, start):
                way, inner = q.schema.path(table, between), q.schema.path(between, other)
                if len(way) == 1 and way[0].many and inner and inner[0].many:
                    each = Things(other, (replace(found, every=True),))
                    yield Related(way, Things(between, (Related(inner, each),))), last
