"""Phrases for the first and the last of what things have: "customers whose first order was in 2019", "who placed their
last order before May"; and for the days from one to the next: "ordered again within 30 days of their first order",
"the average number of days between a customer's first and second order"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from backends.vectors.english import stem
from catalog_sync.documents import words
from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.english.times import within
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import (
    Again,
    Asked,
    Condition,
    Function,
    Gap,
    Path,
    Reached,
    Things,
)
from plugin.generator.generate.phrases.words import phrases

End = Literal["min", "max"]

_FIRST = phrases("first|very first|earliest")
_LAST = phrases("last|very last|latest|most recent|newest")
_ENDS: dict[End, frozenset[str]] = {"min": frozenset({"first", "earliest"}), "max": frozenset({"last", "latest"})}
_OWN = phrases("their|its|his|her|the|a|their own")
_MADE = phrases("place|placed|make|made|have|had|give|gave|do|did|submit|submitted")
_AUXILIARY = phrases("have|has|had|did|do|does")
_WAS = phrases("was|is|were|are|came|falls|fell|took place|happened|was made|was placed")
_DAYS = phrases("day|days")
_HOW_MANY_DAYS = phrases("how many days|how much time in days|how long in days")
_PASS = phrases("pass|passed|are there|were there|lie|go by|went by|elapse|elapsed|is it|does it take|do there lie")
_ON_AVERAGE = phrases("on average|typically")
_NUMBER = phrases("number of days|days|time in days|gap in days|days that pass|number of days that pass")
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "latest": -1}


def of_ends(q: Question, place: int, table: str) -> Iterator[tuple[Condition, int]]:
    """What is said of the first or the last row of each thing."""
    whose = q.after(place, ("whose",))
    relative = q.skip(place, said.RELATIVE)
    start = q.skip(relative, _AUXILIARY)
    made = [end for begin in dict.fromkeys((relative, start)) if (end := q.after(begin, _MADE)) is not None]
    owned = [q.skip(end, _OWN) for end in made]
    for begin in (*([whose] if whose is not None else []), *owned):
        for function, path, end in _end_of(q, begin, table):
            after = q.skip(end, _WAS) if begin == whose else end
            yield from _in_time(q, after, table, path, function)
    yield from _for_the_first_time(q, start, table)
    yield from _again(q, start, table)


def _for_the_first_time(q: Question, place: int, table: str) -> Iterator[tuple[Condition, int]]:
    """ "First ordered in 2019", "ordered for the first time in 2019"."""
    for function, spoken in (("min", ("first",)), ("max", ("last",))):
        verb = q.skip(place, spoken)
        for path in _deeds(q, verb, table):
            end: End = function  # type: ignore[assignment]
            behind = q.after(verb + 1, (f"for the {spoken[0]} time",))
            begin = verb + 1 if verb != place else behind
            if begin is not None:
                yield from _in_time(q, begin, table, path, end)


def _again(q: Question, place: int, table: str) -> Iterator[tuple[Condition, int]]:
    """ "Ordered again within 30 days of their first order" """
    for path in _deeds(q, place, table):
        start = q.after(place + 1, ("again within", "a second time within", "again in"))
        number = nouns.whole(q, start) if start is not None else None
        days = q.after(number[1], _DAYS) if number is not None else None
        time = time_of(q, path[0].end)
        if days is None or number is None or not time:
            continue
        found = Again(path, time, str(number[0]))
        behind = q.after(days, ("of", "after", "from"))
        begin = q.skip(behind, _OWN) if behind is not None else None
        for function, same, end in _end_of(q, begin, table) if begin is not None else ():
            if function == "min" and same == path:
                yield found, end


def _deeds(q: Question, place: int, table: str) -> Iterator[Path]:
    if q.is_verb(place) and place not in q.hits:
        stem_of = q.tokens[place].stem
        ways = [p for p in children(q, table) if q.schema.is_deed(p[0].end, stem_of)]
        if len(ways) == 1:
            yield ways[0]


def children(q: Question, table: str) -> list[Path]:
    """The ways to what things have several of, one key away."""
    ways = (q.schema.path(table, other) for other in q.schema.tables if other != table)
    return [way for way in ways if len(way) == 1 and way[0].many and len(way[0].columns) == 1]


def _end_of(q: Question, place: int, table: str) -> Iterator[tuple[End, Path, int]]:
    """ "First order", with the way to the orders."""
    ends: tuple[tuple[End, tuple[str, ...]], ...] = (("min", _FIRST), ("max", _LAST))
    for function, spoken in ends:
        start = q.after(place, spoken)
        for path in children(q, table) if start is not None else ():
            if (end := nouns.noun(q, start or 0, path[0].end)) is not None:
                yield function, path, end


def _in_time(q: Question, place: int, table: str, path: Path, function: End) -> Iterator[tuple[Condition, int]]:
    """By the column of the things that tells of it, else by the days of the rows."""
    if own := own_end(q, table, path[0].end, function):
        yield from within(q, place, table, own)
        return
    child = path[0].end
    if time := time_of(q, child):
        for found, end in within(q, place, child, time):
            yield Reached(path, function, found), end


def own_end(q: Question, table: str, child: str, function: End) -> str:
    """`first_order_date` of customers."""
    spoken = _ENDS[function]
    columns = [c for c in q.schema.tables[table].columns if tables.is_time(c) and not c.pii]
    found = []
    for column in columns:
        said_of = words(column.name).casefold().split()
        rest = {stem(w) for w in said_of} - {stem("date"), stem("day"), stem("at"), stem("time")}
        is_end = bool(spoken & set(said_of))
        if is_end and any(set(form) == rest - {stem(w) for w in spoken} for form in q.schema.nouns[child]):
            found.append(column.name)
    return found[0] if len(found) == 1 else ""


def time_of(q: Question, table: str) -> str:
    """The one column that says when the rows happened."""
    own = event_time(q.schema.tables[table])
    return own.name if own is not None and not own.pii and tables.is_time(own) else ""


def gap(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "How many days pass on average between a customer's first and second order", `table` being the customers."""
    for function, start in _days(q, place):
        begin = q.after(start, ("between",))
        if begin is None:
            continue
        begin, _ = nouns.determiner(q, begin)
        whose = nouns.noun(q, begin, table)
        owned = q.after(whose, ("'s", "'")) if whose is not None else None
        named = [(owned, False)] if owned is not None else []
        named += [(q.skip(begin, ("their",)), True)]
        for at, needs_whose in named:
            yield from _places(q, at, table, function, needs_whose=needs_whose)


