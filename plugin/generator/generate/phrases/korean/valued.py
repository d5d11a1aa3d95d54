"""Korean nouns that are values: "재학생" are students whose state is 재학, "시간강사" are 강사 of that rank; and a row
for each of several: "남학생과 여학생은 각각 몇 명"."""

from __future__ import annotations

from collections.abc import Iterator

from backends.vectors.korean import has_hangul
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.ends import how_many
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Compared, Things

_SUFFIXES = ("생", "자", "원", "인", "객", "품", "사")
_EACH = ("각각", "각기")


def by_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """The value says as well of what: its last noun, or what is hung on it, is how the table is called."""
    for found, end in nouns.one_value(q, place, table):
        column = found.attribute
        if column.path or column.column == q.schema.label(table):
            continue
        if any(nouns.noun(q, inner, table) == end for inner in range(place + 1, end)):
            yield found, nouns.plural(q, end)
        if q.tag(end) == "XSN" and q.word(end) in _SUFFIXES and _ends_with(q, table, q.word(end)):
            yield found, nouns.plural(q, end + 1)


def _ends_with(q: Spoken, table: str, suffix: str) -> bool:
    return any(name.endswith(suffix) for name in q.schema.tables[table].synonyms if has_hangul(name))


def _says_another(q: Spoken, end: int, table: str) -> bool:
    """남학생 may be a value of dormitories: it speaks of 학생."""
    others = (name for other in q.schema.tables if other != table for name in q.schema.tables[other].synonyms)
    return any(has_hangul(name) and q.word(end - 1).endswith(name) for name in others)


def of_each_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "남학생과 여학생은 각각 몇 명", "재학생과 휴학생은 각각 몇 명"."""
    for values, end in _several(q, place, table):
        start = q.after(q.skip(end, ("는", "가")), _EACH)
        last = how_many(q, start) if start is not None else None
        if last is not None and len(values.values) > 1:
            count = Aggregate("count")
            yield Asked(Things(table, (values,)), (values.attribute, count), by=(values.attribute,)), last


def _several(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    for first, behind in _one(q, place, table):
        yield first, behind
        start = q.after(behind, nouns.AND)
        for others, end in _several(q, start, table) if start is not None else ():
            if others.attribute == first.attribute:
                yield Compared(first.attribute, "=", (*first.values, *others.values)), end


def _one(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    named = list(by_value(q, place, table))
    yield from named
    for found, end in nouns.one_value(q, place, table) if not named else ():
        if not (found.attribute.path or _says_another(q, end, table)):
            behind = nouns.noun(q, end, table)
            yield found, end if behind is None else behind
