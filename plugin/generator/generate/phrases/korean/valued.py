"""Korean nouns that are values: "재학생" are students whose state is 재학, "시간강사" are 강사 of that rank."""

from __future__ import annotations

from collections.abc import Iterator

from backends.vectors.korean import has_hangul
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.tree import Compared

_SUFFIXES = ("생", "자", "원", "인", "객", "품", "사")


def by_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """The value says as well of what: its last noun, or what is hung on it, is how the table is called."""
    for found, end in nouns.one_value(q, place, table):
        column = found.attribute
        if column.path or column.column == q.schema.label(table):
            continue
        inside = any(nouns.noun(q, inner, table) == end for inner in range(place + 1, end))
        if inside or (end == place + 1 and _ends_with_name(q, table, q.word(place))):
            yield found, nouns.plural(q, end)
        if q.tag(end) == "XSN" and q.word(end) in _SUFFIXES and _ends_with(q, table, q.word(end)):
            yield found, nouns.plural(q, end + 1)


def _ends_with_name(q: Spoken, table: str, word: str) -> bool:
    """여학생 of 학생."""
    names = (name for name in q.schema.tables[table].synonyms if has_hangul(name) and len(name) > 1)
    return any(word.endswith(name) and word != name for name in names)


def _ends_with(q: Spoken, table: str, suffix: str) -> bool:
    return any(name.endswith(suffix) for name in q.schema.tables[table].synonyms if has_hangul(name))
