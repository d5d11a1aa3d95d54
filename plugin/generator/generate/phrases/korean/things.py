"""Korean phrases for things with all that is said of them: "콘서트를 두 번 이상 연 경기장"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from catalog_sync.times import event_time
from plugin.generator.generate.phrases.english.things import is_of_each
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.comparing import of_columns
from plugin.generator.generate.phrases.korean.degrees import limited
from plugin.generator.generate.phrases.korean.firsts import of_ends
from plugin.generator.generate.phrases.korean.periods import dated, in_period
from plugin.generator.generate.phrases.korean.placing import kind
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.states import stated
from plugin.generator.generate.phrases.korean.ties import of_others
from plugin.generator.generate.phrases.korean.valued import by_value
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.question import remembered
from plugin.generator.generate.phrases.tree import (
    Attribute,
    Best,
    Compared,
    Condition,
    Counted,
    Flagged,
    Related,
    Things,
)
from plugin.generator.tables import is_beginning, own_deeds

COUNTS = listed("counts")
_DEEPEST = 3
AMONG = listed("among")
ONES = listed("ones")
_SO_FAR = listed("so far")
_BETWEEN = listed("between")

Named = tuple[Things, int, int]  # the things, how many of them (0: all), the end


@remembered
def things(q: Spoken, place: int, table: str, deep: int = 0) -> Iterator[tuple[Things, bool, int]]:
    """Things of one table, whether each is to come once, and the end."""
    if deep > _DEEPEST:
        return
    start, different = nouns.determiner(q, place)
    for found, limit, end in _said(q, start, table, deep):
        if (whole := _limited(found, limit)) is not None and _has_key(q, whole):
            yield whole, different, end
            yield from ((more, different, last) for more, last in _among(q, whole, end, deep))
    for compared, end in nouns.label_value(q, start, table):
        yield Things(table, (compared,)), different, end
        if (last := nouns.noun(q, end, table)) is not None:
            yield Things(table, (compared,)), different, last


def _limited(found: Things, limit: int) -> Things | None:
    if not limit:
        return found
    return replace(found, best=replace(found.best, limit=limit)) if found.best else None


def _has_key(q: Spoken, found: Things) -> bool:
    return not is_of_each(found) or bool(q.schema.key(found.table))


@remembered
def _said(q: Spoken, place: int, table: str, deep: int) -> Iterator[Named]:
    """The noun with what stands before it."""
    start, _ = nouns.determiner(q, place)
    yield from _named(q, start, table)
    if (first := limited(q, start)) is not None:
        begin = q.skip(first[1], ("의",))
        yield from ((found, first[0], end) for found, limit, end in _named(q, begin, table) if not limit)
    for compared, end, every in nouns.value(q, start, table):
        if not every:
            for behind in dict.fromkeys((end, kind(q, end, compared.attribute, table))):
                yield from _with((compared,), _named(q, nouns.plural(q, behind), table))
    for conditions, end in conditions_of(q, start, table, deep):
        yield from _with(conditions, _said(q, q.skip(end, _BETWEEN), table, deep))


def _named(q: Spoken, place: int, table: str) -> Iterator[Named]:
    """ "가수", "가수 Kyle", "나라 3곳", "가수 상위 5명", "재학생"."""
    yield from ((Things(table, (found,)), 0, end) for found, end in by_value(q, place, table))
    yield from ((Things(table, (found,)), 0, end) for found, end in _flagged(q, place, table))
    yield from ((Things(table), 0, end) for end in _deed(q, place, table))
    if (end := nouns.noun(q, place, table)) is None:
        return
    yield Things(table), 0, end
    yield from ((Things(table), 0, last) for last in _deed(q, end, table))
    for compared, last in nouns.one_value(q, end, table):  # 운행 취소 건수
        if not compared.attribute.path and q.after(last, COUNTS) is not None:
            yield Things(table, (compared,)), 0, last
    if (several := limited(q, end)) is not None:
        yield Things(table), several[0], several[1]
    for compared, last in nouns.label_value(q, end, table):
        yield Things(table, (compared,)), 0, last
    if label := q.schema.label(table):
        for texts, last in nouns.literals(q, end, Attribute(table, label)):
            yield Things(table, (Compared(Attribute(table, label), "=", texts),)), 0, last


def _flagged(q: Spoken, place: int, table: str) -> Iterator[tuple[Flagged, int]]:
    """ "신선 재료", where a flag is called so: such things, as its last word says."""
    for called in q.called.get(place, ()):
        is_flag = called.table == table and bool(called.column) and q.schema.is_flag(table, called.column)
        if is_flag and called.end > place + 1 and nouns.noun(q, called.end - 1, table) == called.end:
            yield Flagged(Attribute(table, called.column)), called.end


def _deed(q: Spoken, place: int, table: str) -> Iterator[int]:
    """ "(택배) 접수 건수": how often that was done of which each row tells."""
    if q.tag(place) != "NNG" or q.after(place + 1, COUNTS) is None or q.is_value(place):
        return
    own = event_time(q.schema.tables[table])
    if own is not None and not is_beginning(own) and q.word(place) in own_deeds(own):
        yield place + 1


def _with(said: tuple[Condition | Best, ...], behind: Iterator[Named] | tuple[Named, ...]) -> Iterator[Named]:
    conditions = tuple(one for one in said if not isinstance(one, Best))
    best = next((one for one in said if isinstance(one, Best)), None)
    for found, limit, end in behind:
        if best is None or found.best is None:
            yield replace(found, conditions=(*conditions, *found.conditions), best=best or found.best), limit, end


@remembered
def conditions_of(q: Spoken, place: int, table: str, deep: int) -> Iterator[tuple[tuple[Condition | Best, ...], int]]:
    start = q.skip(place, _SO_FAR)
    yield from (((one,), end) for one, end in of_columns(q, start, table))
    yield from in_period(q, start, table)
    yield from of_ends(q, start, table)
    yield from dated(q, start, table)
    yield from (((one,), end) for one, end in stated(q, start, table))
    yield from of_others(q, start, table, partial(things, deep=deep + 1))


def _among(q: Spoken, found: Things, place: int, deep: int) -> Iterator[tuple[Things, int]]:
    """ "고객 중에서 50달러 이상 쓴 사람", "졸업생 중 여자"."""
    start = q.after(place, AMONG)
    for compared, end, every in nouns.value(q, start, found.table) if start is not None else ():
        if not (every or compared.attribute.path):
            yield replace(found, conditions=(*found.conditions, compared)), q.skip(end, ("출신",))
    for more, limit, end in of_ones(q, start, found.table, deep) if start is not None else ():
        if found.best is None or more.best is None:
            both = replace(more, conditions=(*found.conditions, *more.conditions), best=more.best or found.best)
            if (whole := _limited(both, limit)) is not None and _has_key(q, whole):
                yield whole, end


def of_ones(q: Spoken, place: int, table: str, deep: int) -> Iterator[Named]:
    """What stands behind "중": "50달러 이상 쓴 사람"."""
    for conditions, end in conditions_of(q, place, table, deep):
        rest = list(of_ones(q, end, table, deep))
        last = q.after(end, ONES)
        if last is None:
            last = nouns.noun(q, end, table)
        if last is not None:
            several = limited(q, last)
            rest.append((Things(table), 0, last))
            rest += [(Things(table), several[0], several[1])] if several else []
        yield from _with(conditions, tuple(rest))


def _is_of_others(conditions: tuple[Condition, ...]) -> bool:
    """ "가장 젊은 회원의 (쪽수)": members have no pages, and books are not spoken of."""
    return any(isinstance(c, Related | Counted) for c in conditions)


def without_noun(q: Spoken, place: int, table: str, deep: int = 0) -> Iterator[tuple[Things, int]]:
    """ "English를 사용하는 (지역)": a column of these stands for them."""
    for conditions, end in conditions_of(q, place, table, deep):
        plain = tuple(c for c in conditions if not isinstance(c, Best))
        if len(plain) < len(conditions):
            continue
        if not is_of_each(Things(table, plain)) and not (q.word(end - 1) == "의" and _is_of_others(plain)):
            yield Things(table, plain), end
        for more, last in without_noun(q, end, table, deep) if deep < _DEEPEST else ():
            yield replace(more, conditions=(*plain, *more.conditions)), last
