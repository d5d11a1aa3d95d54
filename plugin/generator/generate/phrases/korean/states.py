"""Korean phrases of what was done to things or not: "아직 반납하지 않은", "미반납", by a day that not every row has;
"연체한", "폐강된", by a value that the verb is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.missing import is_optional
from catalog_sync.times import is_time
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.flags import flagged
from plugin.generator.generate.phrases.korean.periods import day_of, deed_words
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal, ends_of
from plugin.generator.generate.phrases.tree import AgainstOther, Attribute, Compared, Filled, Flagged, Sign
from plugin.generator.tables import deeds

_OBJECT = ("를", "가")
_NOT_YET = "미"
_GIVEN = ("배정", "지정", "입력", "등록", "설정", "기재")
_AGAINST: tuple[tuple[str, Sign], ...] = (
    ("보다 늦 게", ">"), ("보다 더 늦 게", ">"), ("를 넘기 어", ">"), ("를 넘기 어서", ">"),
    ("를 지나 어", ">"), ("를 지나 어서", ">"),
    ("보다 일찍", "<"), ("보다 먼저", "<"), ("보다 빨리", "<"), ("보다 빠르 게", "<"), ("보다 더 일찍", "<"),
)  # fmt: skip


def stated(
    q: Spoken, place: int, table: str, *, bare: bool = False
) -> Iterator[tuple[Compared | Filled | Flagged | AgainstOther, int]]:
    """`bare`: a flag may stand without a verb or a noun behind it: "보험 가입 (비율)"."""
    yield from _later(q, place, table)
    for start in dict.fromkeys((place, _behind_own(q, place, table))):
        yield from _done(q, start, table)
        yield from _of_value(q, start, table)
    yield from flagged(q, place, table, bare)
    yield from _lacking(q, place, table)


def _later(q: Spoken, place: int, table: str) -> Iterator[tuple[AgainstOther, int]]:
    """ "예정일보다 늦게 반납된", "기한을 넘겨 납부한": two days of the same row."""
    for column, end in nouns.own_attribute(q, place, table) or _by_last_word(q, place, table):
        for spoken, sign in _AGAINST if is_time(q.schema.column(table, column)) else ():
            after = q.after(end, (spoken,))
            for verb in adnominal(q, after) if after is not None else ():
                day = day_of(q, verb.stem, table)
                if day is not None and day != column and not (verb.negated or verb.known):
                    yield AgainstOther(Attribute(table, day), sign, Attribute(table, column)), verb.end


def _by_last_word(q: Spoken, place: int, table: str) -> tuple[tuple[str, int], ...]:
    """예정일, where one day alone is called so at its end: 배송 예정일."""
    ends = [c for c in q.schema.tables[table].columns if is_time(c) and not c.pii]
    found = {c.name for c in ends for name in c.synonyms if name.split()[-1] == q.word(place) and q.word(place)}
    return ((next(iter(found)), place + 1),) if len(found) == 1 else ()


def _behind_own(q: Spoken, place: int, table: str) -> int:
    """ "등록금을 (연체한)", of bills of 등록금: what it is done to are the things themselves."""
    ends = [c.end for c in q.called.get(place, ()) if c.table == table]
    return q.skip(max(ends), _OBJECT) if ends and q.after(max(ends), _OBJECT) is not None else place


def _done(q: Spoken, place: int, table: str) -> Iterator[tuple[Filled, int]]:
    for verb in adnominal(q, place):
        if (day := _open_day(q, verb.stem, table)) and not (verb.known or _is_own_value(q, verb.stem, table)):
            yield Filled(Attribute(table, day), negated=verb.negated), verb.end
    deed = q.word(place).removeprefix(_NOT_YET)
    if deed != q.word(place):
        said = {word for noun in (deed, f"{deed}부") for word in deed_words(noun)}
        days = [
            c for c in q.schema.tables[table].columns if is_time(c) and c.gaps and not c.pii and deeds(c, deed) & said
        ]
        if len(days) == 1:
            yield Filled(Attribute(table, days[0].name), negated=True), place + 1


def _is_own_value(q: Spoken, place: int, table: str) -> bool:
    """What is a state of these is no day; what is one of others may be: 탈퇴 of customers, where shops are closed."""
    return any(hit.table == table for hit, _ in q.hits.get(place, ()))


def _open_day(q: Spoken, place: int, table: str) -> str:
    """The day on which was done what the noun says, where some rows have none."""
    day = day_of(q, place, table)
    return day if day is not None and q.schema.column(table, day).gaps else ""


def _lacking(q: Spoken, place: int, table: str) -> Iterator[tuple[Filled, int]]:
    """ "지도교수가 없는", "지도교수가 배정되지 않은", "반납일이 없는": a key, or a day, that not every row has."""
    for column, end in nouns.own_attribute(q, place, table):
        start = q.after(end, ("가", "는"))
        known = q.schema.column(table, column)
        is_open = q.schema.is_key(table, column) or known.gaps or is_optional(known)
        for verb in adnominal(q, start) if start is not None and is_open else ():
            if verb.known or q.word(verb.stem) in _GIVEN:
                yield Filled(Attribute(table, column), negated=verb.negated), verb.end


def _of_value(q: Spoken, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    for found, end in nouns.one_value(q, place, table):
        if q.tag(end) == "XSV":
            yield from ((replace(found, negated=v.negated), v.end) for v in ends_of(q, end + 1))