def _places(
    q: Question, place: int, table: str, function: Function, *, needs_whose: bool
) -> Iterator[tuple[Asked, int]]:
    first = _PLACES.get(q.word(place))
    second = _PLACES.get(q.word(place + 2)) if q.word(place + 1) == "and" else None
    at = place + 3 if first and second else q.skip(place, ("consecutive", "successive", "two consecutive"))
    consecutive = not (first and second) and at > place
    if not consecutive and (not first or not second or second == first or (second != -1 and second < first)):
        return
    if second == -1 and first != 1:
        return
    for path in children(q, table):
        end, time = nouns.noun(q, at, path[0].end), time_of(q, path[0].end)
        if end is None or not time:
            continue
        of = q.after(end, ("of", "by", "from"))
        owner = nouns.noun(q, nouns.determiner(q, of)[0], table) if of is not None else None
        if needs_whose and owner is None:
            continue
        found = Gap(function, path, time, first or 0, second or 0)
        yield Asked(Things(table), (found,)), end if owner is None else owner


def _days(q: Question, place: int) -> Iterator[tuple[Function, int]]:
    """ "How many days pass on average", "the average number of days"."""
    if (end := q.after(place, _HOW_MANY_DAYS)) is not None:
        before = q.after(end, _ON_AVERAGE)
        behind = q.skip(end if before is None else before, _PASS)
        mean = before if before is not None else q.after(behind, _ON_AVERAGE)
        if mean is not None:
            yield "avg", max(behind, mean)
    start = q.skip(place, ("the",))
    function = q.after(start, said.FUNCTIONS)
    number = q.after(function, _NUMBER) if function is not None else None
    if function is not None and number is not None:
        name = said.FUNCTIONS[" ".join(t.word for t in q.tokens[start:function])]
        yield name, q.skip(number, _PASS)
