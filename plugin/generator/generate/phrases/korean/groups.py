"""Korean questions with a row for each value of something: "나라별 가수 수", "가장 흔한 종류"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from catalog_sync.times import event_time, grain, is_time
from plugin.generator.generate.phrases.english.nouns import parents
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import bounded
from plugin.generator.generate.phrases.korean.ends import how_many
from plugin.generator.generate.phrases.korean.outputs import COUNTS, is_figure, outputs
from plugin.generator.generate.phrases.korean.periods import at_time
from plugin.generator.generate.phrases.korean.shares import shares
from plugin.generator.generate.phrases.korean.spoken import Bounds, Spoken
from plugin.generator.generate.phrases.korean.things import things
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.tree import (
    FIGURES,
    Aggregate,
    Asked,
    Attribute,
    Having,
    Output,
    Path,
    Tally,
    Things,
)
from plugin.generator.generate.plan.names.additive import adds_up
from plugin.generator.tables import is_beginning
from plugin.generator.understand.periods import Unit

_HOW_MANY = ("대수", "건수", "개수", "명수", "인원", "인원 수", "수", "횟수")
_PER = listed("per")
_OF_EACH = listed("of each")
ALSO = listed("also")
EACH = listed("each")
COUNT = Aggregate("count")
_UNITS: dict[str, Unit] = {
    "월": "month", "달": "month", "연도": "year", "연": "year", "년": "year", "년도": "year", "해": "year",
    "분기": "quarter", "주": "week", "일": "day", "일자": "day", "날짜": "day",
}  # fmt: skip
_FINENESS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")

Groups = tuple[Attribute, ...]


def by(q: Spoken, place: int, table: str) -> Iterator[tuple[Groups, int]]:
    """A column, or a parent by its name, else by its key."""
    start, _ = nouns.determiner(q, place)
    yield from _by_time(q, start, table)
    own = list(nouns.attribute(q, start, table))
    for other, path in parents(q, table):
        behind = nouns.noun(q, start, other)
        name = q.schema.label(other) or q.schema.key(other)
        is_longest = behind is not None and all(behind >= end and _leads(a, path) for a, end in own)
        if behind is not None and name and is_longest:
            called = [c for c, end in nouns.own_attribute(q, start, other) if end >= behind]
            yield (Attribute(other, called[0] if called else name, path),), behind
            own = []
    yield from (((attribute,), end) for attribute, end in own if not _is_of_another(q, start, end, table))
    if not own and not any(True for _ in nouns.any_noun(q, start)):
        for other, path in parents(q, table):
            yield from (((Attribute(other, c, path),), end) for c, end in nouns.own_attribute(q, start, other))


def _by_time(q: Spoken, place: int, table: str) -> Iterator[tuple[Groups, int]]:
    """월별, by the day of which a row tells."""
    end = q.after(place, _UNITS)
    own = event_time(q.schema.tables[table])
    if end is None or own is None or own.pii or not is_time(own) or is_beginning(own):
        return
    if q.word(end) not in ("별", "마다"):
        return
    unit = _UNITS[" ".join(q.word(n) for n in range(place, end))]
    if _FINENESS.index(unit) >= _FINENESS.index(grain(own)):
        yield (Attribute(table, own.name, unit=unit),), end


def _is_of_another(q: Spoken, place: int, end: int, table: str) -> bool:
    """What no key ties to these is called so too: the number of an airline, and airlines."""
    others = [c.table for c in q.called.get(place, ()) if not c.column and c.table != table and c.end >= end]
    return any(not q.schema.path(table, other) for other in others)


def _leads(attribute: Attribute, path: Path) -> bool:
    """The column is the key that the path goes by."""
    return attribute.column in path[0].columns


def grouped(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    yield from _per(q, place, table)
    yield from _per_behind(q, place, table)
    yield from _each_first(q, place, table)
    yield from _and_of_each(q, place, table)
    yield from _figures_first(q, place, table)
    if not is_of_things(q, table):
        for said, begin in at_time(q, place, table):
            for asked, end in chain(_per(q, begin, table), _per_behind(q, begin, table), _each_first(q, begin, table)):
                yield _then(asked, said), end


def is_of_things(q: Spoken, table: str) -> bool:
    """Of people and places there are rows of all times."""
    own = event_time(q.schema.tables[table])
    return own is not None and is_beginning(own)


def _then(asked: Asked, said: Bounds) -> Asked:
    return replace(asked, things=replace(asked.things, conditions=(*said, *asked.things.conditions)))


def figures_of(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Output, ...], Things, int]]:
    """A count of things, or aggregates of their columns, or both: "책 수와 평균 쪽수"."""
    for first, found, end in _one_figure(q, place, table):
        yield first, found, end
        start = q.after(end, ALSO)
        for more, also, last in figures_of(q, start, table) if start is not None else ():
            if also in (found, Things(table)) or found == Things(table):
                yield (*first, *more), found if also == Things(table) else also, last


def _one_figure(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Output, ...], Things, int]]:
    yield from (((share,), of, end) for share, of, end in shares(q, place, table))
    for found, _, end in things(q, place, table):
        if (last := q.after(end, COUNTS)) is not None:
            yield (COUNT,), found, last
        if (last := how_many(q, end)) is not None:
            yield (COUNT,), found, _there(q, last)
        for asked, _, last in outputs(q, q.skip(end, ("의",)), table):
            if _arefigures(asked):
                yield asked, found, last
    for asked, _, end in outputs(q, place, table):
        if _arefigures(asked):
            yield asked, Things(table), end
        elif (total := _total(q, asked)) is not None:
            yield (total,), Things(table), end


def _total(q: Spoken, asked: tuple[Output, ...]) -> Output | None:
    """ "분기별 운임 매출" is the sum of each, where the figure adds up."""
    one = asked[0]
    if len(asked) == 1 and isinstance(one, Attribute) and is_figure(q, one) and adds_up(one.column):
        return Aggregate("sum", one)
    return None


def _there(q: Spoken, place: int) -> int:
    start = q.skip(place, ("씩", "이나", "나", "가"))
    start = q.skip(start, ("있", "되", "이", "열리", "나오", "들어오"))
    return q.skip(start, ("는지", "었", "ㄴ지"))


def _arefigures(asked: tuple[Output, ...]) -> bool:
    has_figures = any(isinstance(o, FIGURES) for o in asked)
    return has_figures and not any(isinstance(o, Tally) for o in asked)


def _shown(groups: Groups, figures: tuple[Output, ...]) -> tuple[Output, ...] | None:
    """The groups before the figures, or as they stand among these."""
    named = [o for o in figures if isinstance(o, Attribute)]
    if not named:
        return (*groups, *figures)
    return figures if set(named) == set(groups) else None


def _per(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "나라별 가수 수", "종류별로 평균 나이와 최대 나이"; "가수의 나라별 수"."""
    for groups, end in by(q, place, table):
        start = q.after(end, _PER)
        if start is None:
            continue
        begin = q.skip(start, (",",))
        counted = q.after(begin, _HOW_MANY)
        if counted is not None and not any(group.path for group in groups):
            yield Asked(Things(table), (*groups, COUNT), by=groups), counted
        for said, behind in ((), begin), *(() if is_of_things(q, table) else at_time(q, begin, table)):
            for figures, found, last in figures_of(q, behind, table):
                if (shown := _shown(groups, figures)) is not None and not found.best:
                    yield _then(Asked(found, shown, by=groups), said), last


