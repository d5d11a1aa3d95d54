"""Whole Korean questions: every way to read one from its first morpheme to its last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from plugin.generator.generate.phrases.english.nouns import parents
from plugin.generator.generate.phrases.english.outputs import Outputs, is_aggregate
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import limited, spoken_of
from plugin.generator.generate.phrases.korean.each import of_each_value
from plugin.generator.generate.phrases.korean.ends import ALTOGETHER, ended, how_many
from plugin.generator.generate.phrases.korean.groups import grouped
from plugin.generator.generate.phrases.korean.kinds import kinds
from plugin.generator.generate.phrases.korean.outputs import COUNTS, is_figure, order, outputs
from plugin.generator.generate.phrases.korean.shares import shares
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.sums import is_clear, sums
from plugin.generator.generate.phrases.korean.things import things, without_noun
from plugin.generator.generate.phrases.korean.ties import PARTICLES
from plugin.generator.generate.phrases.korean.totals import most_by_average, most_of_a_figure, top_by_figure
from plugin.generator.generate.phrases.korean.verbs import finite
from plugin.generator.generate.phrases.korean.whens import ends, when
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Asked,
    Attribute,
    Compared,
    Condition,
    Lasting,
    Related,
    Tally,
    Things,
)
from plugin.generator.generate.plan.names.additive import adds_up

_LEADS = listed("leads")


def readings(q: Spoken) -> Iterator[Asked]:
    for table in q.schema.tables:
        for start in dict.fromkeys((0, q.skip(0, _LEADS))):
            for asked, end in _of_table(q, start, table):
                yield from _whole(q, end, table, asked)
            yield from _ordered_first(q, start, table)


def _whole(q: Spoken, place: int, table: str, asked: Asked) -> Iterator[Asked]:
    if (once := ended(q, place)) is not None:
        yield _once(asked, once)
    if asked.order is None:
        for by, last in order(q, place, table, asked.outputs):
            if (not asked.by or by.by in asked.outputs) and (once := ended(q, last)) is not None:
                yield replace(_once(asked, once), order=by)


def _ordered_first(q: Spoken, place: int, table: str) -> Iterator[Asked]:
    """ "나이가 많은 순으로 가수의 이름을 보여줘" """
    for by, start in order(q, place, table, ()):
        for asked, end in chain(_asked_of(q, start, table), _list(q, start, table)):
            if (once := ended(q, end)) is not None and asked.order is None and not is_aggregate(asked.outputs):
                yield replace(_once(asked, once), order=by)


def _once(asked: Asked, once: bool) -> Asked:
    return replace(asked, distinct=True) if once else asked


def _of_table(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    yield from _asked_of(q, place, table)
    yield from _list(q, place, table)
    yield from _how_many(q, place, table)
    yield from _how_many_values(q, place, table)
    yield from _how_many_values_first(q, place, table)
    yield from _of_a_thing(q, place, table)
    yield from _how_many_of(q, place, table)
    yield from sums(q, place, table)
    yield from ((Asked(of, (share,)), end) for share, of, end in shares(q, place, table))
    yield from when(q, place, table)
    yield from ends(q, place, table)
    yield from grouped(q, place, table)
    yield from of_each_value(q, place, table)
    yield from kinds(q, place, table)
    yield from most_of_a_figure(q, place, table)
    yield from most_by_average(q, place, table)
    yield from top_by_figure(q, place, table)


def _asked_of(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "프랑스 가수의 이름과 나이", "학생 이름과 각 학생의 반려동물 수"."""
    for found, different, end in things(q, place, table):
        for asked, also, last in outputs(q, _behind(q, end), table):
            if all(isinstance(o, Tally) for o in asked) or _is_mixed(asked):
                continue
            if _is_a_sum(q, last, table, asked, found):
                continue
            if (counted := q.after(end, COUNTS)) == last and isinstance(asked[0], Attribute) and counted != end:
                continue  # 주문한 고객 수 are the customers, not what each has in its `order_count`
            if (whole := _in_all(q, table, asked, found)) is not None:
                yield whole, last
                continue
            yield Asked(found, asked, distinct=different or also), last
            if found.best and found.best.limit == 1 and (several := limited(q, last)) is not None:
                best = replace(found.best, limit=several[0])
                yield Asked(replace(found, best=best), asked, distinct=different or also), several[1]
    if is_clear(q, place, table):
        for asked, also, last in outputs(q, place, table):
            if not (all(isinstance(o, Tally) for o in asked) or _is_mixed(asked)):
                yield Asked(Things(table), asked, distinct=also, guesses=1), last


def _behind(q: Spoken, place: int) -> int:
    """ "가수의", "주문 한 건당 (평균 금액)"."""
    one = nouns.numbered(q, place)
    if one is not None and one[0] == "1" and (end := q.after(one[1], ("당", "의"))) is not None:
        return end if q.word(end) == "평균" else place
    return q.skip(place, ("의", "에 대하 ㄴ"))


def _is_mixed(asked: Outputs) -> bool:
    return any(isinstance(o, Aggregate | Lasting) for o in asked) and not is_aggregate(asked)


def _is_a_sum(q: Spoken, end: int, table: str, asked: tuple[object, ...], found: Things) -> bool:
    """ "일본 재고 금액은 얼마야" is one figure, not one of each row."""
    one = asked[0]
    if len(asked) != 1 or not isinstance(one, Attribute) or not is_figure(q, one) or found.best:
        return False
    return any(q.word(n) == "얼마" for n in range(end, q.end)) and not any(
        _is_named(c, column) for c in found.conditions for column in (q.schema.label(table), q.schema.key(table))
    )


