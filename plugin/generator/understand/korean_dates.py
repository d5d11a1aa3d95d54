"""The time expressions of Korean: 작년 4분기, 최근 한 달, 2025년 9월, 지지난주."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from plugin.generator.understand.periods import (
    Period,
    Resolve,
    Rule,
    Unit,
    bounded,
    calendar,
    day_range,
    end_of_year,
    fixed,
    latest,
    month_range,
    rule,
    to_date,
    valid_date,
    window,
    year_part,
)

_UNITS: Mapping[str, Unit] = {
    "일": "day", "주": "week", "주일": "week", "개월": "month", "달": "month", "분기": "quarter", "년": "year",
}  # fmt: skip
_COUNTS = {"한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6}
_SPANS: Mapping[str, tuple[Unit, int]] = {
    "이틀": ("day", 2), "사흘": ("day", 3), "나흘": ("day", 4), "일주일": ("week", 1), "열흘": ("day", 10),
    "보름": ("day", 15), "반년": ("month", 6),
}  # fmt: skip
_YEARS = (
    (r"재작년|지지난\s*해", -2),
    (r"(?<!재)작년도?|(?<!지)지난\s*해|전년도?(?!\s*(?:대비|동))", -1),
    (r"올해|금년도?|올(?=\s+(?:\d|[상하]반기|한\s*해|들어))", 0),
    (r"내년도?", 1),
)
A_YEAR = "|".join(words for words, _ in _YEARS)
_DIGITS = r"(?:19|20)\d\d"
_SHORT = r"(?<![\d'’])['’]?(?<!\d)([0-4]\d)"
_MONTH = r"(1[0-2]|0?[1-9])월(?!\s*\d+일)"
_TO = r"\s*(?:부터|에서|[~∼-])\s*"
OF_IT = re.compile(r"\s*한\s*(?:달|해|주)(?:간|\s*동안)?(?!\s*[가-힣]*[별당])|\s*(?:동안|들어서?)(?![가-힣])|간(?=\s)")
"""What stands behind a period and says no more: 9월 한 달간, 올해 들어."""

_OfYear = Callable[[int], Resolve | None]


def points() -> Iterator[Rule]:
    """Periods that say when of themselves."""
    yield from _in_years()
    yield from _relative()
    yield from _yearless()


def shared_parts() -> Iterator[Rule]:
    """8월 10일부터 16일까지: what is said of one end alone is of both."""
    yield rule(
        rf"(?<!\d)(?:({_DIGITS})년(?:도)?의?\s*)?(1[0-2]|[1-9])월?{_TO}(1[0-2]|[1-9])월(?!\s*\d+일)(?:\s*까지)?(?:\s*사이)?",
        lambda m: month_range(int(m[2]), int(m[3]), int(m[1]) if m[1] else None),
    )
    yield rule(
        rf"(?<!\d)(?:({_DIGITS})년\s*)?(1[0-2]|[1-9])월\s*(\d{{1,2}})일{_TO}(?:({_DIGITS})년\s*)?(?:(1[0-2]|[1-9])월\s*)?"
        r"(\d{1,2})일(?:\s*까지)?(?:\s*사이)?",
        lambda m: day_range(
            int(m[1]) if m[1] else None,
            (int(m[2]), int(m[3])),
            (int(m[5] or m[2]), int(m[6])),
            int(m[4]) if m[4] else None,
        ),
    )
    yield from (_months_of_year(words, away) for words, away in _YEARS)


def _months_of_year(words: str, away: int) -> Rule:
    return rule(
        rf"(?:{words})의?\s*(1[0-2]|[1-9])월?{_TO}(1[0-2]|[1-9])월(?!\s*\d+일)(?:\s*까지)?(?:\s*사이)?",
        lambda m: _years_away(away, lambda year: month_range(int(m[1]), int(m[2]), year)),
    )


def ranges(inner: Callable[[str], Resolve | None]) -> Iterator[Rule]:
    """ "X 이후", "X부터 Y까지", built on what `inner` makes of X and Y."""

    def side(match: re.Match[str]) -> Resolve | None:
        resolve = inner(match[1])
        sides = {"이후": "since", "부터": "since", "이전": "before", "까지": "until"}
        return bounded(sides[match[2]], resolve) if resolve else None

    def between(match: re.Match[str]) -> Resolve | None:
        first, second = inner(match[1]), inner(match[2])
        if not first or not second:
            return None
        return lambda today: Period(first(today).start, second(today).end)

    point = (
        rf"(?:{_DIGITS}년(?:도)?|{A_YEAR})(?:의?\s*\d{{1,2}}월(?:\s*\d{{1,2}}일)?|의?\s*[1-4]\s?분기|의?\s*[상하]반기)?"
    )
    yield rule(rf"({point})\s*(이후|이전|부터|까지)", side)
    yield rule(r"(?<!\d)(?<!년)(?<!년 )((?:1[0-2]|[1-9])월(?:\s*\d{1,2}일)?)\s*(이후|이전|부터)", side)
    yield rule(rf"({point})\s*(?:부터|에서)\s*({point})(?:\s*까지)?", between)
    yield rule(rf"({point})\s*[~∼-]\s*({point})(?:\s*까지)?", between)


def _in_years() -> Iterator[Rule]:
    """A year, or a part of one: 2025년 상반기, 작년 12월, 24년도 3분기."""
    yield rule(
        rf"({_DIGITS})년(?:도)?의?\s*(첫|마지막)\s*(\d{{1,2}}|한|두|세|네)?\s*(개월|달|분기|주|일)",
        lambda m: end_of_year(m[2] == "첫", _COUNTS.get(m[3] or "한") or int(m[3]), _UNITS[m[4]], int(m[1])),
    )
    yield rule(rf"({_DIGITS})년\s*(\d{{1,2}})월\s*(\d{{1,2}})일", lambda m: valid_date(*m.groups()))
    yield rule(rf"(?<![\d.])({_DIGITS})\.\s?(\d{{1,2}})\.\s?(\d{{1,2}})\.?(?!\d)", lambda m: valid_date(*m.groups()))
    yield rule(rf"(?<![\d.])({_DIGITS})\.(0[1-9]|1[0-2])(?![\d.])", lambda m: year_part("month", int(m[1]), int(m[2])))
    parts: tuple[tuple[str, Callable[[re.Match[str]], _OfYear]], ...] = (
        (_MONTH, lambda m: lambda year: year_part("month", year, int(m[m.lastindex or 0]))),
        (r"([1-4])\s?분기(?!별)", lambda m: lambda year: year_part("quarter", year, int(m[m.lastindex or 0]))),
        (r"([상하])반기", lambda m: lambda year: year_part("half", year, 1 if m[m.lastindex or 0] == "상" else 2)),
    )
    for part, made in parts:
        yield from _part_of_years(part, made)
    for words, away in _YEARS:
        yield from _whole_years(words, away)
    yield rule(rf"(?<!\d)({_DIGITS})년(?:도)?", lambda m: fixed("year", date(int(m[1]), 1, 1)))
    yield rule(rf"{_SHORT}년도", lambda m: fixed("year", date(2000 + int(m[1]), 1, 1)))


def _part_of_years(part: str, made: Callable[[re.Match[str]], _OfYear]) -> Iterator[Rule]:
    yield rule(rf"(?<!\d)({_DIGITS})년(?:도)?의?\s*{part}", lambda m: made(m)(int(m[1])))
    yield rule(rf"{_SHORT}년(?:도)?의?\s*{part}", lambda m: made(m)(2000 + int(m[1])))
    for words, away in _YEARS:
        yield _part_of_year(words, away, part, made)


def _part_of_year(words: str, away: int, part: str, made: Callable[[re.Match[str]], _OfYear]) -> Rule:
    return rule(rf"(?:{words})의?\s*{part}", lambda m: _years_away(away, made(m)))


def _whole_years(words: str, away: int) -> Iterator[Rule]:
    yield rule(
        rf"(?:{words})\s*(1[0-2]|[1-9])월\s*(\d{{1,2}})일",
        lambda m: _years_away(away, lambda year: valid_date(str(year), m[1], m[2])),
    )
    yield rule(words, lambda _m: calendar("year", away))


def _years_away(away: int, of_year: _OfYear) -> Resolve | None:
    """None where no year has it."""
    if of_year(2000) is None:
        return None

    def resolve(today: date) -> Period:
        found = of_year(today.year + away)
        return found(today) if found is not None else Period(None, None)

    return resolve


def _relative() -> Iterator[Rule]:
    """Counted from the last day of the data."""
    yield rule(
        r"(?:최근|지난)\s*(\d{1,3})\s*(일|주일|주|개월|달|분기|년)(?:간|동안)?",
        lambda m: window(_UNITS[m[2]], int(m[1])),
    )
    yield rule(
        rf"(?:최근|지난)\s*({'|'.join(_COUNTS)})\s*(달|주|분기)(?:간|동안)?",
        lambda m: window(_UNITS[m[2]], _COUNTS[m[1]]),
    )
    yield rule(rf"(?:최근|지난)\s*({'|'.join(_SPANS)})(?:간|동안)?", lambda m: window(*_SPANS[m[1]]))
    yield rule(r"(?:올해?\s*초|연초)\s*(?:부터|이후)", lambda _m: to_date("year"))
    yield rule(r"(?:이번\s*달|이달|당월)\s*초\s*(?:부터|이후)|월초\s*(?:부터|이후)", lambda _m: to_date("month"))
    units: tuple[tuple[Unit, tuple[tuple[str, int], ...]], ...] = (
        ("day", ((r"그제|그저께", -2), (r"어제", -1), (r"오늘", 0), (r"내일", 1))),
        ("week", ((r"지지난\s*주|전전주", -2), (r"(?<!지)(?:지난|저번)\s*주|(?<!전)전주", -1))),
        ("week", ((r"이번\s*주|금주", 0), (r"다음\s*주|차주", 1))),
        ("month", ((r"지지난\s*달|전전월", -2), (r"(?<!지)지난\s*달|(?<!전)전월(?!\s*대비)|저번\s*달", -1))),
        ("month", ((r"이번\s*달|당월|이달|금월", 0), (r"다음\s*달|내달|익월", 1))),
        ("quarter", ((r"지난\s*분기|전\s?분기|직전\s*분기", -1), (r"이번\s*분기|당\s?분기", 0), (r"다음\s*분기", 1))),
    )
    for unit, words in units:
        for pattern, away in words:
            yield _calendar(pattern, unit, away)


def _calendar(pattern: str, unit: Unit, away: int) -> Rule:
    return rule(pattern, lambda _m: calendar(unit, away))


def _yearless() -> Iterator[Rule]:
    yield rule(r"(?:지난\s*)?(?<!\d)(1[0-2]|[1-9])월(?!\s*\d+일)", lambda m: latest("month", int(m[1])))
    yield rule(
        r"(?<!\d)(?<!년 )(?<!년)(1[0-2]|[1-9])월\s*(\d{1,2})일",
        lambda m: day_range(None, (int(m[1]), int(m[2])), (int(m[1]), int(m[2]))),
    )
    yield rule(r"(?<!\d)([1-4])\s?분기(?!별)", lambda m: latest("quarter", int(m[1])))
    yield rule(r"([상하])반기", lambda m: latest("half", 1 if m[1] == "상" else 2))
