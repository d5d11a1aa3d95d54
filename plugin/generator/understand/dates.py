"""Time expressions of English and Korean questions, resolved against the last day of the data.

"Last quarter" is the calendar quarter before the one that today lies in; "last 3 months" is the window of three
months that ends today. Weeks start on Monday (ISO 8601).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "half", "year"]


@dataclass(frozen=True)
class Period:
    """Half-open: from `start` up to but without `end`; None means no bound on that side."""

    start: date | None
    end: date | None


@dataclass(frozen=True)
class TimePhrase:
    """A time expression and where it stands; `resolve(today)` gives its period."""

    text: str
    span: tuple[int, int]
    resolve: Callable[[date], Period]


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    build: Callable[[re.Match[str]], Callable[[date], Period] | None]


def find(text: str) -> tuple[TimePhrase, ...]:
    """The time expressions of a text in order, the longest where they overlap."""
    found = [
        TimePhrase(match.group(0).strip(), match.span(), resolve)
        for rule in _RULES
        for match in rule.pattern.finditer(text)
        if (resolve := rule.build(match)) is not None
    ]
    found.sort(key=lambda p: (p.span[0] - p.span[1], p.span[0]))
    kept: list[TimePhrase] = []
    for phrase in found:
        if all(phrase.span[1] <= k.span[0] or phrase.span[0] >= k.span[1] for k in kept):
            kept.append(phrase)
    return tuple(_with_years(sorted(kept, key=lambda p: p.span), text))


def ends(phrase: TimePhrase) -> tuple[TimePhrase, ...]:
    """Both ends of a range, each as a period of its own: "from 1995 to 1996" to one who asks for growth. Empty where
    it is no range of two."""
    parts = [p.strip() for p in _ENDS.split(phrase.text) if p.strip()]
    year = next(iter(re.findall(_YEAR, phrase.text)), "")
    found = []
    for part in parts:
        dated = f"{year}년 {part}" if "년" in phrase.text else f"{part} {year}"
        spoken = (dated,) if year and not re.search(_YEAR, part) else (part, f"in {part}")
        tries = (find(text) for text in spoken)
        found.append(next((t[0] for t in tries if len(t) == 1), None))
    return tuple(f for f in found if f) if len(found) == 2 and all(found) else ()


def _with_years(phrases: list[TimePhrase], text: str) -> Iterator[TimePhrase]:
    """ "2019년 6월과 7월", "Q1 and Q2 2019": a month without a year beside one with a year is of that year."""
    for at, phrase in enumerate(phrases):
        beside = [*phrases[:at][::-1]]
        if at + 1 < len(phrases) and text[phrase.span[1] : phrases[at + 1].span[0]].strip().casefold() in _BOTH:
            beside.append(phrases[at + 1])
        year = next((found[0] for p in beside if (found := re.findall(_YEAR, p.text))), "")
        if year and _YEARLESS.fullmatch(phrase.text):
            korean = phrase.text.endswith(("월", "기"))
            put = find(f"{year}년 {phrase.text}" if korean else f"{phrase.text} {year}")
            yield replace(phrase, resolve=put[0].resolve) if len(put) == 1 else phrase
        else:
            yield phrase


def groupings(text: str) -> tuple[tuple[str, Unit], ...]:
    """The units that a question wants its figures by: "monthly", "per quarter", "분기별"."""
    found = [
        (m.group(0).strip(), _GROUPED["".join((m[1] or m[2] or m[3] or m[4]).lower().split())])
        for m in _GROUPING.finditer(text)
    ]
    return tuple(dict.fromkeys(found))


def start_of(unit: Unit, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return date(day.year, 1, 1)
    months = {"month": 1, "quarter": 3, "half": 6}[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def shift(unit: Unit, day: date, count: int) -> date:
    """`count` units later; the day of the month is kept where that month has it, else its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def _calendar(unit: Unit, offset: int, count: int = 1) -> Callable[[date], Period]:
    def resolve(today: date) -> Period:
        start = shift(unit, start_of(unit, today), offset)
        return Period(start, shift(unit, start, count))

    return resolve


def _window(unit: Unit, count: int) -> Callable[[date], Period]:
    def resolve(today: date) -> Period:
        end = today + timedelta(days=1)
        return Period(shift(unit, end, -count), end)

    return resolve


def _to_date(unit: Unit) -> Callable[[date], Period]:
    return lambda today: Period(start_of(unit, today), today + timedelta(days=1))


def _fixed(unit: Unit, start: date, count: int = 1) -> Callable[[date], Period]:
    period = Period(start, shift(unit, start, count))
    return lambda _today: period