def _in_all(q: Spoken, table: str, asked: tuple[object, ...], found: Things) -> Asked | None:
    """ "지난달 결제 금액" of rows that have no name is one figure."""
    one = asked[0]
    if len(asked) != 1 or not isinstance(one, Attribute) or not is_figure(q, one) or found.best:
        return None
    is_some = bool(found.conditions) or any(q.word(n) == "총" for n in range(q.end))
    if q.schema.label(table) or not adds_up(one.column) or not is_some:
        return None
    listed_so = any(q.word(n) in ("목록", "각각", "각", "리스트", "순", "순서") for n in range(q.end))
    return None if listed_so else Asked(found, (Aggregate("sum", one),))


def _list(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "프랑스 가수": their names."""
    plain = not any(q.word(n) in ("언제", "얼마", "몇") for n in range(place, q.end))  # 가장 최근 주문은 언제야
    label = q.schema.label(table) or (q.schema.nameless(table) if plain else "")
    for found, different, end in things(q, place, table) if label else ():
        if not any(_is_named(c, label) for c in found.conditions):
            shown = (Attribute(table, label), *_ranked_by(found)) if plain and label == q.schema.nameless(table) else ()
            yield Asked(found, shown or (Attribute(table, label),), distinct=different), end


def _ranked_by(found: Things) -> tuple[Attribute, ...]:
    """Of several rows that have no name what they are ranked by says more than their keys."""
    best = found.best
    by = best.by if best is not None and best.limit > 1 else None
    return (by,) if isinstance(by, Attribute) and not by.path else ()


def _is_named(condition: Condition, label: str) -> bool:
    """The names of those that are called so are known."""
    return isinstance(condition, Compared) and condition.attribute.column == label and not condition.like


def _how_many(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "가수는 모두 몇 명", "가수 수", "몇 명의 가수가 있"."""
    count = (Aggregate("count"),)
    for found, different, end in things(q, place, table):
        if different or found.best:
            continue
        last = q.after(end, COUNTS)
        if last is not None:
            yield Asked(found, count), how_many(q, last) or q.skip(q.skip(last, ("는",)), ALTOGETHER)
        if (last := how_many(q, end)) is not None:
            yield Asked(found, count), q.skip(last, ("가 있", "있", "가 되"))
    if (begin := how_many(q, place)) is not None and (start := q.after(begin, ("의",))) is not None:
        for found, _, end in things(q, start, table):
            yield Asked(found, count), q.skip(end, ("가 있", "있"))


def _how_many_values(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "서로 다른 저자는 몇 명", "국적은 모두 몇 가지"; of some things: "아시아 나라의 정부 형태는 몇 종류"."""
    starts = [(Things(table), False, place)] + [
        (found, different, q.skip(end, ("의", "에 는", "에", "가", "는")))
        for found, different, end in things(q, place, table)
    ]
    starts += [(found, False, end) for found, end in without_noun(q, place, table)]
    for found, also, start in starts:
        begin, different = nouns.determiner(q, start)
        for attribute, end in nouns.attribute(q, begin, table):
            asked = Asked(found, (Aggregate("count", attribute, distinct=True),), guesses=int(found == Things(table)))
            last = how_many(q, q.skip(end, ("종류", "의 종류")))
            if (attribute.path and found == Things(table)) or nouns.noun(q, begin, table) == end:
                continue
            if last is not None and not is_figure(q, attribute):
                yield asked, q.skip(last, ("가 있", "있"))
            counted = q.after(end, COUNTS)
            if counted is not None and not is_figure(q, attribute):
                guess = asked.guesses + int(not (different or also))
                yield replace(asked, guesses=guess), how_many(q, counted) or counted


def _how_many_values_first(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "몇 개의 장르가 있어" """
    begin = how_many(q, place)
    start = q.after(begin, ("의",)) if begin is not None else None
    for column, end in nouns.own_attribute(q, start, table) if start is not None else ():
        if (last := q.after(end, ("가 있", "가 나오"))) is not None and not is_figure(q, Attribute(table, column)):
            yield Asked(Things(table), (Aggregate("count", Attribute(table, column), distinct=True),), guesses=1), last


def _of_a_thing(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Anguilla는 어느 대륙에 있", "Kyle은 몇 학년"."""
    for found, _, end in things(q, place, table):
        start = q.after(end, ("는", "가"))
        which = q.after(start, ("어느", "무슨", "어떤", "몇")) if start is not None else None
        if which is None or not found.conditions:
            continue
        owned = [(Attribute(table, column), last) for column, last in nouns.own_attribute(q, which, table)]
        if q.word(which) in ("살", "세") and q.word(which - 1) == "몇":
            owned = [(attribute, which + 1) for attribute, _ in spoken_of(q, ("age",), table)]
        for attribute, last in owned or list(_of_parents(q, which, table)):
            yield Asked(found, (attribute,)), last
            yield Asked(found, (attribute,)), finite(q, q.skip(last, PARTICLES))


def _of_parents(q: Spoken, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    for other, path in parents(q, table):
        yield from ((Attribute(other, column, path), end) for column, end in nouns.own_attribute(q, place, other))


def _how_many_of(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Kyle은 친구가 몇 명", "각 학생은 반려동물이 몇 마리"."""
    for other in q.schema.tables:
        path = q.schema.path(table, other) if other != table else ()
        for found, _, end in things(q, place, other) if path else ():
            start = q.skip(end, ("는", "가", "에게는", "에 는", "에게 는", "에서 는", "의"))
            counted = nouns.noun(q, start, table) if start > end else None
            last = how_many(q, counted) if counted is not None else None
            if last is not None and (found.conditions or found.best):
                asked = Asked(Things(table, (Related(path, found),)), (Aggregate("count"),))
                yield asked, finite(q, q.skip(last, PARTICLES))
