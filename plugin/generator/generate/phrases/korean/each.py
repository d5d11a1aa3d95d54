"""Korean questions, a row for each of several values: "남학생과 여학생은 각각 몇 명", "서울과 부산 고객 수 비교"."""

from __future__ import annotations

from collections.abc import Iterator

from backends.vectors.korean import has_hangul
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.ends import how_many
from plugin.generator.generate.phrases.korean.groups import COUNT, figures_of
from plugin.generator.generate.phrases.korean.outputs import COUNTS
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.valued import by_value
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Asked, Attribute, Compared, Output, Things

_EACH = ("각각", "각기")
_YEAR = stems("year")
_COMPARED = ("비교", "각각", "각각 얼마")


def of_each_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    for values, end in _several(q, place, table):
        if len(values.values) > 1:
            by, found = values.attribute, Things(table, (values,))
            for asked, last in _asked_of_each(q, end, table):
                yield Asked(found, (by, *asked), by=(by,)), last


def _asked_of_each(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Output, ...], int]]:
    start = q.after(q.skip(place, ("는", "가")), _EACH)
    if start is not None and (last := how_many(q, start)) is not None:
        yield (COUNT,), last
    counted = q.after(place, COUNTS)
    said: list[tuple[tuple[Output, ...], int]] = [((COUNT,), counted)] if counted is not None else []
    said += [(asked, end) for asked, of, end in figures_of(q, q.skip(place, ("의",)), table) if of == Things(table)]
    for asked, end in said:
        if (after := q.after(q.skip(end, ("를", "는", "가")), _COMPARED)) is not None:
            yield asked, how_many(q, after) or after


def _says_another(q: Spoken, end: int, table: str) -> bool:
    """남학생 may be a value of dormitories: it speaks of 학생."""
    others = (name for other in q.schema.tables if other != table for name in q.schema.tables[other].synonyms)
    return any(has_hangul(name) and q.word(end - 1).endswith(name) for name in others)


def _several(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    for first, behind in _one(q, place, table):
        yield first, behind
        start = q.after(behind, nouns.AND)
        for others, end in _several(q, start, table) if start is not None else ():
            if others.attribute == first.attribute:
                yield Compared(first.attribute, "=", (*first.values, *others.values)), end


def _one(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """A value, or a number of a column, with the noun of the things behind it."""
    named = list(by_value(q, place, table))
    yield from named
    bare = [(found, end) for found, end in nouns.one_value(q, place, table) if not _says_another(q, end, table)]
    for found, end in () if named else (*bare, *_numbered(q, place, table)):
        behind = nouns.noun(q, end, table)
        yield found, end if behind is None else behind


def _numbered(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """ "36개월 약정", "1학년"; "2024년", where the table has one year."""
    for text, end in filter(None, dict.fromkeys((nouns.number(q, place), nouns.numbered(q, place)))):
        for column, last in nouns.own_attribute(q, end, table):
            if nouns.may_be(q, Attribute(table, column), (text,)):
                yield Compared(Attribute(table, column), "=", (text,)), last
        years = q.schema.attributes[table].get(_YEAR, frozenset())
        if len(years) == 1 and len(text) == 4 and q.word(end) == "년":
            yield Compared(Attribute(table, next(iter(years))), "=", (text,)), end + 1
