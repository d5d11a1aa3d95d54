"""Korean questions for one figure of things that are named or not: "인구는 모두 얼마", "2025년 매출 총액"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from plugin.generator.generate.phrases.english.nouns import parents
from plugin.generator.generate.phrases.english.outputs import is_aggregate
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.ends import ALTOGETHER
from plugin.generator.generate.phrases.korean.lasting import lasting
from plugin.generator.generate.phrases.korean.outputs import is_figure, outputs
from plugin.generator.generate.phrases.korean.periods import at_time
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import things, without_noun
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Compared, Related, Things

_PAID = frozenset(listed("paid"))
_FOR = ("에", "에서", "로", "가", "에 대하 어", "에 대해")
_LIVING = ("몇 명 가 살", "사람 가 몇 명 살", "몇 명 의 사람 가 살", "얼마나 많 ㄴ 사람 가 살")


def sums(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    yield from _sums(q, place, table)
    yield from _paid_for(q, place, table)
    yield from _in_time(q, place, table)
    yield from _lasting(q, place, table)
    yield from _figures_of_values(q, place, table)
    yield from _people(q, place, table)


def is_clear(q: Spoken, place: int, table: str) -> bool:
    """No other table has a column that is called so."""
    start, _ = nouns.determiner(q, place)
    start = start if q.called.get(start) else start + 1
    return {c.table for c in q.called.get(start, ()) if c.column} == {table}


def _sums(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "인구는 모두 얼마", "모두 합한 금액"."""
    begins = [(found, q.skip(end, ("의",))) for found, _, end in things(q, place, table)]
    begins += [(replace(f, guesses=1), end) for f, end in without_noun(q, place, table) if _is_of_columns(f)]
    for found, begin in begins:
        for attribute, last in nouns.attribute(q, begin, table):
            start = q.skip(last, ("는", "를", "가"))
            after = q.after(start, ALTOGETHER)
            if after is not None and q.word(after) == "얼마" and is_figure(q, attribute):
                yield Asked(found, (Aggregate("sum", attribute),)), after


def _lasting(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "접수부터 배송까지 평균 며칠 걸려": of all rows that have such days."""
    yield from ((Asked(Things(table, guesses=1), (lasts,)), end) for lasts, end in lasting(q, place, table))


def _paid_for(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "파손 사고에 지급한 보상금 총액", "고객사들이 지난달 낸 운임은 총 얼마"."""
    for found, begin in chain(_paid(q, place, table), _paid_by(q, place, table)):
        for asked, _, last in outputs(q, begin, table):
            if is_aggregate(asked):
                yield Asked(found, asked), last
        for attribute, last in nouns.attribute(q, begin, table):
            after = q.after(q.skip(last, ("는", "를", "가")), ALTOGETHER)
            if after is not None and q.word(after) == "얼마" and is_figure(q, attribute):
                yield Asked(found, (Aggregate("sum", attribute),)), after


def _paid(q: Spoken, place: int, table: str) -> Iterator[tuple[Things, int]]:
    for found, _, end in things(q, place, table):
        yield from ((found, last) for last in _paying(q, q.after(end, _FOR)))


def _paid_by(q: Spoken, place: int, table: str) -> Iterator[tuple[Things, int]]:
    """By a parent, at a time or not."""
    for other, path in parents(q, table):
        for found, _, end in things(q, place, other):
            start = q.after(end, ("가", "에서"))
            for said, begin in (((), start), *at_time(q, start, table)) if start is not None else ():
                done = Things(table, (Related(path, found), *said))
                yield from ((done, last) for last in _paying(q, begin))


def _paying(q: Spoken, place: int | None) -> Iterator[int]:
    for verb in adnominal(q, place) if place is not None else ():
        if not (verb.negated or verb.known or verb.joined) and q.word(verb.stem) in _PAID:
            yield verb.end


def _in_time(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "작년 운임 총액", "지난달 평균 운임"."""
    for said, begin in at_time(q, place, table):
        for asked, _, last in outputs(q, begin, table) if is_clear(q, begin, table) else ():
            if is_aggregate(asked):
                yield Asked(Things(table, said, guesses=1), asked), last


def _figures_of_values(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Asia의 총 인구와 최대 GNP", "2025학년도 등록금 총액"."""
    for found, end in without_noun(q, place, table):
        is_said = q.word(end - 1) == "의" or (is_clear(q, end, table) and _is_of_columns(found))
        for asked, _, last in outputs(q, end, table) if is_said else ():
            if is_aggregate(asked):
                yield Asked(replace(found, guesses=1), asked), last


def _is_of_columns(found: Things) -> bool:
    """ "2020년에 시카고 매장이 벌어들인 (매출)": who did it, and when, is not said of these."""
    return all(isinstance(condition, Compared) for condition in found.conditions)


def _people(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "Asia에는 몇 명이 살아": their number stands in a column."""
    columns = q.schema.attributes[table].get(("population",), frozenset())
    if len(columns) != 1:
        return
    total = Aggregate("sum", Attribute(table, next(iter(columns))))
    begins = [(f, q.after(end, ("에 는", "에", "에서 는"))) for f, _, end in things(q, place, table) if f.conditions]
    begins += [(replace(f, guesses=1), end) for f, end in without_noun(q, place, table)]
    for found, begin in begins:
        last = q.after(begin, _LIVING) if begin is not None else None
        if last is not None:
            yield Asked(found, (total,)), last
