"""Korean phrases that say of things what keys tie to them: "콘서트를 두 번 이상 연", "콘서트가 없는", "Kyle의"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.english.nouns import comparable
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import BOUNDS, bounded, is_
from plugin.generator.generate.phrases.korean.degrees import degree, most
from plugin.generator.generate.phrases.korean.periods import at_time, in_period
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import DENYING, adnominal, close, towards
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import (
    Attribute,
    Best,
    Compared,
    Condition,
    Counted,
    Path,
    Related,
    Sign,
    Summed,
    Things,
)

Tied = tuple[tuple[Condition | Best, ...], int]
Read = Callable[[Spoken, int, str], Iterable[tuple[Things, bool, int]]]  # how other things are read

PARTICLES = listed("particles")
BOTH = listed("both")
CHANGED = frozenset((*listed("changed"), *listed("ending")))
"""What becomes of some of the rows: it ties nothing."""
_ONE = ("한", "하나 의", "한 번 의", "같 은", "같 ㄴ")


def of_others(q: Spoken, place: int, table: str, things: Read) -> Iterator[Tied]:
    for other in q.schema.tables:
        if other == table:
            continue
        for found, _, end in _done_with(q, place, other, things):
            yield from _behind(q, end, table, found, amounts_of(q, place, found))
            yield from _deeds_of_others(q, end, table, found)
        yield from _deeds(q, place, table, other)
        yield from _several(q, place, table, other, things)
        yield from _of_values(q, place, table, other)
        yield from _of_numbers(q, place, table, other)
        yield from _most_of_values(q, place, table, other)
        yield from _in_one(q, place, table, other)
        yield from _counted_first(q, place, table, other, things)


def _done_with(q: Spoken, place: int, other: str, things: Read) -> Iterator[tuple[Things, bool, int]]:
    """ "책", "빌린 책": the verb says how they are tied."""
    yield from things(q, place, other)
    for said, begin in at_time(q, place, other):
        for found, different, last in things(q, begin, other):
            yield replace(found, conditions=(*said, *found.conditions)), different, last
    for verb in adnominal(q, place):
        end = nouns.noun(q, verb.end, other)
        is_state = q.is_value(verb.stem) or q.word(verb.stem) in CHANGED  # "폐강된 강좌" are not all of them
        if end is not None and not (verb.negated or verb.known or verb.joined or is_state):
            yield Things(other), False, end


def amounts_of(q: Spoken, place: int, found: Things) -> list[str]:
    """재고 are rows, and what stands in a column of theirs: "재고가 50개 미만인" does not count rows."""
    columns = dict.fromkeys(c.column for c in q.called.get(place, ()) if c.table == found.table and c.column)
    return [column for column in columns if q.schema.is_number(found.table, column)]


def _behind(q: Spoken, place: int, table: str, found: Things, of_rows: list[str]) -> Iterator[Tied]:
    """What stands behind the other things: a verb, how many of them there are, "의"."""
    start = q.skip(place, PARTICLES)
    path = q.schema.path(table, found.table)
    for verb in adnominal(q, start):
        way = path or _directed(q, table, found.table, start, verb.end)
        if q.word(verb.stem) in CHANGED and not _is_of(q, verb.stem, found.table):
            continue  # 결제가 보류된 고객 are not all who have one
        if way and (start > place or verb.known or q.word(start) in DENYING):
            yield (Related(way, found, verb.negated),), verb.end
    end = q.after(place, ("의", "에서") if not any(step.many for step in path) else ("의",))
    if path and (found.conditions or found.best) and end is not None:
        yield (Related(path, found),), end
    if len(of_rows) == 1 and len(path) == 1 and path[0].many and found == Things(found.table):
        for sign, number, end in amounts(q, start):
            yield (Summed(path, of_rows[0], sign, number),), end
    if is_counted(path) and not of_rows:
        for sign, number, end in amounts(q, start):
            yield (Counted(path, found, sign, number),), end
        for descending, limit, skip, end in mosts(q, start):
            yield (Best(Related(path, found), descending, limit, skip),), end


def _directed(q: Spoken, table: str, other: str, start: int, end: int) -> Path:
    heading = towards(q, start, end)
    return q.schema.directed(table, other, towards=heading) if heading is not None else ()


def is_counted(path: Path) -> bool:
    return bool(path) and path[0].many and len(path) <= 2


def amounts(q: Spoken, place: int) -> Iterator[tuple[Sign, str, int]]:
    """ "두 번 이상 열린", "2명 이상인", "10편을 넘는", "세 개인", "3개 있는"."""
    for text, sign, end in bounded(q, place):
        if q.word(end - 1) not in BOUNDS:
            yield sign, text, end
        yield from ((sign, text, verb.end) for verb in adnominal(q, end) if not verb.negated)
    for sign, text, end in how_often(q, place):
        yield from ((sign, text, verb.end) for verb in adnominal(q, end) if not verb.negated)
    if (found := nouns.numbered(q, place)) is not None:
        yield from (("=", found[0], end) for end, denied in is_(q, found[1]) if not denied)
        yield from (
            ("=", found[0], verb.end) for verb in adnominal(q, found[1]) if not verb.negated and found[0] != "1"
        )


def mosts(q: Spoken, place: int) -> Iterator[tuple[bool, int, int, int]]:
    """ "가장 많은", "가장 많이 열린", "두 번째로 적은": whether it falls, how many, how many before, the end."""
    for limit, skip, start in most(q, place):
        if q.word(start) in ("많이", "적 게", "자주"):
            yield from ((True, limit, skip, verb.end) for verb in adnominal(q, start + 1) if not verb.negated)
        how = degree(q, start)
        if how is None or q.word(start) not in ("많", "적"):
            continue
        yield from ((how.more, limit, skip, end) for end, _ in close(q, how.end))
        if (adverb := q.after(how.end, ("게",))) is not None:
            yield from ((how.more, limit, skip, verb.end) for verb in adnominal(q, adverb) if not verb.negated)


def _deeds(q: Spoken, place: int, table: str, other: str) -> Iterator[Tied]:
    """ "주문한", "한 번도 예약하지 않은", "25번 넘게 주문한", "가장 많이 대출된": the verb is made of their name."""
    path = q.schema.path(table, other)
    if not is_counted(path):
        return
    timed = dict.fromkeys((*in_period(q, place, other), *at_time(q, place, other)))
    whole = [(Things(other), place), *((Things(other, said), end) for said, end in timed)]
    for deed, begin in whole:
        for verb in adnominal(q, begin):
            if _is_of(q, verb.stem, other):
                yield (Related(path, deed, verb.negated),), verb.end
        for sign, text, start in how_often(q, begin):
            yield from (((Counted(path, deed, sign, text),), end) for end in deed_ends(q, start, other))
        for limit, skip, start in most(q, begin):
            adverb = q.after(start, ("많이", "자주", "적 게"))
            best = Best(Related(path, deed), q.word(start) != "적", limit, skip)
            yield from (((best,), end) for end in (deed_ends(q, adverb, other) if adverb is not None else ()))


def _deeds_of_others(q: Spoken, place: int, table: str, doer: Things) -> Iterator[Tied]:
    """ "Kyle이 2023년에 대출한 (책)": the verb is made of the name of what lies between."""
    start = q.skip(place, ("가", "에서", "에게", "는"))
    for other in q.schema.tables if start > place else ():
        path, onward = q.schema.path(table, other), q.schema.path(other, doer.table)
        if other in (table, doer.table) or not path or not onward or any(step.many for step in onward):
            continue
        done = Related(onward, doer)
        whole = [((), start), *in_period(q, start, other)]
        for said, begin in whole:
            deed = Things(other, (done, *said))
            yield from (((Related(path, deed),), end) for end in deed_ends(q, begin, other))


def deed_ends(q: Spoken, place: int, table: str) -> Iterator[int]:
    """Of a verb that is made of the name of the table's rows: "주문한"."""
    yield from (verb.end for verb in adnominal(q, place) if _is_of(q, verb.stem, table) and not verb.negated)


