"""Korean phrases for how long it takes: "접수부터 배송 완료까지 평균 며칠", "처리에 걸린 평균 일수"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time, is_time
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.periods import deed_words
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.tree import Attribute, Function, Lasting
from plugin.generator.tables import deeds

_FUNCTIONS: dict[str, Function] = {
    "평균": "avg", "최대": "max", "최장": "max", "가장 길 ㄴ": "max", "최소": "min", "최단": "min",
}  # fmt: skip
_UNITS = {
    "일수": "day", "며칠": "day", "기간": "", "소요 기간": "", "소요 일수": "day", "시간": "", "소요 시간": "",
    "소요일": "day", "소요일수": "day", "리드타임": "", "날짜 수": "day", "몇 일": "day", "몇 시간": "hour",
}  # fmt: skip
_TAKING = ("걸리 ㄴ", "걸리 는", "소요 되 ㄴ", "소요 하 ㄴ")
_SINCE = ("부터", "에서", "에서 부터", "후", "하 ㄴ 후", "되 ㄴ 후", "이후")
_UNTIL = ("까지", "까지 의", "까지 는")
_TOWARDS = ("에", "하 ㄴ 데", "되 ㄴ 데", "하 기 까지", "되 기 까지")
_TAKES = ("걸리", "소요 되", "가 걸리", "가 소요 되", "나 걸리", "를 걸리")


def lasting(q: Spoken, place: int, table: str) -> Iterator[tuple[Lasting, int]]:
    """The average, least or most of the time from one day of a row to another."""
    for start, end, behind in (*_from_to(q, place, table), *_of_deed(q, place, table)):
        at = q.skip(behind, _TAKING)
        for function, unit, last in _how_long(q, at):
            if unit or _are_days(q, start, end, table):
                of = Attribute(table, start), Attribute(table, end)
                yield Lasting(function, *of, unit or "day"), q.skip(last, _TAKES)


def _how_long(q: Spoken, place: int) -> Iterator[tuple[Function, str, int]]:
    """ "평균 일수", "일수의 평균", "평균 며칠"."""
    after = q.after(place, _FUNCTIONS)
    if after is not None and (end := q.after(after, _UNITS)) is not None:
        yield _FUNCTIONS[_text(q, place, after)], _UNITS[_text(q, after, end)], end
    end = q.after(place, _UNITS)
    start = q.skip(end, ("의",)) if end is not None else place
    if end is not None and (last := q.after(start, _FUNCTIONS)) is not None:
        yield _FUNCTIONS[_text(q, start, last)], _UNITS[_text(q, place, end)], last


def _text(q: Spoken, start: int, end: int) -> str:
    return " ".join(q.word(n) for n in range(start, end))


def _from_to(q: Spoken, place: int, table: str) -> Iterator[tuple[str, str, int]]:
    """ "접수부터 배송 완료까지" """
    for start, end in _moment(q, place, table):
        begin = q.after(end, _SINCE)
        for last, behind in _moment(q, begin, table) if begin is not None else ():
            if last != start and (after := q.after(behind, _UNTIL)) is not None:
                yield start, last, after


def _of_deed(q: Spoken, place: int, table: str) -> Iterator[tuple[str, str, int]]:
    """ "처리에 걸린", "클레임을 처리하는 데 걸린": since that of which the row tells."""
    own = event_time(q.schema.tables[table])
    noun = nouns.noun(q, place, table)
    begins = dict.fromkeys((place, place if noun is None else q.skip(noun, ("를", "가", "의"))))
    for last, end in (pair for begin in begins for pair in _moment(q, begin, table)):
        start = q.after(end, _TOWARDS)
        is_taken = start is not None and q.after(start, _TAKING) is not None
        if own is not None and last != own.name and is_taken:
            yield own.name, last, start or end


def _moment(q: Spoken, place: int, table: str) -> Iterator[tuple[str, int]]:
    """ "접수일", "접수", "배송 완료": the one day that is called so, or of that deed."""
    named = [(c, end) for c, end in nouns.own_attribute(q, place, table) if is_time(q.schema.column(table, c))]
    yield from named
    end = place
    while end < place + 2 and q.tag(end) == "NNG" and not named:
        end += 1
    for last in range(end, place, -1):
        said = [deed_words(q.word(n)) for n in range(place, last)]
        times = (c for c in q.schema.tables[table].columns if is_time(c) and not c.pii)
        found = [c.name for c in times if all(deeds(c, q.word(place)) & words for words in said)]
        if len(found) == 1:
            yield found[0], last
            return


def _are_days(q: Spoken, start: str, end: str, table: str) -> bool:
    return all(q.schema.column(table, c).type.upper() == "DATE" for c in (start, end))
