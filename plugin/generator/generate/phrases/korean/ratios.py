"""Korean phrases for shares: "전체 택배 가운데 보험에 가입한 비율", "주말에 접수된 택배의 비율", "VIP 고객 비중"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.states import stated
from plugin.generator.generate.phrases.korean.things import AMONG, ONES, conditions_of, things
from plugin.generator.generate.phrases.tree import Best, Compared, Condition, Flagged, Share, Things

_SHARES = ("비율", "비중", "의 비율", "의 비중", "가 차지 하 ㄴ 비율", "가 차지 하 ㄴ 비중", "퍼센트", "백분율")
_PERCENT = ("%", "퍼센트", "프로", "백분율")

Shared = tuple[Share, Things, int]


def shares(q: Spoken, place: int, table: str) -> Iterator[Shared]:
    """The share, of which things, and the end. When things happened is said of all of them."""
    percent = any(q.word(n) in _PERCENT for n in range(q.end))
    for conditions, of, end in (*_among(q, place, table), *_of_things(q, place, table), *_of_rows(q, place, table)):
        if conditions:
            yield Share(conditions, percent), of, end


def _among(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], Things, int]]:
    """ "택배 가운데 보험 가입", "고객 중 VIP", "주문 중에서 취소된 것의"."""
    for of, _, end in things(q, place, table):
        start = q.after(end, AMONG)
        for conditions, last in _met(q, start, table) if start is not None and of.best is None else ():
            behind = q.after(last, ONES)
            noun = nouns.noun(q, last, table)
            for at in dict.fromkeys((last, last if behind is None else behind, last if noun is None else noun)):
                if (after := q.after(at, _SHARES)) is not None:
                    yield conditions, of, after


def _of_things(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], Things, int]]:
    own = event_time(q.schema.tables[table])
    for found, _, end in things(q, place, table):
        after = q.after(end, _SHARES)
        if after is not None and found.best is None:
            days = [c for c in found.conditions if isinstance(c, Compared)]
            when = tuple(c for c in days if own is not None and c.attribute.column == own.name)
            yield tuple(c for c in found.conditions if c not in when), Things(table, when), after


def _of_rows(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], Things, int]]:
    """ "보험 가입 비율" of rows that are not named."""
    for flag, end in stated(q, place, table, bare=True):
        after = q.after(end, _SHARES)
        if after is not None and isinstance(flag, Flagged):
            yield (flag,), Things(table, guesses=1), after


def _met(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], int]]:
    for conditions, end in conditions_of(q, place, table, 1):
        yield tuple(c for c in conditions if not isinstance(c, Best)), end
    for value, end, every in nouns.value(q, place, table):
        if not every and not value.attribute.path:
            yield (value,), end
    yield from (((flag,), end) for flag, end in stated(q, place, table, bare=True))