def _is_of(q: Spoken, stem: int, table: str) -> bool:
    return nouns.noun(q, stem, table) is not None and q.tag(stem) == "NNG"


def how_often(q: Spoken, place: int) -> Iterator[tuple[Sign, str, int]]:
    """ "두 번 이상", "25번 넘게", "5회 미만"."""
    if (found := nouns.numbered(q, place)) is None:
        return
    text, end = found
    if q.word(end) in BOUNDS:
        yield BOUNDS[q.word(end)], text, end + 1
    elif (over := q.after(end, ("넘 게", "를 넘 게", "보다 많이"))) is not None:
        yield ">", text, over
    elif q.word(end - 1) in ("번", "회", "차례"):
        yield "=", text, q.skip(end, ("만",))


def _counted_first(q: Spoken, place: int, table: str, other: str, things: Read) -> Iterator[Tied]:
    """ "두 개 이상의 과목을 가르치는", "가장 많은 항공편을 가진", "두 번 이상 콘서트를 연"."""
    path = q.schema.path(table, other)
    if not is_counted(path):
        return
    for text, sign, begin in bounded(q, place):
        for found, _, end in things(q, begin, other):
            start = q.skip(end, PARTICLES)
            ends = [v.end for v in adnominal(q, start) if not v.negated] if start > end else []
            yield from (((Counted(path, found, sign, text),), last) for last in ends)
    for descending, limit, skip, begin in mosts(q, place):
        for found, _, end in things(q, begin, other):
            start = q.skip(end, PARTICLES)
            for verb in adnominal(q, start) if start > end else ():
                if not verb.negated:
                    yield (Best(Related(path, found), descending, limit, skip),), verb.end


