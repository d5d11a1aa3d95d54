"""English phrases that set the day of a deed against the one that was promised: "paid late", "returned after the due
date", "delivered on time"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.names import words
from catalog_sync.times import is_time
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import AgainstOther, Attribute, Sign
from plugin.generator.generate.phrases.words import phrases

_PROMISED = frozenset(
    ("due", "promised", "expected", "planned", "estimated", "scheduled", "required", "deadline", "target")
)
_BEING = phrases("was|were|is|are|had been|has been|have been|got|gets")
_WHEN: tuple[tuple[tuple[str, ...], Sign], ...] = (
    (phrases("late|too late|behind schedule|past due"), ">"),
    (phrases("on time|in time|by the deadline"), "<="),
    (phrases("early|ahead of time|ahead of schedule"), "<"),
)
_BESIDE: tuple[tuple[tuple[str, ...], Sign], ...] = (
    (phrases("after|later than|past"), ">"),
    (phrases("on or before|no later than|by"), "<="),
    (phrases("before|earlier than|ahead of"), "<"),
)


def late(q: Question, place: int, table: str) -> Iterator[tuple[AgainstOther, int]]:
    """Of one row that knows both days."""
    verb = q.skip(q.skip(place, said.RELATIVE), _BEING)
    done = [
        name
        for name, deeds in q.schema.deeds[table].items()
        if q.tokens[verb : verb + 1] and q.tokens[verb].stem in deeds
    ]
    promised = [c.name for c in q.schema.tables[table].columns if is_time(c) and _PROMISED & set(words(c.name).split())]
    done = [name for name in done if name not in promised]
    if len(done) != 1:
        return
    deed = Attribute(table, done[0])
    for spoken, sign in _WHEN if len(promised) == 1 else ():
        if (end := q.after(verb + 1, spoken)) is not None:
            yield AgainstOther(deed, sign, Attribute(table, promised[0])), end
    for spoken, sign in _BESIDE:
        if (begin := q.after(verb + 1, spoken)) is not None:
            begin = q.skip(begin, said.DETERMINERS)
            for other, end in _days(q, begin, table):
                if other != done[0]:
                    yield AgainstOther(deed, sign, Attribute(table, other)), end


def _days(q: Question, place: int, table: str) -> Iterator[tuple[str, int]]:
    """The day that is named: "the due date" of `due_on`, "the promised day"."""
    for column, end in nouns.own_attribute(q, place, table):
        if is_time(q.schema.column(table, column)):
            yield column, end
    for known in q.schema.tables[table].columns:
        first = stems(words(known.name))[:1]
        if is_time(known) and _PROMISED & set(words(known.name).split()) and q.is_form(place, first):
            yield known.name, q.skip(place + 1, ("date", "day", "time"))