def _per_behind(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "공급업체가 지역별로 몇 곳씩 있는지", "가수의 나라별 수"."""
    for found, _, end in things(q, place, table):
        numbered = q.after(end, COUNTS)
        start = q.skip(end if numbered is None else numbered, ("가", "는", "를", "의"))
        for groups, last in by(q, start, table):
            after = q.after(last, _PER)
            if after is not None and numbered is not None and not found.best:
                yield Asked(found, (*groups, COUNT), by=groups), after
            if after is None or found.best:
                continue
            if (many := how_many(q, after)) is not None:
                yield Asked(found, (*groups, COUNT), by=groups), _there(q, many)
            if (counted := q.after(after, COUNTS)) is not None:
                yield Asked(found, (*groups, COUNT), by=groups), counted


def _figures_first(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "평균 운임을 업종별로" """
    for figures, found, end in figures_of(q, place, table):
        start = q.after(end, ("를", "는", "가"))
        for groups, last in by(q, start, table) if start is not None and not found.best else ():
            shown = _shown(groups, figures)
            if shown is not None and (after := q.after(last, ("별", "별 로", "마다"))) is not None:
                yield Asked(found, shown, by=groups), after


def _each_first(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "각 나라의 가수 수", "평균 나이가 20보다 높은 각 나라의 평균 나이"."""
    begins: list[tuple[tuple[Having, ...], int]] = [((), place)]
    begins += [((having,), end) for having, end in averaging(q, place, table)]
    for having, begin in begins:
        each = q.after(begin, ("각", "각각 의", "모든"))
        for groups, end in by(q, each, table) if each is not None else ():
            start = q.after(end, _OF_EACH)
            for figures, found, last in figures_of(q, start, table) if start is not None else ():
                shown = _shown(groups, figures)
                if shown is not None and not found.best:
                    yield Asked(found, shown, by=groups, having=having), last


def _and_of_each(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "나라와 각 나라의 가수 수", "교사들의 고향과 각 고향 출신 교사 수"."""
    begins = [place, *(q.skip(end, ("의",)) for found, _, end in things(q, place, table) if found == Things(table))]
    for begin in dict.fromkeys(begins):
        for groups, end in by(q, begin, table):
            also = q.after(end, ALSO)
            start = q.after(also, EACH) if also is not None else None
            for after in _after_each(q, start, table, groups) if start is not None else ():
                for figures, found, last in figures_of(q, after, table):
                    if (shown := _shown(groups, figures)) is not None and not found.best:
                        yield Asked(found, shown, by=groups), last


def _after_each(q: Spoken, place: int, table: str, groups: Groups) -> Iterator[int]:
    yield q.skip(place, ("의",))
    ends = [end for again, end in by(q, place, table) if again == groups]
    group = groups[0]
    if group.path or q.schema.is_key(table, group.column):
        ends += [end for other, end in nouns.any_noun(q, place) if other != table and q.schema.path(table, other)]
    for end in ends:
        start = q.skip(end, _OF_EACH)
        yield start
        yield from (verb.end for verb in adnominal(q, start) if not verb.negated)


def averaging(q: Spoken, place: int, table: str) -> Iterator[tuple[Having, int]]:
    """ "평균 나이가 20보다 높은" """
    for asked, _, end in outputs(q, place, table):
        if len(asked) == 1 and isinstance(asked[0], Aggregate) and asked[0].attribute:
            for text, sign, last in bounded(q, q.skip(end, ("가", "는"))):
                yield Having(asked[0], sign, text), last
