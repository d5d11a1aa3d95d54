"""Phrases for what was done, by a verb that rows are called after: "customers who ordered in 2020", "suppliers that
offer a steel part at a cost below 5", "clients that booked nothing"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english.quantities import quantities
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Counted, Path, Related, Things
from plugin.generator.generate.phrases.words import phrases

_AUXILIARY = phrases("is|are|was|were|do|does|did|has|have|had|has been|have been|had been")
_NOTHING = phrases("nothing|nothing at all|no one|nobody")
_ANYTHING = phrases("anything|anything at all|something|at all|at least once|once|ever")
_TIMES = phrases("times|time")
_FAR = 2  # keys to what it was done with

Read = Callable[[Question, int, str, int], Iterable[tuple[Things, bool, int]]]  # how other things are read
Say = Callable[[Question, Things, int, int], Iterable[tuple[Things, int]]]  # how more is said of things


def done(
    q: Question, place: int, table: str, deep: int, things: Read, all_said: Say
) -> Iterator[tuple[Related | Counted, int]]:
    start = q.skip(q.skip(place, said.RELATIVE), ("also", "still"))
    begun = q.skip(start, _AUXILIARY)
    turned = q.after(begun, said.NEGATED)
    verb = begun if turned is None else q.skip(turned, ("ever", "yet"))
    if verb in q.hits or not q.is_verb(verb):
        return
    spoken = q.tokens[verb].stem
    ways = [way for other in q.schema.tables if (way := _way(q, table, other, spoken, q.schema.is_deed))]
    if turned is not None and not ways:
        ways = [way for other in q.schema.tables if (way := _way(q, table, other, spoken, q.schema.is_like_deed))]
    if len(ways) != 1:
        return
    (path,) = ways
    nothing = q.after(verb + 1, _NOTHING)
    end = q.skip(verb + 1, _ANYTHING) if nothing is None else nothing
    if nothing is not None and turned is not None:
        return
    negated = turned is not None or nothing is not None
    for deed, last in _deeds(q, end, path, deep, things):
        for whole, after in all_said(q, deed, last, deep + 1):
            yield Related(path, whole, negated), after
    for begin, sign, number in quantities(q, end) if not negated else ():
        if (times := q.after(begin, _TIMES)) is not None:
            for whole, after in all_said(q, Things(path[-1].end), times, deep + 1):
                yield Counted(path, whole, sign, number), after


def _way(q: Question, table: str, other: str, verb: str, is_called: Callable[[str, str], bool]) -> Path:
    path = q.schema.path(table, other) if other != table and is_called(other, verb) else ()
    return path if len(path) == 1 and path[0].many else ()


def _deeds(q: Question, place: int, path: Path, deep: int, things: Read) -> Iterator[tuple[Things, int]]:
    """The rows alone, or with what they are of: "offer a part", "ordered brass parts"."""
    rows = path[-1].end
    yield Things(rows), place
    for other in q.schema.tables:
        onward = q.schema.path(rows, other) if other not in (rows, path[0].start) else ()
        for found, _, end in things(q, place, other, deep + 1) if 0 < len(onward) <= _FAR else ():
            yield Things(rows, (Related(onward, found),)), end
