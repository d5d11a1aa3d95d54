"""Korean phrases for what is asked of things: columns, aggregates, counts of others; and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.english.nouns import parents
from plugin.generator.generate.phrases.english.outputs import Outputs
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.degrees import degree, limited
from plugin.generator.generate.phrases.korean.lasting import lasting
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.korean.words import listed
from plugin.generator.generate.phrases.question import remembered
from plugin.generator.generate.phrases.tree import (
    Aggregate,
    Attribute,
    Function,
    Order,
    Output,
    Path,
    Related,
    Tally,
    Things,
)

_JOINED = listed("joined")
FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("평균", "평균 적 이 ㄴ", "평균 값"), "avg"),
    **dict.fromkeys(
        ("최대", "최고", "최댓값", "최대값", "최대 값", "최곳값", "최고 값", "가장 크 ㄴ", "가장 높 ㄴ", "가장 많 ㄴ"),
        "max",
    ),
    **dict.fromkeys(("최소", "최저", "최솟값", "최소값", "최소 값", "가장 작 ㄴ", "가장 낮 ㄴ", "가장 적 ㄴ"), "min"),
    **dict.fromkeys(("총", "합계", "총합", "합", "총 합계", "전체 합계", "총액", "총계", "총 합"), "sum"),
}
COUNTS = listed("counts")


@remembered
def outputs(q: Spoken, place: int, table: str) -> Iterator[tuple[Outputs, bool, int]]:
    """One or more of one table, whether each row is to come once, and the end."""
    for first, different, end in _one(q, place, table):
        yield first, different, end
        start = q.after(end, _JOINED)
        for others, more, last in outputs(q, start, table) if start is not None else ():
            yield (*first, *others), different or more, last


def _one(q: Spoken, place: int, table: str) -> Iterator[tuple[Outputs, bool, int]]:
    yield from (((tally,), False, end) for tally, end in tallies(q, place, table))
    yield from (((lasts,), False, end) for lasts, end in lasting(q, place, table))
    start, different = nouns.determiner(q, place)
    found = list(nouns.attribute(q, start, table))
    for attribute, end in found:
        yield (attribute,), different, end
        yield from ((asked, different, last) for asked, last in _functions_behind(q, end, attribute))
    named, label = nouns.noun(q, start, table), q.schema.label(table)
    if not found and named is not None and label:
        yield (Attribute(table, label),), different, named
    if not found and named is None:
        yield from (((attribute,), different, end) for attribute, end in _of_parents(q, start, table))
    yield from (((attribute,), False, end) for attribute, end in _of_their_parents(q, place, table))
    for functions, end in _functions(q, start):
        for attribute, last in nouns.attribute(q, end, table):
            if is_figure(q, attribute):
                yield tuple(Aggregate(f, attribute) for f in functions), False, last


def _of_parents(q: Spoken, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """ "나라" of a supplier: its name."""
    for other, path in parents(q, table):
        label = q.schema.label(other)
        if (end := nouns.noun(q, place, other)) is not None and label:
            yield Attribute(other, label, path), end


def _of_their_parents(q: Spoken, place: int, table: str) -> Iterator[tuple[Attribute, int]]:
    """ "그 분관이 있는 구역 이름" """
    start = _of_each(q, place, table)
    for verb in adnominal(q, start) if start > place else ():
        if not (verb.negated or verb.joined):
            yield from ((a, end) for a, end in nouns.attribute(q, verb.end, table) if a.path)


def is_figure(q: Spoken, attribute: Attribute) -> bool:
    is_key = q.schema.is_key(attribute.table, attribute.column) or q.schema.key(attribute.table) == attribute.column
    return q.schema.is_number(attribute.table, attribute.column) and not attribute.path and not is_key


def _functions_behind(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[Outputs, int]]:
    """ "나이의 평균과 최댓값", "가격 합계"."""
    start = q.skip(place, ("의",))
    for functions, end in _functions(q, start):
        if is_figure(q, attribute):
            yield tuple(Aggregate(f, attribute) for f in functions), q.skip(end, ("값", "점수", "금액"))


def _functions(q: Spoken, place: int) -> Iterator[tuple[tuple[Function, ...], int]]:
    """ "평균, 최소, 최대" """
    end = q.after(place, FUNCTIONS)
    if end is None:
        return
    function = FUNCTIONS[" ".join(q.word(n) for n in range(place, end))]
    yield (function,), end
    start = q.after(end, ("와", ",", "및", ", 그리고", "그리고"))
    for others, last in _functions(q, start) if start is not None else ():
        yield (function, *others), last


def tallies(q: Spoken, place: int, table: str) -> Iterator[tuple[Tally, int]]:
    """ "콘서트 수", "각 경기장의 콘서트 수", "담당하는 과목 수" of each."""
    for start in dict.fromkeys((place, _of_each(q, place, table))):
        for begin in dict.fromkeys((start, *(v.end for v in adnominal(q, start) if not v.negated and not v.joined))):
            for other, end in nouns.any_noun(q, begin):
                last = q.after(end, COUNTS)
                path = q.schema.path(table, other) if other != table else ()
                if last is not None and counts(path):
                    yield Tally(Related(path, Things(other))), last


def counts(path: Path) -> bool:
    return bool(path) and path[0].many and len(path) <= 2


def _of_each(q: Spoken, place: int, table: str) -> int:
    start = q.skip(place, ("각", "각각 의", "그", "해당", "각자 의"))
    end = nouns.noun(q, start, table)
    return q.skip(end, ("의", "가", "를", "에서", "에", "마다", "별", "별 로", "마다 의")) if end is not None else start


_RISING = listed("rising")
_FALLING = listed("falling")
_TO = listed("ordered")
_FIRST = ("ㄴ 순", "ㄴ 순서", "ㄴ 순 서", "ㄴ 것 부터", "ㄴ 거 부터", "ㄴ 곳 부터", "ㄴ 사람 부터", "ㄴ 쪽 부터")


def order(q: Spoken, place: int, table: str, shown: Outputs) -> Iterator[tuple[Order, int]]:
    """ "나이가 많은 순으로", "이름순으로", "이름 내림차순으로", "많은 순으로 3개만"."""
    figures = [o for o in shown if not isinstance(o, Attribute) or is_figure(q, o)]
    for descending, size, end in top(q, q.skip(place, (",", "가", "는", "기준"))) if len(figures) == 1 else ():
        yield Order(figures[0], descending, size), end
    for by, descending, end in _directed(q, place, table, shown):
        last = q.skip(end, _TO)
        yield Order(by, descending), last
        if (several := limited(q, last)) is not None:
            yield Order(by, descending, several[0]), q.skip(several[1], ("만",))


def top(q: Spoken, place: int) -> Iterator[tuple[bool, int, int]]:
    """ "상위 5개", "하위 3곳", "top 5", "1위": whether it falls, how many, the end."""
    if q.word(place) in ("상위", "하위", "top", "탑") and (several := limited(q, place)) is not None:
        yield q.word(place) != "하위", several[0], q.skip(several[1], ("만",))
    if (found := nouns.number(q, place)) is not None and found[0] == "1" and q.word(found[1]) == "위":
        yield True, 1, found[1] + 1


def _directed(q: Spoken, place: int, table: str, shown: Outputs) -> Iterator[tuple[Output, bool, int]]:
    start = q.skip(place, ("를", "는", ",", "가", "를 각각"))
    for by, end in _ordered_by(q, start, table, shown):
        after = q.skip(end, ("가", "의", "를 기준 로", "기준 로", "에 따르 어", "를", "기준", "로"))
        yield from ((by, descending, last) for descending, last in _direction(q, after))
        yield from ((by, False, last) for last in (q.after(after, ("순", "순서")),) if last is not None)
    figures = [o for o in shown if not isinstance(o, Attribute) or is_figure(q, o)]
    if len(figures) == 1 and q.tag(start) == "VA":
        yield from ((figures[0], descending, last) for descending, last in _direction(q, start))
    if len(shown) == 1 and isinstance(shown[0], Attribute) and q.tag(start) != "VA":
        yield from ((shown[0], descending, last) for descending, last in _direction(q, start))


def _direction(q: Spoken, place: int) -> Iterator[tuple[bool, int]]:
    """ "내림차순", "많은 순"."""
    for forms, descending in ((_RISING, False), (_FALLING, True)):
        if (last := q.after(place, forms)) is not None:
            yield descending, last
    if (how := degree(q, place)) and (last := q.after(how.end, _FIRST)):
        yield how.more, last


def _ordered_by(q: Spoken, place: int, table: str, shown: Outputs) -> Iterator[tuple[Output, int]]:
    start, _ = nouns.determiner(q, place)
    for attribute, end in nouns.attribute(q, start, table):
        yield attribute, end
    for tally, end in tallies(q, place, table):
        if tally in shown:
            yield tally, end
