"""Phrases for things, columns and values. Each yields what it means and where it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog_sync.documents import words
from plugin.generator import units
from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.parts import fraction
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tokens import scale, stems
from plugin.generator.generate.phrases.tree import Attribute, Compared, Path

_MONEY = ("dollars", "dollar", "usd", "euros", "euro", "eur")  # behind a number


def determiner(q: Question, place: int) -> tuple[int, bool]:
    """Its end, and whether it says that each is to come once."""
    end, different = q.skip(place, said.DETERMINERS), False
    if (after := q.after(end, said.DIFFERENT)) is not None:
        end, different = after, True
    return end, different


def noun(q: Question, place: int, table: str) -> int | None:
    return q.longest(place, q.schema.nouns[table])


def any_noun(q: Question, place: int) -> Iterator[tuple[str, int]]:
    """The tables with the longest name here."""
    found = [(table, end) for table in q.schema.tables if (end := noun(q, place, table)) is not None]
    longest = max((end for _, end in found), default=0)
    yield from ((table, end) for table, end in found if end == longest)


def parents(q: Question, table: str) -> Iterator[tuple[str, Path]]:
    """The tables that have one row for each row here."""
    for other in q.schema.tables:
        path = q.schema.path(table, other) if other != table else ()
        if path and not any(step.many for step in path):
            yield other, path


@remembered
def own_attribute(q: Question, place: int, table: str) -> Iterator[tuple[str, int]]:
    called = q.schema.attributes[table]
    end = q.longest(place, called.keys())
    if end is not None:
        form = tuple(t.stem for t in q.tokens[place:end])
        if len(called[form]) == 1:
            yield next(iter(called[form])), end


@remembered
def attribute(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """ "age", "singer names", "student's age"; of a parent with its noun: "stadium name"; "weight in kg"."""
    for found, end in _attribute(q, place, table):
        yield found, end
        column = q.schema.column(found.table, found.column)
        if q.word(end) == "in" and units.is_of(column, q.word(end + 1)):
            yield found, end + 2


def _attribute(q: Question, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    own = list(own_attribute(q, place, table))
    if not own and (start := noun(q, place, table)) is not None:
        own = list(own_attribute(q, q.skip(start, ("'s",)), table))
    yield from ((Attribute(table, column), end) for column, end in own)
    longest = max((end for _, end in own), default=0)
    for other, path in parents(q, table):
        if (start := noun(q, place, other) or q.longest(place, q.schema.modifiers(other))) is None:
            continue
        for column, end in own_attribute(q, q.skip(start, ("'s",)), other):
            if end > longest:
                yield Attribute(other, column, path), end


@remembered
def value(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """One value, or several of one column: "Asia or Europe"; of a parent too."""
    for first, end in _one_value(q, place, table):
        yield first, end
        yield from _more_values(q, first, end, table)


def _more_values(q: Question, first: Compared, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    start = q.after(place, ("or", "and", ",", ", or", "or the", "or in", "and a", "and an", "and the", "or a", "or an"))
    if start is None:
        return
    for other, end in _one_value(q, start, table):
        if other.attribute == first.attribute:
            both = Compared(first.attribute, "=", (*first.values, *other.values))
            yield both, end
            yield from _more_values(q, both, end, table)


def _one_value(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    reached: dict[str, Path] = {table: (), **dict(parents(q, table))}
    places = q.hits.get(place, [])
    longest = max((end for hit, end in places if hit.table in reached), default=0)
    if any(hit.table == table and end == longest for hit, end in places):
        reached = {table: ()}  # what it is itself comes before what its parents are
    for hit, end in places:
        if hit.table in reached and end == longest:
            attribute = Attribute(hit.table, hit.column, reached[hit.table])
            if not q.schema.column(hit.table, hit.column).pii:
                same = tuple(h.value for h, e in places if (h.table, h.column, e) == (hit.table, hit.column, end))
                yield Compared(attribute, "=", tuple(dict.fromkeys(same))), end
    if not places and place < q.end:
        yield from _gender(q, place, table)
        yield from _of_a_place(q, place, reached)


def _gender(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """ "Female students", where a column of sex has F and M, or a flag is true of one."""
    word = q.word(place)
    if word not in said.FEMALE | said.MALE:
        return
    initial = "F" if word in said.FEMALE else "M"
    for column in q.schema.tables[table].columns:
        if stems(words(column.name))[-1:] in (("sex",), ("gender",)) and not column.pii:
            fitting = tuple(v for v in column.values if v.upper()[:1] == initial)
            if len(fitting) == 1:
                yield Compared(Attribute(table, column.name), "=", fitting), place + 1


def _of_a_place(q: Question, place: int, reached: Mapping[str, Path]) -> Iterator[tuple[Compared, int]]:
    """ "French singers", where a column holds France."""
    for size in (2, 1):
        spoken = " ".join(q.word(place + n) for n in range(size))
        for table, path in reached.items() if spoken in said.OF_PLACES else ():
            for column in q.schema.tables[table].columns:
                fitting = tuple(v for v in column.values if v.casefold() in said.OF_PLACES[spoken])
                if fitting and not column.pii:
                    yield Compared(Attribute(table, column.name, path), "=", fitting), place + size


def label_value(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """A thing by its own name: "Brazil", "Kyle"."""
    for compared, end in _one_value(q, place, table):
        if not compared.attribute.path and compared.attribute.column == q.schema.label(table):
            yield compared, end


def number(q: Question, place: int) -> tuple[str, int] | None:
    """ "5", "2 thousand", "3 dollars"; of "5 %" with its sign."""
    if place < q.end and re.fullmatch(r"\d+(?:\.\d+)?%", q.word(place)):
        return q.word(place), place + 1
    if place >= q.end or not (found := q.tokens[place].number):
        return None
    if q.word(place + 1) in ("percent", "%"):
        return f"{found}%", place + 2
    if (times := scale(q.word(place + 1))) > 1:
        return str(int(float(found) * times)), q.skip(place + 2, _MONEY)
    return found, q.skip(place + 1, _MONEY)


def whole(q: Question, place: int) -> tuple[int, int] | None:
    """How many of something: no percentage, nothing with a fraction."""
    found = number(q, place)
    return (int(found[0]), found[1]) if found is not None and found[0].isdigit() else None


def spoken_of(q: Question, adjective: str, table: str) -> Iterator[tuple[Attribute, bool]]:
    """The one column of the table that an adjective speaks of, and whether more of it is more of the column."""
    called = q.schema.attributes[table]
    meant = said.ADJECTIVES.get(adjective, ())
    found = [(word, column, more) for word, more in meant for column in called.get(stems(word), ())]
    if len({column for _, column, _ in found}) != 1:
        return
    word, column, more = found[0]
    if q.schema.is_number(table, column) or word in ("year", "date"):
        yield Attribute(table, column), more


def comparable(q: Question, attribute: Attribute, numbers: Sequence[str]) -> bool:
    """A column of numbers, or of digits; percentages are compared with what is told to be a share."""
    if any(n.endswith("%") for n in numbers):
        return fraction(q.schema.column(attribute.table, attribute.column), numbers[0]) is not None
    column = q.schema.column(attribute.table, attribute.column)
    if q.schema.is_number(attribute.table, attribute.column):
        return True
    digits = [v for v in column.values if v]
    return bool(digits) and all(v.isdigit() and len(v) == len(n) for v in digits for n in numbers)
