"""Korean phrases for the first and the last of what things have: "2019년에 처음 주문한 고객", "첫 주문이 2019년인
고객", "첫 주문 후 7일 안에 다시 주문한 고객"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plugin.generator.generate.phrases.english.firsts import End, children, own_end, time_of
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.bounds import is_
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.ties import deed_ends
from plugin.generator.generate.phrases.korean.verbs import adnominal
from plugin.generator.generate.phrases.tree import Again, Attribute, Condition, Path, Reached, Within

_ENDS: tuple[tuple[End, tuple[str, ...]], ...] = (
    ("min", ("처음", "처음 으로", "첫", "최초", "최초 로", "맨 처음")),
    ("max", ("마지막", "마지막 으로", "맨 마지막", "맨 마지막 으로")),
)
_AFTER = (
    "후",
    "이후",
    "후 에",
    "이후 에",
    "뒤",
    "뒤 에",
    "로부터",
    "에서",
    "한 뒤",
    "하 ㄴ 뒤",
    "하 ㄴ 후",
    "를 하 ㄴ 후",
    "를 하 ㄴ 뒤",
)
_WITHIN = ("안 에", "이내 에", "이내 로", "내 에", "이내", "안 으로")
_AGAIN = ("다시", "또", "또다시", "재차", "두 번 째 로")


def of_ends(q: Spoken, place: int, table: str) -> Iterator[tuple[tuple[Condition, ...], int]]:
    """What is said of the first or the last row of each thing."""
    for path in children(q, table):
        found = (*_done(q, place, table, path), *_was(q, place, table, path), *_again(q, place, path))
        yield from (((condition,), end) for condition, end in found)


def _done(q: Spoken, place: int, table: str, path: Path) -> Iterator[tuple[Condition, int]]:
    """ "2019년에 처음 주문한", "2019년에 첫 주문을 한"."""
    when, _ = q.when.get(place, (place, {}))
    for function, spoken in _ENDS if when > place else ():
        start = q.after(q.skip(when, ("에",)), spoken)
        condition = _in_time(q, place, table, path, function)
        if start is None or condition is None:
            continue
        yield from ((condition, end) for end in deed_ends(q, start, path[0].end))
        noun = nouns.noun(q, start, path[0].end)
        after = q.after(noun, ("를",)) if noun is not None else None
        verbs = adnominal(q, after) if after is not None else ()
        yield from ((condition, verb.end) for verb in verbs if not (verb.negated or verb.known))


def _was(q: Spoken, place: int, table: str, path: Path) -> Iterator[tuple[Condition, int]]:
    """ "첫 주문이 2019년인" """
    for function, spoken in _ENDS:
        start = q.after(place, spoken)
        noun = nouns.noun(q, start, path[0].end) if start is not None else None
        at = q.after(noun, ("가", "는")) if noun is not None else None
        when, _ = q.when.get(at, (at, {})) if at is not None else (at, {})
        condition = _in_time(q, at, table, path, function) if at is not None and when != at else None
        if condition is not None and when is not None:
            yield from ((condition, end) for end, denied in is_(q, when) if not denied)


def _in_time(q: Spoken, place: int, table: str, path: Path, function: End) -> Condition | None:
    """By the column of the things that tells of it, else by the days of the rows."""
    child = path[0].end
    own, time = own_end(q, table, child, function), time_of(q, child)
    _, said = q.when[place]
    bounds = said.get(child, ())
    if not time or not bounds:
        return None
    since = next((date.fromisoformat(b.values[0]) for b in bounds if b.sign == ">="), None)
    until = next((date.fromisoformat(b.values[0]) for b in bounds if b.sign == "<"), None)
    if own:
        return Within(Attribute(table, own), since, until)
    return Reached(path, function, Within(Attribute(child, time), since, until))


def _again(q: Spoken, place: int, path: Path) -> Iterator[tuple[Condition, int]]:
    """ "첫 주문 후 7일 안에 다시 주문한" """
    start = q.after(place, _ENDS[0][1])
    noun = nouns.noun(q, start, path[0].end) if start is not None else None
    after = q.after(noun, _AFTER) if noun is not None else None
    number = nouns.number(q, after) if after is not None else None
    within = q.after(number[1], tuple(f"일 {w}" for w in _WITHIN)) if number is not None else None
    again = q.after(within, _AGAIN) if within is not None else None
    time = time_of(q, path[0].end)
    if again is not None and number is not None and number[0].isdigit() and time:
        yield from ((Again(path, time, number[0]), end) for end in deed_ends(q, again, path[0].end))
