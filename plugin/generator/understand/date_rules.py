"""The time expressions of English and Korean, each with what it means: an earlier rule comes before a later one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from plugin.generator.understand.periods import (
    Period,
    Unit,
    bounded,
    calendar,
    day_range,
    fixed,
    latest,
    month_range,
    shift,
    to_date,
    window,
    year_part,
)


@dataclass(frozen=True)
class Rule:
    pattern: re.Pattern[str]
    build: Callable[[re.Match[str]], Callable[[date], Period] | None]


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_EN_UNIT: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_KO_UNIT: dict[str, Unit] = {
    "일": "day",
    "주": "week",
    "주일": "week",
    "개월": "month",
    "달": "month",
    "분기": "quarter",
    "년": "year",
}
EN_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_EN_COUNT = r"\d{1,3}|" + "|".join(_NUMBERS)
_SIDES = {
    "since": "since",
    "from": "since",
    "after": "after",
    "before": "before",
    "until": "until",
    "through": "until",
}
YEAR = r"(?:19|20)\d\d"
_QUANTIFIERS = ("than", "over", "under", "least", "most", "above", "below", "top", "exceeds", "exceeding")
_NOT_A_QUANTITY = "".join(rf"(?<!\b{word} )" for word in _QUANTIFIERS)


def _unit(word: str) -> Unit:
    word = word.lower()
    return _EN_UNIT.get(word.rstrip("s")) or _KO_UNIT[word]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _valid_date(year: str, month: str, day: str) -> Callable[[date], Period] | None:
    try:
        return fixed("day", date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _rule(pattern: str, build: Callable[[re.Match[str]], Callable[[date], Period] | None]) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), build)


def _end_of_year(side: str, count: str | None, word: str, year: str) -> Callable[[date], Period] | None:
    """ "The last three months of 2019"."""
    unit, start = _unit(word), date(int(year), 1, 1)
    length = {"한": 1, "두": 2, "세": 3, "네": 4}.get(count or "", 0) or (_count(count) if count else 1)
    if side.lower() in ("first", "첫"):
        return lambda _today: Period(start, shift(unit, start, length))
    end = shift("year", start, 1)
    return lambda _today: Period(shift(unit, end, -length), end)


def _absolute() -> Iterator[Rule]:
    yield _rule(
        rf"\b(?:the )?(first|last|final) (?:({_EN_COUNT}) )?(days?|weeks?|months?|quarters?) of ({YEAR})\b",
        lambda m: _end_of_year(*m.groups()),
    )
    yield _rule(
        rf"({YEAR})년(?:도)?의?\s*(첫|마지막)\s*(\d{{1,2}}|한|두|세|네)?\s*(개월|달|분기|주|일)",
        lambda m: _end_of_year(m[2], m[3], m[4], m[1]),
    )
    yield _rule(rf"\b({YEAR})-(\d\d)-(\d\d)\b", lambda m: _valid_date(*m.groups()))
    yield _rule(
        rf"\b({EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ({YEAR})\b",
        lambda m: _valid_date(m[3], str(MONTHS[m[1].lower()]), m[2]),
    )
    yield _rule(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({EN_MONTH})\.?,? ({YEAR})\b",
        lambda m: _valid_date(m[3], str(MONTHS[m[2].lower()]), m[1]),
    )
    yield _rule(rf"({YEAR})년\s*(\d{{1,2}})월\s*(\d{{1,2}})일", lambda m: _valid_date(*m.groups()))
    yield _rule(rf"\b({YEAR})-(0[1-9]|1[0-2])\b(?!-)", lambda m: year_part("month", int(m[1]), int(m[2])))
    yield _rule(
        rf"\b({EN_MONTH})\.?(?: of|,)? ({YEAR})\b",
        lambda m: year_part("month", int(m[2]), MONTHS[m[1].lower()]),
    )
    yield _rule(rf"({YEAR})년\s*(1[0-2]|[1-9])월(?!\s*\d+일)", lambda m: year_part("month", int(m[1]), int(m[2])))
    yield _rule(rf"\bQ([1-4])(?: of|,)? ?({YEAR})\b", lambda m: year_part("quarter", int(m[2]), int(m[1])))
    yield _rule(rf"\b({YEAR})[ -]?Q([1-4])\b", lambda m: year_part("quarter", int(m[1]), int(m[2])))
    yield _rule(
        rf"\b({'|'.join(_ORDINALS)}) (quarter|half)(?: of|,)? ({YEAR})\b",
        lambda m: _part_of_year(m[2], int(m[3]), _ORDINALS[m[1].lower()]),
    )
    yield _rule(rf"({YEAR})년\s*([1-4])\s?분기", lambda m: year_part("quarter", int(m[1]), int(m[2])))
    yield _rule(rf"({YEAR})년\s*([상하])반기", lambda m: year_part("half", int(m[1]), 1 if m[2] == "상" else 2))
    yield _rule(
        rf"(?<![\d.,'#$-]){_NOT_A_QUANTITY}(?:\b(?:the )?(?:calendar |whole |full )?year )?"
        rf"\b({YEAR})\b(?![\d-]|\.\d|년|,\d)",
        lambda m: fixed("year", date(int(m[1]), 1, 1)),
    )
    yield _rule(rf"(?<!\d)({YEAR})년(?:도)?", lambda m: fixed("year", date(int(m[1]), 1, 1)))


def _shared_parts() -> Iterator[Rule]:
    """ "Between January and March 1998", 8월 10일부터 16일까지: what is said of one end alone is of both."""
    to = r"\s*(?:부터|에서|[~∼-])\s*"
    yield _rule(
        rf"\b(?:between|from) ({EN_MONTH})\.? (?:and|to|through|until|till) ({EN_MONTH})\b\.?"
        rf"(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({YEAR})\b)?",
        lambda m: month_range(MONTHS[m[1].lower()], MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    yield _rule(
        rf"\b({EN_MONTH})\.? ?(?:through|[-–]) ?({EN_MONTH})\b\.?(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({YEAR})\b)?",
        lambda m: month_range(MONTHS[m[1].lower()], MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    day = r"(\d{1,2})(?:st|nd|rd|th)?"
    yield _rule(
        rf"\b(?:(?:between|from) )?({EN_MONTH})\.? {day} ?(?:and|to|through|until|till|[-–]) ?"
        rf"(?:({EN_MONTH})\.? )?{day}\b(?:,? ({YEAR})\b)?",
        lambda m: day_range(
            int(m[5]) if m[5] else None,
            (MONTHS[m[1].lower()], int(m[2])),
            (MONTHS[(m[3] or m[1]).lower()], int(m[4])),
        ),
    )
    yield _rule(
        rf"(?<!\d)(?:({YEAR})년\s*)?(1[0-2]|[1-9])월?{to}(1[0-2]|[1-9])월(?!\s*\d+일)(?:\s*까지)?(?:\s*사이)?",
        lambda m: month_range(int(m[2]), int(m[3]), int(m[1]) if m[1] else None),
    )
    yield _rule(
        rf"(?<!\d)(?:({YEAR})년\s*)?(1[0-2]|[1-9])월\s*(\d{{1,2}})일{to}(?:({YEAR})년\s*)?(?:(1[0-2]|[1-9])월\s*)?"
        r"(\d{1,2})일(?:\s*까지)?(?:\s*사이)?",
        lambda m: day_range(
            int(m[1]) if m[1] else None,
            (int(m[2]), int(m[3])),
            (int(m[5] or m[2]), int(m[6])),
            int(m[4]) if m[4] else None,
        ),
    )


def _shared_year() -> Iterator[Rule]:
    """ "from June to July 2020": the year behind the second month is of both."""
    yield _rule(
        rf"\b({EN_MONTH})\.?(?= (?:to|and|vs\.?|versus|through|until|or) (?:{EN_MONTH})\.?(?: of|,)? ({YEAR})\b)",
        lambda m: year_part("month", int(m[2]), MONTHS[m[1].lower()]),
    )


def _yearless() -> Iterator[Rule]:
    yield _rule(
        rf"(?<=\bin )({EN_MONTH})\b(?!\.? \d)|(?<=\bfor )({EN_MONTH})\b(?!\.? \d)",
        lambda m: latest("month", MONTHS[(m[1] or m[2]).lower()]),
    )
    yield _rule(r"\bQ([1-4])\b(?! ?\d)", lambda m: latest("quarter", int(m[1])))
    yield _rule(r"(?<!\d)(1[0-2]|[1-9])월(?!\s*\d+일)", lambda m: latest("month", int(m[1])))
    yield _rule(
        r"(?<!\d)(?<!년 )(?<!년)(1[0-2]|[1-9])월\s*(\d{1,2})일",
        lambda m: day_range(None, (int(m[1]), int(m[2])), (int(m[1]), int(m[2]))),
    )
    yield _rule(
        rf"(?<=\bon )({EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? {YEAR})",
        lambda m: day_range(None, (MONTHS[m[1].lower()], int(m[2])), (MONTHS[m[1].lower()], int(m[2]))),
    )
    yield _rule(r"(?<!\d)([1-4])\s?분기(?!별)", lambda m: latest("quarter", int(m[1])))
    yield _rule(r"([상하])반기", lambda m: latest("half", 1 if m[1] == "상" else 2))


def _part_of_year(word: str, year: int, ordinal: int) -> Callable[[date], Period] | None:
    unit: Unit = "half" if word.lower() == "half" else "quarter"
    return year_part(unit, year, ordinal) if ordinal <= (2 if unit == "half" else 4) else None


def _relative_english() -> Iterator[Rule]:
    units = r"(days?|weeks?|months?|quarters?|years?)"
    yield _rule(
        rf"\b(?:last|past|previous|recent) ({_EN_COUNT}) {units}\b",
        lambda m: window(_unit(m[2]), _count(m[1])),
    )
    yield _rule(r"\b(?:last|previous|prior) (week|month|quarter|year)\b(?!'s)", lambda m: calendar(_unit(m[1]), -1))
    yield _rule(r"\b(?:this|current) (week|month|quarter|year)\b", lambda m: calendar(_unit(m[1]), 0))
    yield _rule(r"\b(week|month|quarter|year)[- ]to[- ]date\b|\b(ytd|mtd|qtd)\b", _to_date_rule)
    yield _rule(r"\byesterday\b", lambda _m: calendar("day", -1))
    yield _rule(r"\btoday\b(?!['’]s)", lambda _m: calendar("day", 0))


def _to_date_rule(match: re.Match[str]) -> Callable[[date], Period]:
    short: dict[str, Unit] = {"ytd": "year", "mtd": "month", "qtd": "quarter"}
    return to_date(short[match[2].lower()] if match[2] else _unit(match[1]))


def _relative_korean() -> Iterator[Rule]:
    yield _rule(
        r"(?:최근|지난)\s*(\d{1,3})\s*(일|주일|주|개월|달|분기|년)(?:간|동안)?",
        lambda m: window(_unit(m[2]), int(m[1])),
    )
    yield _rule(r"지난\s*달|전월|저번\s*달", lambda _m: calendar("month", -1))
    yield _rule(r"이번\s*달|당월|이달", lambda _m: calendar("month", 0))
    yield _rule(r"지난\s*주|저번\s*주|전주", lambda _m: calendar("week", -1))
    yield _rule(r"이번\s*주|금주", lambda _m: calendar("week", 0))
    yield _rule(r"지난\s*분기|전\s?분기|직전\s*분기", lambda _m: calendar("quarter", -1))
    yield _rule(r"이번\s*분기|당\s?분기", lambda _m: calendar("quarter", 0))
    yield _rule(r"작년|지난\s*해|전년(?!\s*대비)", lambda _m: calendar("year", -1))
    yield _rule(r"재작년", lambda _m: calendar("year", -2))
    yield _rule(r"올해|금년", lambda _m: calendar("year", 0))
    yield _rule(r"작년\s*([상하])반기", lambda m: _last_year_half(m[1]))
    yield _rule(r"올해\s*([상하])반기", lambda m: year_part("half", None, 1 if m[1] == "상" else 2))
    yield _rule(r"어제", lambda _m: calendar("day", -1))
    yield _rule(r"오늘", lambda _m: calendar("day", 0))


def _last_year_half(word: str) -> Callable[[date], Period]:
    return lambda today: year_part("half", today.year - 1, 1 if word == "상" else 2)(today)


def _ranges(points: tuple[Rule, ...]) -> Iterator[Rule]:
    """ "since X", "before X", "between X and Y", "X부터 Y까지", built on the rules for X and Y."""

    def inner(text: str) -> Callable[[date], Period] | None:
        for point in points:
            match = point.pattern.fullmatch(text.strip())
            if match and (resolve := point.build(match)):
                return resolve
        return None

    def side(match: re.Match[str]) -> Callable[[date], Period] | None:
        resolve = inner(match[2])
        return bounded(_SIDES[match[1].lower()], resolve) if resolve else None

    def korean_side(match: re.Match[str]) -> Callable[[date], Period] | None:
        resolve = inner(match[1])
        sides = {"이후": "since", "부터": "since", "이전": "before", "까지": "until"}
        return bounded(sides[match[2]], resolve) if resolve else None

    def between(match: re.Match[str]) -> Callable[[date], Period] | None:
        first, second = inner(match[1]), inner(match[2])
        if not first or not second:
            return None
        return lambda today: Period(first(today).start, second(today).end)

    point = rf"[A-Za-z]+\.? \d{{1,2}},? {YEAR}|[A-Za-z]+ {YEAR}|Q[1-4] {YEAR}|{YEAR}(?:-\d\d){{0,2}}"
    ko_point = rf"{YEAR}년(?:\s*\d{{1,2}}월(?:\s*\d{{1,2}}일)?|\s*[1-4]\s?분기)?"
    yield _rule(rf"\b(since|after|before|until|through) (?:the )?({point})\b(?! (?:to|until|through) )", side)
    yield _rule(rf"\b(from) ({point}) (?:on|onwards?|forward)\b", side)
    yield _rule(rf"\b(?:between|from) ({point}) (?:and|to|until|through) ({point})\b", between)
    yield _rule(rf"({ko_point})\s*(이후|이전|부터|까지)", korean_side)
    yield _rule(r"(?<!\d)(?<!년)(?<!년 )((?:1[0-2]|[1-9])월(?:\s*\d{1,2}일)?)\s*(이후|이전|부터)", korean_side)
    yield _rule(rf"({ko_point})\s*(?:부터|에서)\s*({ko_point})(?:\s*까지)?", between)
    yield _rule(rf"({ko_point})\s*[~∼-]\s*({ko_point})", between)


_POINTS = (*_absolute(), *_shared_year(), *_relative_english(), *_relative_korean(), *_yearless())
RULES = (*_shared_parts(), *_ranges(_POINTS), *_POINTS)
