"""Korean phrases for the part of things of which something is true: "주문이 없는 고객의 비율", "나라별로 주문이 없는
고객의 비율", "독일 고객 중 잔액이 마이너스인 고객은 몇 퍼센트"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.groups import by
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import of_ones, things
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import Asked, Share, Things

_PER = listed("per")
_AMONG = listed("among")
_WHOLE = ("전체", "모든", "전")
_PART = (("비율", 1), ("비중", 1), ("몇 퍼센트", 100), ("몇 %", 100), ("몇 프로", 100), ("퍼센트", 100))


def shares(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    for found, share, end in _share(q, place, table):
        yield Asked(found, (share,)), end
    for groups, end in by(q, place, table):
        start = q.after(end, _PER)
        for found, share, last in _share(q, q.skip(start, (",",)), table) if start is not None else ():
            yield Asked(found, (*groups, share), by=groups), last


def _share(q: Spoken, place: int, table: str) -> Iterator[tuple[Things, Share, int]]:
    for found, _, end in things(q, place, table):
        if found.best is not None:
            continue
        if len(found.conditions) == 1:
            for times, last in _part(q, end, table):
                yield Things(table, guesses=found.guesses), Share(found.conditions, times), last
        start = q.after(end, _AMONG)
        for more, limit, behind in of_ones(q, start, table, 0) if start is not None else ():
            if more.best is None and not limit and more.conditions:
                for times, last in _part(q, behind, table):
                    yield found, Share(more.conditions, times), last


def _part(q: Spoken, place: int, table: str) -> Iterator[tuple[int, int]]:
    """ "의 비율", "은 전체 고객의 몇 퍼센트"."""
    start = q.skip(place, ("의", "는", "가"))
    whole = q.after(start, _WHOLE)
    if whole is not None:
        noun = nouns.noun(q, whole, table)
        start = q.skip(whole if noun is None else noun, ("의", "중", "중 에서", "에서"))
    for spoken, times in _PART:
        if (end := q.after(start, (spoken,))) is not None:
            yield times, q.skip(end, ("를", "가", "는", "나"))