def _year_part(unit: Unit, year: int | None, ordinal: int) -> Callable[[date], Period]:
    months = {"month": 1, "quarter": 3, "half": 6}[unit]

    def resolve(today: date) -> Period:
        start = date(today.year if year is None else year, (ordinal - 1) * months + 1, 1)
        return Period(start, shift(unit, start, 1))

    return resolve


def _bounded(side: str, inner: Callable[[date], Period]) -> Callable[[date], Period]:
    def resolve(today: date) -> Period:
        period = inner(today)
        if side in ("since", "from"):
            return Period(period.start, None)
        if side == "after":
            return Period(period.end, None)
        if side == "before":
            return Period(None, period.start)
        return Period(None, period.end)

    return resolve


_MONTHS = {
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
_GROUPED: dict[str, Unit] = {
    **dict.fromkeys(("daily", "day", "일", "하루", "일일", "매일"), "day"),
    **dict.fromkeys(("weekly", "week", "주", "주차"), "week"),
    **dict.fromkeys(("monthly", "month", "월", "달", "매월", "매달", "한달"), "month"),
    **dict.fromkeys(("quarterly", "quarter", "분기"), "quarter"),
    **dict.fromkeys(("yearly", "annual", "annually", "year", "연도", "년도", "연", "년", "해", "매년"), "year"),
}
_GROUPING = re.compile(
    r"\b(?:(?:(?:day|week|month|quarter|year) )?by|per|each|every) (day|week|month|quarter|year)\b(?! of)"
    r"|\b(daily|weekly|monthly|quarterly|yearly|annual|annually)\b"
    r"|(?<![가-힣])(일|주|주차|월|달|분기|연도|년도|연|년|해)별"
    r"|(?<![가-힣\d])(일|주|월|분기|연|하루|일일|매일|매월|매달|매년|한\s?달)(?=\s?평균)",
    re.IGNORECASE,
)
_EN_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_EN_COUNT = r"\d{1,3}|" + "|".join(_NUMBERS)
_SIDES = {
    "since": "since",
    "from": "since",
    "after": "after",
    "before": "before",
    "until": "until",
    "through": "until",
}
_YEAR = r"(?:19|20)\d\d"
_ENDS = re.compile(r"\b(?:from|between|to|and|until|till|through)\b|부터|에서|까지|사이|[~∼]", re.IGNORECASE)
_YEARLESS = re.compile(rf"(?:1[0-2]|[1-9])월|[1-4]\s?분기|[상하]반기|Q[1-4]|{_EN_MONTH}", re.IGNORECASE)
_BOTH = frozenset(("and", "to", "vs", "vs.", "versus", "or", ",", "with"))
_QUANTIFIERS = ("than", "over", "under", "least", "most", "above", "below", "top", "exceeds", "exceeding")
_NOT_A_QUANTITY = "".join(rf"(?<!\b{word} )" for word in _QUANTIFIERS)


def _unit(word: str) -> Unit:
    word = word.lower()
    return _EN_UNIT.get(word.rstrip("s")) or _KO_UNIT[word]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _valid_date(year: str, month: str, day: str) -> Callable[[date], Period] | None:
    try:
        return _fixed("day", date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _rule(pattern: str, build: Callable[[re.Match[str]], Callable[[date], Period] | None]) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), build)


def _end_of_year(side: str, count: str | None, word: str, year: str) -> Callable[[date], Period] | None:
    """ "The last three months of 2019"."""
    unit, start = _unit(word), date(int(year), 1, 1)
    length = {"한": 1, "두": 2, "세": 3, "네": 4}.get(count or "", 0) or (_count(count) if count else 1)
    if side.lower() in ("first", "첫"):
        return lambda _today: Period(start, shift(unit, start, length))
    end = shift("year", start, 1)
    return lambda _today: Period(shift(unit, end, -length), end)


