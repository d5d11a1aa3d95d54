"""Questions for a day: "when did the North site open", "when was the last visit of Rex"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Function, Things
from plugin.generator.generate.phrases.words import phrases

_WHEN = phrases(
    "when|since when|on what day|on which day|on what date|on which date|what day|which day|what date|on what dates"
)
_BE = phrases("is|are|was|were|do|does|did|has|have|had")
_LAST = phrases("last|latest|most recent|newest|final")
_FIRST = phrases("first|earliest|oldest")
_UP = phrases("with us|up|us|in|been")


def when(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    start = q.after(place, _WHEN)
    begin = q.after(start, _BE) if start is not None else None
    if begin is None:
        return
    for found, _, end in things(q, begin, table):
        verb = q.skip(end, ("been",))
        days = [c for c, deeds in q.schema.deeds[table].items() if verb < q.end and q.tokens[verb].stem in deeds]
        if (found.conditions or found.best) and len(days) == 1:
            yield Asked(found, (Attribute(table, days[0]),)), q.skip(verb + 1, _UP)
    yield from _ends(q, begin, table)


def _ends(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """The last or first of what happened."""
    start, _ = nouns.determiner(q, place)
    own = event_time(q.schema.tables[table])
    if own is None or own.pii or not tables.is_time(own):
        return
    ends: tuple[tuple[tuple[str, ...], Function], ...] = ((_LAST, "max"), (_FIRST, "min"))
    for spoken, function in ends:
        begin = q.after(start, spoken)
        end = nouns.noun(q, begin, table) if begin is not None else None
        for found, last in all_said(q, Things(table), end) if end is not None else ():
            if found.best is None:
                asked = Asked(found, (Aggregate(function, Attribute(table, own.name)),))
                yield asked, last
                if last < q.end and q.tokens[last].stem in q.schema.deeds[table].get(own.name, ()):
                    yield asked, last + 1  # "when was the last machine installed"