def _several(q: Spoken, place: int, table: str, other: str, things: Read) -> Iterator[Tied]:
    """ "'Brazil'인 문단과 'Ireland'인 문단이 모두 있는": one of each."""
    path = q.schema.path(table, other)
    if not path or not path[0].many:
        return
    for first, _, end in things(q, place, other):
        start = q.after(end, nouns.AND)
        for second, _, last in things(q, start, other) if start is not None and first.conditions else ():
            after = q.skip(last, PARTICLES)
            both = q.after(after, BOTH)
            for verb in adnominal(q, both) if both is not None and second.conditions else ():
                if not verb.negated:
                    yield (Related(path, first), Related(path, second)), verb.end


def _of_values(q: Spoken, place: int, table: str, other: str) -> Iterator[Tied]:
    """ "English를 사용하는", "English와 Dutch를 모두 사용하는", "과목 'math'를 가르치는"."""
    path = q.schema.path(table, other)
    begin = nouns.noun(q, place, other)
    begin = place if begin is None else begin
    for attribute, end in nouns.own_attribute(q, place, other):
        begin = end if attribute and q.is_value(end) else begin
    for found, end, every in nouns.value(q, begin, other):
        if found.attribute.path:
            continue
        for after in dict.fromkeys((end, kind(q, end, found.attribute.column, other))):
            start = q.after(after, PARTICLES)
            both = q.after(start, BOTH) if start is not None else None
            for verb in adnominal(q, both or start) if start is not None else ():
                way = path or _directed(q, table, other, start or 0, verb.end)
                several = replace(found, every=every and bool(way) and way[0].many and not verb.negated)
                if way and every == several.every and (both is None or every):
                    yield (Related(way, Things(other, (several,)), verb.negated),), verb.end


def _in_one(q: Spoken, place: int, table: str, other: str) -> Iterator[Tied]:
    """ "빵과 우유를 한 주문에서 같이 산": one of each value in the same row between."""
    for found, end, every in nouns.value(q, place, other):
        start = q.after(end, ("를",))
        one = q.after(start, _ONE) if start is not None and every and not found.attribute.path else None
        for between, last in nouns.any_noun(q, one) if one is not None else ():
            way, inner = q.schema.path(table, between), q.schema.path(between, other)
            after = q.after(last, ("에서", "에", "로"))
            if after is None or not is_counted(way) or not inner or not inner[0].many:
                continue
            rows = Things(between, (Related(inner, Things(other, (replace(found, every=True),))),))
            ends = [v.end for v in adnominal(q, q.skip(after, BOTH)) if not v.negated]
            yield from (((Related(way, rows),), behind) for behind in ends)


def _of_numbers(q: Spoken, place: int, table: str, other: str) -> Iterator[Tied]:
    """ "평점 5점을 받은", "평점 2점 이하를 받은": a figure of one of the others."""
    path = q.schema.path(table, other)
    for column, end in nouns.own_attribute(q, place, other) if is_counted(path) else ():
        attribute, found = Attribute(other, column), nouns.numbered(q, end)
        if found is None or q.schema.is_key(other, column) or not comparable(q, attribute, [found[0]]):
            continue
        sign = BOUNDS.get(q.word(found[1]), "=")
        start = q.after(found[1] + (q.word(found[1]) in BOUNDS), ("를", "에", "로", "가"))
        for verb in adnominal(q, start) if start is not None else ():
            if not (verb.negated or verb.known):
                yield (Related(path, Things(other, (Compared(attribute, sign, (found[0],)),))),), verb.end


def _most_of_values(q: Spoken, place: int, table: str, other: str) -> Iterator[Tied]:
    """ "지난달에 정기점검을 가장 많이 나간": most rows of that value, whatever the verb."""
    path = q.schema.path(table, other)
    if not is_counted(path):
        return
    for said, begin in ((), place), *in_period(q, place, other):
        for found, end, every in nouns.value(q, begin, other):
            start = q.after(end, ("를", "에", "로"))
            if found.attribute.path or every or start is None:
                continue
            rows = Related(path, Things(other, (*said, found)))
            for limit, skip, at in most(q, start):
                if q.word(at) in ("많이", "자주"):
                    ends = [v.end for v in adnominal(q, at + 1) if not (v.negated or v.known)]
                    yield from (((Best(rows, True, limit, skip),), last) for last in ends)


def kind(q: Spoken, place: int, column: str, table: str) -> int:
    """Behind a value what it is: "math 과목", "English 언어"."""
    for other, end in nouns.own_attribute(q, place, table):
        if other == column:
            return end
    return nouns.noun(q, place, table) or place
