"""Korean phrases for the part of things of which something is true: "주문이 없는 고객의 비율", "전체 택배 가운데 보험에
가입한 비율", "독일 고객 중 잔액이 마이너스인 고객은 몇 퍼센트", "VIP 고객 비중"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.states import stated
from plugin.generator.generate.phrases.korean.things import AMONG, ONES, conditions_of, things
from plugin.generator.generate.phrases.tree import Best, Compared, Condition, Flagged, Share, Things

_OF = ("의", "는", "가", "가 차지 하 ㄴ", "가 차지 하 는")
_WHOLE = ("전체", "모든", "전")
_PARTS = ("비율", "비중", "백분율", "몇 퍼센트", "몇 %", "몇 프로", "퍼센트")
_PERCENT = ("%", "퍼센트", "프로", "백분율")

_Part = tuple[tuple[Condition, ...], Things, int]


def shares(q: Spoken, place: int, table: str) -> Iterator[tuple[Share, Things, int]]:
    """The share, of which things, and the end. When things happened is said of all of them."""
    times = 100 if any(q.word(n) in _PERCENT for n in range(q.end)) else 1
    for conditions, of, end in (*_among(q, place, table), *_of_things(q, place, table), *_of_rows(q, place, table)):
        if conditions:
            yield Share(conditions, times), of, end


def _among(q: Spoken, place: int, table: str) -> Iterator[_Part]:
    """ "택배 가운데 보험 가입", "고객 중 VIP", "주문 중에서 취소된 것의"."""
    for of, _, end in things(q, place, table):
        start = q.after(end, AMONG)
        for conditions, last in _met(q, start, table) if start is not None and of.best is None else ():
            ones, noun = q.after(last, ONES), nouns.noun(q, last, table)
            for at in dict.fromkeys(at for at in (last, ones, noun) if at is not None):
                yield from ((conditions, of, after) for after in _part(q, at, table))


def _of_things(q: Spoken, place: int, table: str) -> Iterator[_Part]:
    own = event_time(q.schema.tables[table])
    for found, _, end in things(q, place, table):
        days = [c for c in found.conditions if isinstance(c, Compared)]
        when = tuple(c for c in days if own is not None and c.attribute.column == own.name)
        true = tuple(c for c in found.conditions if c not in when)
        if found.best is None and len(true) == 1:  # of two, one may say of which things it is the part
            yield from ((true, Things(table, when, guesses=found.guesses), after) for after in _part(q, end, table))


def _of_rows(q: Spoken, place: int, table: str) -> Iterator[_Part]:
    """ "보험 가입 비율" of rows that are not named."""
    for flag, end in stated(q, place, table, bare=True):
        if isinstance(flag, Flagged):
            yield from (((flag,), Things(table, guesses=1), after) for after in _part(q, end, table))


def _met(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], int]]:
    for conditions, end in conditions_of(q, place, table, 1):
        yield tuple(c for c in conditions if not isinstance(c, Best)), end
    for value, end, every in nouns.value(q, place, table):
        if not every and not value.attribute.path:
            yield (value,), end
    yield from (((flag,), end) for flag, end in stated(q, place, table, bare=True))


def _part(q: Spoken, place: int, table: str) -> Iterator[int]:
    """ "의 비율", "은 전체 고객의 몇 퍼센트"."""
    start = q.skip(place, _OF)
    if (whole := q.after(start, _WHOLE)) is not None:
        noun = nouns.noun(q, whole, table)
        start = q.skip(whole if noun is None else noun, ("의", "중", "중 에서", "에서"))
    if (end := q.after(start, _PARTS)) is not None:
        yield from dict.fromkeys((end, q.skip(end, ("를", "가", "는", "나"))))
