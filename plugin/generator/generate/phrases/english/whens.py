"""Questions for a day: "when did the North site open", "when was the last visit of Rex"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Filled, Function, Things
from plugin.generator.generate.phrases.words import phrases

_WHEN = phrases(
    "when|since when|on what day|on which day|on what date|on which date|what day|which day|what date|on what dates"
)
_BE = phrases("is|are|was|were|do|does|did|has|have|had")
_LAST = phrases("last|latest|most recent|newest|final")
_FIRST = phrases("first|earliest|oldest")
_HAPPENED = phrases("happen|happened|occur|occurred|take place|placed|made|come in|recorded")
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
            done = any(isinstance(c, Filled) for c in found.conditions)  # the last one delivered
            if found.best is None and not done:
                asked = Asked(found, (Aggregate(function, Attribute(table, own.name)),))
                yield asked, last
                yield from ((asked, end) for end in (q.after(last, _HAPPENED),) if end is not None)
                yield from _done_then(q, last, found, function)


def _done_then(q: Question, place: int, found: Things, function: Function) -> Iterator[tuple[Asked, int]]:
    """ "When was the last machine installed", "the last order delivered": by the day of that."""
    deeds = q.schema.deeds[found.table].items()
    days = [c for c, verbs in deeds if place < q.end and q.tokens[place].stem in verbs]
    if len(days) == 1:
        yield Asked(found, (Aggregate(function, Attribute(found.table, days[0])),)), place + 1
