"""Korean phrases of more or less than the average: "평균보다 높은", "평균 가격보다 비싼"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import BOUNDS, ends_of_bound
from plugin.generator.generate.phrases.korean.degrees import degree
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.verbs import adnominal, close
from plugin.generator.generate.phrases.tree import AgainstAverage, Attribute, Sign

_ADVERBS: tuple[tuple[str, Sign], ...] = (("많이", ">"), ("적 게", "<"), ("높 게", ">"), ("낮 게", "<"))
_SPELLED = {"두": "2", "세": "3", "네": "4", "다섯": "5", "열": "10"}
_MEAN = ("평균", "전체 평균", "전체 의 평균", "평균 값")


def average(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[AgainstAverage, int]]:
    """ "평균보다 높은", "평균 이상인", "전체 평균 나이를 넘는"."""
    noun = nouns.noun(q, place, attribute.table)
    start = q.after(place if noun is None else q.skip(noun, ("의", "들 의")), _MEAN)
    if start is None:
        return
    for other, end in nouns.attribute(q, start, attribute.table):
        start = end if other == attribute else start
    yield from _against(q, start, attribute)


def average_first(q: Spoken, place: int, table: str) -> Iterator[tuple[AgainstAverage, int]]:
    """ "평균 가격보다 비싼", "평균보다 면적이 넓은"."""
    noun = nouns.noun(q, place, table)
    start = q.after(place if noun is None else q.skip(noun, ("의",)), _MEAN)
    if start is None:
        return
    for attribute, end in nouns.attribute(q, start, table):
        if q.schema.is_number(attribute.table, attribute.column) and not attribute.path:
            yield from _against(q, end, attribute)
            than = q.after(end, ("보다", "보다 더"))
            for again, behind in nouns.attribute(q, than, table) if than is not None else ():
                if again == attribute and (how := degree(q, q.skip(behind, ("가", "는")))):
                    one = AgainstAverage(attribute, ">" if how.more else "<")
                    yield from ((one, last) for last, _ in close(q, how.end))
    than = q.after(start, ("보다", "보다 더"))
    for attribute, end in nouns.attribute(q, than, table) if than is not None else ():
        yield from _done_more(q, end, attribute)
        how = degree(q, q.skip(q.skip(end, ("가", "는")), ("더",)))
        if how is not None and q.schema.is_number(attribute.table, attribute.column) and not attribute.path:
            yield from ((AgainstAverage(attribute, ">" if how.more else "<"), last) for last, _ in close(q, how.end))


def _done_more(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[AgainstAverage, int]]:
    """ "평균보다 연체료를 많이 낸" """
    start = q.skip(place + 1, ("더",)) if q.word(place) == "를" else place
    for spoken, sign in _ADVERBS:
        after = q.after(start, (spoken,)) if start > place else None
        is_figure = q.schema.is_number(attribute.table, attribute.column) and not attribute.path
        for verb in adnominal(q, after) if after is not None and is_figure else ():
            if not (verb.negated or verb.known):
                yield AgainstAverage(attribute, sign), verb.end


def _against(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[AgainstAverage, int]]:
    """So many times the average: "평균의 두 배 이상인"."""
    times = _times(q, place)
    for found, end in _against_once(q, place if times is None else times[1], attribute):
        yield (found if times is None else replace(found, times=times[0])), end


def _times(q: Spoken, place: int) -> tuple[str, int] | None:
    start = q.skip(place, ("의", "보다"))
    found = nouns.number(q, start) or ((_SPELLED[q.word(start)], start + 1) if q.word(start) in _SPELLED else None)
    return (found[0], found[1] + 1) if found is not None and q.word(found[1]) == "배" else None


def _against_once(q: Spoken, place: int, attribute: Attribute) -> Iterator[tuple[AgainstAverage, int]]:
    if (sign := BOUNDS.get(q.word(place))) is not None:
        yield from ((AgainstAverage(attribute, sign), end) for end in ends_of_bound(q, place + 1))
    over = q.after(place, ("를 넘", "를 초과 하", "를 웃돌"))
    if over is not None:
        yield from ((AgainstAverage(attribute, ">"), end) for end, _ in close(q, over))
    than = q.after(place, ("보다",))
    if than is not None and (how := degree(q, q.skip(than, ("더",)))):
        yield from ((AgainstAverage(attribute, ">" if how.more else "<"), end) for end, _ in close(q, how.end))