def _absolute() -> Iterator[_Rule]:
    yield _rule(
        rf"\b(?:the )?(first|last|final) (?:({_EN_COUNT}) )?(days?|weeks?|months?|quarters?) of ({_YEAR})\b",
        lambda m: _end_of_year(*m.groups()),
    )
    yield _rule(
        rf"({_YEAR})년(?:도)?의?\s*(첫|마지막)\s*(\d{{1,2}}|한|두|세|네)?\s*(개월|달|분기|주|일)",
        lambda m: _end_of_year(m[2], m[3], m[4], m[1]),
    )
    yield _rule(rf"\b({_YEAR})-(\d\d)-(\d\d)\b", lambda m: _valid_date(*m.groups()))
    yield _rule(
        rf"\b({_EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ({_YEAR})\b",
        lambda m: _valid_date(m[3], str(_MONTHS[m[1].lower()]), m[2]),
    )
    yield _rule(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_EN_MONTH})\.?,? ({_YEAR})\b",
        lambda m: _valid_date(m[3], str(_MONTHS[m[2].lower()]), m[1]),
    )
    yield _rule(rf"({_YEAR})년\s*(\d{{1,2}})월\s*(\d{{1,2}})일", lambda m: _valid_date(*m.groups()))
    yield _rule(rf"\b({_YEAR})-(0[1-9]|1[0-2])\b(?!-)", lambda m: _year_part("month", int(m[1]), int(m[2])))
    yield _rule(
        rf"\b({_EN_MONTH})\.?(?: of|,)? ({_YEAR})\b",
        lambda m: _year_part("month", int(m[2]), _MONTHS[m[1].lower()]),
    )
    yield _rule(rf"({_YEAR})년\s*(1[0-2]|[1-9])월(?!\s*\d+일)", lambda m: _year_part("month", int(m[1]), int(m[2])))
    yield _rule(rf"\bQ([1-4])(?: of|,)? ?({_YEAR})\b", lambda m: _year_part("quarter", int(m[2]), int(m[1])))
    yield _rule(rf"\b({_YEAR})[ -]?Q([1-4])\b", lambda m: _year_part("quarter", int(m[1]), int(m[2])))
    yield _rule(
        rf"\b({'|'.join(_ORDINALS)}) (quarter|half)(?: of|,)? ({_YEAR})\b",
        lambda m: _part_of_year(m[2], int(m[3]), _ORDINALS[m[1].lower()]),
    )
    yield _rule(rf"({_YEAR})년\s*([1-4])\s?분기", lambda m: _year_part("quarter", int(m[1]), int(m[2])))
    yield _rule(rf"({_YEAR})년\s*([상하])반기", lambda m: _year_part("half", int(m[1]), 1 if m[2] == "상" else 2))
    yield _rule(
        rf"(?<![\d.,'#$-]){_NOT_A_QUANTITY}\b({_YEAR})\b(?![\d-]|\.\d|년|,\d)",
        lambda m: _fixed("year", date(int(m[1]), 1, 1)),
    )
    yield _rule(rf"(?<!\d)({_YEAR})년(?:도)?", lambda m: _fixed("year", date(int(m[1]), 1, 1)))


def _months(first: int, last: int, year: int | None) -> Callable[[date], Period] | None:
    """From one month up to another of the same year; without a year the last ones that have begun."""
    if first > last:
        return None

    def resolve(today: date) -> Period:
        end = (_year_part("month", year, last) if year else _latest("month", last))(today)
        assert end.start is not None
        return Period(date(end.start.year, first, 1), end.end)

    return resolve


def _days(
    year: int | None, first: tuple[int, int], last: tuple[int, int], last_year: int | None = None
) -> Callable[[date], Period] | None:
    """From a day (month, day) up to and with another; without a year the last ones that have begun."""
    try:
        date(year or 2000, *first), date(last_year or year or 2000, *last)
    except ValueError:
        return None

    def resolve(today: date) -> Period:
        of = year or (today.year if date(today.year, *first) <= today else today.year - 1)
        return Period(date(of, *first), date(last_year or of, *last) + timedelta(days=1))

    return resolve if (last_year or year or 0, last) >= (year or 0, first) else None


