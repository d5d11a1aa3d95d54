"""Korean questions in which a column stands for things itself: "가수가 가장 많은 나라", "가장 흔한 종류"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog_sync.names import words
from plugin.generator.generate.phrases.english.nouns import parents
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import limited
from plugin.generator.generate.phrases.korean.groups import ALSO, COUNT, EACH, Groups, averaging, by
from plugin.generator.generate.phrases.korean.outputs import COUNTS, is_figure
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import things, without_noun
from plugin.generator.generate.phrases.korean.ties import PARTICLES, amounts, mosts
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Having, Order, Output, Things
from plugin.generator.generate.plan.names.additive import adds_up

_COMMON = listed("common")
_RARE = listed("rare")


def kinds(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """A column stands for things itself: "가수가 가장 많은 나라", "학생이 4명 이상인 학년"."""
    yield from _most_common(q, place, table)
    yield from _of_things(q, place, table)
    for having, end in averaging(q, place, table):
        for groups, last in by(q, end, table):
            yield Asked(Things(table), groups, by=groups, having=(having,)), last
    yield from _most_parents(q, place, table)
    for found, end in without_noun(q, place, table):
        for column, last in nouns.own_attribute(q, end, table):
            attribute = Attribute(table, column)
            is_number = is_figure(q, attribute)
            if is_number and words(column).endswith(" count"):
                continue  # 음료 are none of their numbers
            if is_number and adds_up(column):
                continue  # what was paid is no kind of thing
            if not (is_number and any(q.word(n) == "얼마" for n in range(last, q.end))):
                yield Asked(found, (attribute,), distinct=True, guesses=1), last


def _most_common(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "가장 흔한 종류", "교사들의 가장 흔한 고향"."""
    begins = [(Things(table), place)]
    begins += [(f, q.skip(end, ("의", "중", "중 에서"))) for f, _, end in things(q, place, table) if not f.best]
    for found, begin in begins:
        for spoken, descending in ((_COMMON, True), (_RARE, False)):
            start = q.after(begin, spoken)
            for groups, end in by(q, start, table) if start is not None else ():
                is_kind = groups[0].column not in (q.schema.label(table), q.schema.key(table))
                if not groups[0].path and is_kind and not q.schema.is_number(table, groups[0].column):
                    yield Asked(found, groups, by=groups, order=Order(COUNT, descending, 1)), end


def _of_things(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    for found, _, end in things(q, place, table):
        counted = q.after(end, COUNTS)
        start = q.skip(end if counted is None else counted, PARTICLES)
        for descending, limit, skip, last in mosts(q, start):
            for groups, after in by(q, last, table):
                several = limited(q, after) if limit == 1 else None
                size, after = several if several is not None else (limit, after)
                if not skip and not found.best:
                    for shown, behind in _with_their_count(q, after, table, groups):
                        order = Order(COUNT, descending, size)
                        yield _guess(Asked(found, shown, by=groups, order=order)), behind
                    yield _guess(Asked(found, groups, by=groups, order=Order(COUNT, descending, size))), after
        for sign, number, last in amounts(q, start):
            for groups, after in by(q, last, table):
                yield _guess(Asked(found, groups, by=groups, having=(Having(COUNT, sign, number),))), after
        for verb in adnominal(q, start) if counted is None and start > end else ():
            for groups, after in by(q, verb.end, table) if not verb.negated else ():
                if not groups[0].path:
                    yield Asked(found, groups, distinct=found.best is None, guesses=1), after


def _with_their_count(q: Spoken, place: int, table: str, groups: Groups) -> Iterator[tuple[tuple[Output, ...], int]]:
    """ "도시와 그 회원 수" """
    also = q.after(place, ALSO)
    start = nouns.noun(q, q.skip(also, EACH), table) if also is not None else None
    if start is not None and (end := q.after(start, COUNTS)) is not None:
        yield (*groups, COUNT), end


def _guess(asked: Asked) -> Asked:
    """Parents that have the most are things themselves, rather than values that these are called by."""
    return replace(asked, guesses=asked.guesses + 1) if asked.by[0].path else asked


def _most_parents(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "가장 많은 나라에서 쓰이는 언어": each row is of one of these."""
    for descending, limit, skip, begin in mosts(q, place):
        for other, path in parents(q, table):
            end = nouns.noun(q, begin, other)
            start = q.after(end, PARTICLES) if end is not None else None
            if start is None or skip or len(path) != 1 or len(path[0].columns) != 1:
                continue
            for verb in adnominal(q, start):
                for groups, last in by(q, verb.end, table) if not verb.negated else ():
                    count = Aggregate("count", Attribute(table, path[0].columns[0]), distinct=True)
                    if not groups[0].path:
                        yield Asked(Things(table), groups, by=groups, order=Order(count, descending, limit)), last
