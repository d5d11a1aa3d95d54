"""Korean questions for what has most of a figure: "연체료를 가장 많이 낸 학생 5명", "금액이 가장 많은 고객"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import limited
from plugin.generator.generate.phrases.korean.groups import by
from plugin.generator.generate.phrases.korean.outputs import is_figure
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import without_noun
from plugin.generator.generate.phrases.korean.ties import mosts
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Order, Things

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
                    if groups[0].path:
                        yield Asked(replace(found, guesses=1), groups, by=groups, order=order), behind
