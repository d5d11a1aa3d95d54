"""Korean questions for what has most of a figure: "연체료를 가장 많이 낸 학생 5명", "금액이 가장 많은 고객"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import degree, limited, most
from plugin.generator.generate.phrases.korean.groups import by, figures_of
from plugin.generator.generate.phrases.korean.outputs import is_figure, outputs, top
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import without_noun
from plugin.generator.generate.phrases.korean.ties import mosts
from plugin.generator.generate.phrases.korean.verbs import close
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Order, Things


def most_by_average(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "평균 만족도가 가장 낮은 서비스", "총 운임이 가장 큰 고객사 3곳"."""
    for found, begin in ((Things(table), place), *without_noun(q, place, table)):
        for asked, _, end in outputs(q, begin, table):
            start = q.after(end, ("가", "는"))
            if start is None or len(asked) != 1 or not isinstance(asked[0], Aggregate):
                continue
            for limit, skip, at in most(q, start):
                how = degree(q, at)
                ends = close(q, how.end) if how is not None and not skip else ()
                for groups, after in (pair for last, joined in ends if not joined for pair in by(q, last, table)):
                    size, behind = (limited(q, after) if limit == 1 else None) or (limit, after)
                    if is_kind(q, groups[0], table):
                        order = Order(asked[0], how is not None and how.more, size)
                        yield Asked(replace(found, guesses=1), groups, by=groups, order=order), behind


def top_by_figure(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "접수 건수 상위 5개 도시", "총 운임 1위 고객사"."""
    for figures, found, end in figures_of(q, place, table):
        for descending, size, last in top(q, q.skip(end, ("가", "기준"))) if len(figures) == 1 else ():
            for groups, after in by(q, q.skip(last, ("의", "이 ㄴ")), table):
                if is_kind(q, groups[0], table) and not found.best:
                    yield Asked(found, groups, by=groups, order=Order(figures[0], descending, size), guesses=1), after


def is_kind(q: Spoken, group: Attribute, table: str) -> bool:
    """Of another thing, or a value that many rows share."""
    names = (q.schema.label(table), q.schema.key(table))
    return bool(group.path) or (group.column not in names and not q.schema.is_number(table, group.column))


_OF = ("를", "가", "의 합 가", "의 합계 가", "합계 가", "총액 가")


def most_of_a_figure(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """The figure is summed over the rows of each, and each is another thing than these."""
    begins = [(Things(table), place), *without_noun(q, place, table)]
    for found, begin in begins:
        for attribute, end in nouns.attribute(q, begin, table):
            start = q.after(end, _OF)
            if start is None or not is_figure(q, attribute):
                continue
            for descending, limit, skip, last in mosts(q, start):
                for groups, after in by(q, last, table) if not skip else ():
                    size, behind = (limited(q, after) if limit == 1 else None) or (limit, after)
                    order = Order(Aggregate("sum", attribute), descending, size)
                    if is_kind(q, groups[0], table):
                        yield Asked(replace(found, guesses=1), groups, by=groups, order=order), behind