def _shared_parts() -> Iterator[_Rule]:
    """ "Between January and March 1998", 8월 10일부터 16일까지: what is said of one end alone is of both."""
    to = r"\s*(?:부터|에서|[~∼-])\s*"
    yield _rule(
        rf"\b(?:between|from) ({_EN_MONTH})\.? (?:and|to|through|until|till) ({_EN_MONTH})\b\.?"
        rf"(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({_YEAR})\b)?",
        lambda m: _months(_MONTHS[m[1].lower()], _MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    yield _rule(
        rf"\b({_EN_MONTH})\.? ?(?:through|[-–]) ?({_EN_MONTH})\b\.?(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({_YEAR})\b)?",
        lambda m: _months(_MONTHS[m[1].lower()], _MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    day = r"(\d{1,2})(?:st|nd|rd|th)?"
    yield _rule(
        rf"\b(?:(?:between|from) )?({_EN_MONTH})\.? {day} ?(?:and|to|through|until|till|[-–]) ?"
        rf"(?:({_EN_MONTH})\.? )?{day}\b(?:,? ({_YEAR})\b)?",
        lambda m: _days(
            int(m[5]) if m[5] else None,
            (_MONTHS[m[1].lower()], int(m[2])),
            (_MONTHS[(m[3] or m[1]).lower()], int(m[4])),
        ),
    )
    yield _rule(
        rf"(?<!\d)(?:({_YEAR})년\s*)?(1[0-2]|[1-9])월?{to}(1[0-2]|[1-9])월(?!\s*\d+일)(?:\s*까지)?(?:\s*사이)?",
        lambda m: _months(int(m[2]), int(m[3]), int(m[1]) if m[1] else None),
    )
    yield _rule(
        rf"(?<!\d)(?:({_YEAR})년\s*)?(1[0-2]|[1-9])월\s*(\d{{1,2}})일{to}(?:({_YEAR})년\s*)?(?:(1[0-2]|[1-9])월\s*)?"
        r"(\d{1,2})일(?:\s*까지)?(?:\s*사이)?",
        lambda m: _days(
            int(m[1]) if m[1] else None,
            (int(m[2]), int(m[3])),
            (int(m[5] or m[2]), int(m[6])),
            int(m[4]) if m[4] else None,
        ),
    )


def _shared_year() -> Iterator[_Rule]:
    """ "from June to July 2020": the year behind the second month is of both."""
    yield _rule(
        rf"\b({_EN_MONTH})\.?(?= (?:to|and|vs\.?|versus|through|until|or) (?:{_EN_MONTH})\.?(?: of|,)? ({_YEAR})\b)",
        lambda m: _year_part("month", int(m[2]), _MONTHS[m[1].lower()]),
    )


def _latest(unit: Unit, ordinal: int) -> Callable[[date], Period]:
    """The last one of its name that has begun: "in March" asked in June is this year's, in February last year's."""

    def resolve(today: date) -> Period:
        period = _year_part(unit, today.year, ordinal)(today)
        begun = period.start is not None and period.start <= today
        return period if begun else _year_part(unit, today.year - 1, ordinal)(today)

    return resolve


def _yearless() -> Iterator[_Rule]:
    yield _rule(
        rf"(?<=\bin )({_EN_MONTH})\b(?!\.? \d)|(?<=\bfor )({_EN_MONTH})\b(?!\.? \d)",
        lambda m: _latest("month", _MONTHS[(m[1] or m[2]).lower()]),
    )
    yield _rule(r"\bQ([1-4])\b(?! ?\d)", lambda m: _latest("quarter", int(m[1])))
    yield _rule(r"(?<!\d)(1[0-2]|[1-9])월(?!\s*\d+일)", lambda m: _latest("month", int(m[1])))
    yield _rule(
        r"(?<!\d)(?<!년 )(?<!년)(1[0-2]|[1-9])월\s*(\d{1,2})일",
        lambda m: _days(None, (int(m[1]), int(m[2])), (int(m[1]), int(m[2]))),
    )
    yield _rule(
        rf"(?<=\bon )({_EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? {_YEAR})",
        lambda m: _days(None, (_MONTHS[m[1].lower()], int(m[2])), (_MONTHS[m[1].lower()], int(m[2]))),
    )
    yield _rule(r"(?<!\d)([1-4])\s?분기(?!별)", lambda m: _latest("quarter", int(m[1])))
    yield _rule(r"([상하])반기", lambda m: _latest("half", 1 if m[1] == "상" else 2))


def _part_of_year(word: str, year: int, ordinal: int) -> Callable[[date], Period] | None:
    unit: Unit = "half" if word.lower() == "half" else "quarter"
    return _year_part(unit, year, ordinal) if ordinal <= (2 if unit == "half" else 4) else None


def _relative_english() -> Iterator[_Rule]:
    units = r"(days?|weeks?|months?|quarters?|years?)"
    yield _rule(
        rf"\b(?:last|past|previous|recent) ({_EN_COUNT}) {units}\b",
        lambda m: _window(_unit(m[2]), _count(m[1])),
    )
    yield _rule(r"\b(?:last|previous|prior) (week|month|quarter|year)\b(?!'s)", lambda m: _calendar(_unit(m[1]), -1))
    yield _rule(r"\b(?:this|current) (week|month|quarter|year)\b", lambda m: _calendar(_unit(m[1]), 0))
    yield _rule(r"\b(week|month|quarter|year)[- ]to[- ]date\b|\b(ytd|mtd|qtd)\b", _to_date_rule)
    yield _rule(r"\byesterday\b", lambda _m: _calendar("day", -1))
    yield _rule(r"\btoday\b(?!['’]s)", lambda _m: _calendar("day", 0))


def _to_date_rule(match: re.Match[str]) -> Callable[[date], Period]:
    short: dict[str, Unit] = {"ytd": "year", "mtd": "month", "qtd": "quarter"}
    return _to_date(short[match[2].lower()] if match[2] else _unit(match[1]))


def _relative_korean() -> Iterator[_Rule]:
    yield _rule(
        r"(?:최근|지난)\s*(\d{1,3})\s*(일|주일|주|개월|달|분기|년)(?:간|동안)?",
        lambda m: _window(_unit(m[2]), int(m[1])),
    )
    yield _rule(r"지난\s*달|전월|저번\s*달", lambda _m: _calendar("month", -1))
    yield _rule(r"이번\s*달|당월|이달", lambda _m: _calendar("month", 0))
    yield _rule(r"지난\s*주|저번\s*주|전주", lambda _m: _calendar("week", -1))
    yield _rule(r"이번\s*주|금주", lambda _m: _calendar("week", 0))
    yield _rule(r"지난\s*분기|전\s?분기|직전\s*분기", lambda _m: _calendar("quarter", -1))
    yield _rule(r"이번\s*분기|당\s?분기", lambda _m: _calendar("quarter", 0))
    yield _rule(r"작년|지난\s*해|전년(?!\s*대비)", lambda _m: _calendar("year", -1))
    yield _rule(r"재작년", lambda _m: _calendar("year", -2))
    yield _rule(r"올해|금년", lambda _m: _calendar("year", 0))
    yield _rule(r"작년\s*([상하])반기", lambda m: _last_year_half(m[1]))
    yield _rule(r"올해\s*([상하])반기", lambda m: _year_part("half", None, 1 if m[1] == "상" else 2))
    yield _rule(r"어제", lambda _m: _calendar("day", -1))
    yield _rule(r"오늘", lambda _m: _calendar("day", 0))


def _last_year_half(word: str) -> Callable[[date], Period]:
    return lambda today: _year_part("half", today.year - 1, 1 if word == "상" else 2)(today)


def _ranges(points: tuple[_Rule, ...]) -> Iterator[_Rule]:
    """ "since X", "before X", "between X and Y", "X부터 Y까지", built on the rules for X and Y."""

    def inner(text: str) -> Callable[[date], Period] | None:
        for point in points:
            match = point.pattern.fullmatch(text.strip())
            if match and (resolve := point.build(match)):
                return resolve
        return None

    def side(match: re.Match[str]) -> Callable[[date], Period] | None:
        resolve = inner(match[2])
        return _bounded(_SIDES[match[1].lower()], resolve) if resolve else None

    def korean_side(match: re.Match[str]) -> Callable[[date], Period] | None:
        resolve = inner(match[1])
        sides = {"이후": "since", "부터": "since", "이전": "before", "까지": "until"}
        return _bounded(sides[match[2]], resolve) if resolve else None

    def between(match: re.Match[str]) -> Callable[[date], Period] | None:
        first, second = inner(match[1]), inner(match[2])
        if not first or not second:
            return None
        return lambda today: Period(first(today).start, second(today).end)

    point = rf"[A-Za-z]+\.? \d{{1,2}},? {_YEAR}|[A-Za-z]+ {_YEAR}|Q[1-4] {_YEAR}|{_YEAR}(?:-\d\d){{0,2}}"
    ko_point = rf"{_YEAR}년(?:\s*\d{{1,2}}월(?:\s*\d{{1,2}}일)?|\s*[1-4]\s?분기)?"
    yield _rule(rf"\b(since|after|before|until|through) (?:the )?({point})\b(?! (?:to|until|through) )", side)
    yield _rule(rf"\b(from) ({point}) (?:on|onwards?|forward)\b", side)
    yield _rule(rf"\b(?:between|from) ({point}) (?:and|to|until|through) ({point})\b", between)
    yield _rule(rf"({ko_point})\s*(이후|이전|부터|까지)", korean_side)
    yield _rule(r"(?<!\d)(?<!년)(?<!년 )((?:1[0-2]|[1-9])월(?:\s*\d{1,2}일)?)\s*(이후|이전|부터)", korean_side)
    yield _rule(rf"({ko_point})\s*(?:부터|에서)\s*({ko_point})(?:\s*까지)?", between)
    yield _rule(rf"({ko_point})\s*[~∼-]\s*({ko_point})", between)


_POINTS = (*_absolute(), *_shared_year(), *_relative_english(), *_relative_korean(), *_yearless())
_RULES = (*_shared_parts(), *_ranges(_POINTS), *_POINTS)
