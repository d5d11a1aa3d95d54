"""Korean phrases for things, columns, values and numbers. Each yields what it means and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.names import words
from plugin.generator.generate.phrases.english.nouns import comparable, parents
from plugin.generator.generate.phrases.korean.morphemes import scale
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.question import remembered
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Attribute, Compared, Path

_EVERY = listed("every")
_DIFFERENT = listed("different")
AND = listed("and")
OR = listed("or")
TOPIC = ("는", "가", "도", "만", "를", "에 는", "에서 는", "중 에", "중 에서", "의")
_BRANCH = ("점",)  # 브루클린점
FEMALE = listed("female")
MALE = listed("male")


def determiner(q: Spoken, place: int) -> tuple[int, bool]:
    """Its end, and whether it says that each is to come once."""
    end, different = q.skip(place, _EVERY), False
    if (after := q.after(end, _DIFFERENT)) is not None:
        end, different = after, True
    return end, different


def plural(q: Spoken, place: int) -> int:
    return q.skip(place, ("들",))


def noun(q: Spoken, place: int, table: str) -> int | None:
    ends = [c.end for c in q.called.get(place, ()) if c.table == table and not c.column]
    return plural(q, max(ends)) if ends else None


def any_noun(q: Spoken, place: int) -> Iterator[tuple[str, int]]:
    """The tables with the longest name here."""
    found = {c.table: plural(q, c.end) for c in q.called.get(place, ()) if not c.column}
    found = {table: end for table in found if (end := noun(q, place, table)) is not None}
    longest = max(found.values(), default=0)
    yield from ((table, end) for table, end in found.items() if end == longest)


@remembered
def own_attribute(q: Spoken, place: int, table: str) -> Iterator[tuple[str, int]]:
    found = [c for c in q.called.get(place, ()) if c.table == table and c.column]
    longest = max((c.end for c in found), default=0)
    columns = list(dict.fromkeys(c.column for c in found if c.end == longest))
    if len(columns) == 1:
        yield columns[0], plural(q, longest)


@remembered
def attribute(q: Spoken, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """ "나이", "가수 이름", "학생의 나이"; of a parent with its noun: "경기장 이름"."""
    own = list(own_attribute(q, place, table))
    if (start := noun(q, place, table)) is not None:
        longest = max((end for _, end in own), default=0)
        own += [(c, end) for c, end in own_attribute(q, q.skip(start, ("의",)), table) if end > longest]
    yield from ((Attribute(table, column), end) for column, end in own)
    longest = max((end for _, end in own), default=0)
    for other, path in parents(q, table):
        if (start := noun(q, place, other)) is None:
            continue
        for column, end in own_attribute(q, q.skip(start, ("의",)), other):
            if end > longest:
                yield Attribute(other, column, path), end


@remembered
def value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int, bool]]:
    """One value, or several of one column: "Asia나 Europe"; of a parent too; whether each of them is meant ("와")."""
    for first, end in one_value(q, place, table):
        yield first, end, False
        yield from _more_values(q, first, end, table)


def _more_values(q: Spoken, first: Compared, place: int, table: str) -> Iterator[tuple[Compared, int, bool]]:
    for joined, every in ((AND, True), (OR, False)):
        start = q.after(place, joined)
        if start is None:
            continue
        for other, end in one_value(q, start, table):
            if other.attribute == first.attribute:
                both = Compared(first.attribute, "=", (*first.values, *other.values))
                yield both, end, every
                yield from _more_values(q, both, end, table)


def one_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    reached: dict[str, Path] = {table: (), **dict(parents(q, table))}
    places = [(hit, end) for hit, end in q.hits.get(place, ()) if hit.table in reached]
    longest = max((end for _, end in places), default=0)
    for hit, end in places:
        if end == longest and not q.schema.column(hit.table, hit.column).pii:
            same = tuple(h.value for h, e in places if (h.table, h.column, e) == (hit.table, hit.column, end))
            value = Compared(Attribute(hit.table, hit.column, reached[hit.table]), "=", tuple(dict.fromkeys(same)))
            yield value, q.skip(end, _BRANCH)
    if not places:
        yield from _gender(q, place, table)


def _gender(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """여성, where a column of sex has F and M."""
    if q.word(place) not in (*FEMALE, *MALE):
        return
    initial = "F" if q.word(place) in FEMALE else "M"
    for column in q.schema.tables[table].columns:
        if stems(words(column.name))[-1:] in (("sex",), ("gender",)) and not column.pii:
            fitting = tuple(v for v in column.values if v.upper()[:1] == initial)
            if len(fitting) == 1:
                yield Compared(Attribute(table, column.name), "=", fitting), place + 1


def label_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """A thing by its own name: "Brazil", "Kyle"."""
    for compared, end in one_value(q, place, table):
        if not compared.attribute.path and compared.attribute.column == q.schema.label(table):
            yield compared, end


def literals(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[tuple[str, ...], int]]:
    """Texts that no value is known by: quoted, or in Latin letters, one or several ("A 또는 B")."""
    if (first := _literal(q, place, attribute)) is None:
        return
    texts, end = [first[0]], first[1]
    yield tuple(texts), end
    while (start := q.after(end, OR)) is not None and (other := _literal(q, start, attribute)) is not None:
        texts, end = [*texts, other[0]], other[1]
        yield tuple(texts), end


def _literal(q: Spoken, place: int, attribute: Attribute) -> tuple[str, int] | None:
    if place >= q.end or any(hit.column == attribute.column for hit, _ in q.hits.get(place, ())):
        return None
    if q.tokens[place].quoted:
        return q.tokens[place].quoted, place + 1
    end = place
    while q.tag(end) == "SL" and end not in q.called and end not in q.hits and not q.tokens[end].quoted:
        end += 1
    if end == place or q.schema.column(attribute.table, attribute.column).values_exact:
        return None
    return " ".join(q.written(at) for at in range(place, end)), end


def number(q: Spoken, place: int) -> tuple[str, int] | None:
    """ "20", "두", "1만 5천" """
    if place >= q.end or not (found := q.tokens[place].number):
        return None
    end, exact = place + 1, float(found)
    while (times := scale(q.word(end))) > 1:  # 3천만
        exact, end = exact * times, end + 1
    return (str(int(exact)) if end > place + 1 else found), end


def may_be(q: Spoken, attribute: Attribute, texts: tuple[str, ...]) -> bool:
    """Numbers of the column: it holds numbers, or texts that are these among others ("1", "2", "SUMMER")."""
    values = q.schema.column(attribute.table, attribute.column).values
    return comparable(q, attribute, texts) or all(text in values for text in texts)


def unit(q: Spoken, place: int) -> int:
    """Behind a number: 명, 살, 개국."""
    if q.tag(place) == "NNB" and q.word(place) not in ("중", "것", "때", "순", "적"):
        return place + 1
    return place + 1 if q.word(place) in q.units else q.skip(place, UNITS)


UNITS = listed("units")


def numbered(q: Spoken, place: int) -> tuple[str, int] | None:
    """A number with its unit."""
    if (found := number(q, place)) is None:
        return None
    share = "%" if q.word(found[1]) in ("%", "퍼센트", "프로") else ""
    return f"{found[0]}{share}", unit(q, found[1])
