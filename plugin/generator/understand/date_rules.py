"""The time expressions of English and Korean, each with what it means: an earlier rule comes before a later one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from plugin.generator.understand import feasts, korean_dates
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
EN_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_EN_COUNT = r"\d{1,3}|" + "|".join(_NUMBERS)
_SIDES = {
    "since": "since",
    "from": "since",
    "after": "after",
    "before": "before",
    "until": "until",
    "through": "until",
    "till": "until",
    "up to": "until",
    "no later than": "until",
    "on or before": "until",
    "on or after": "since",
    "prior to": "before",
}
_WRITTEN_MONTH = "January|February|March|April|June|July|August|September|October|November|December"
"""May is a verb as well, and March one at the head of a sentence."""
_MONTH_OR_PART = rf"(?:{EN_MONTH}|Q[1-4]|first|second|third|fourth|last)\b"
YEAR = r"(?:19|20)\d\d"
_QUANTIFIERS = ("than", "over", "under", "least", "most", "above", "below", "top", "exceeds", "exceeding")
_NOT_A_QUANTITY = "".join(rf"(?<!\b{word} )" for word in _QUANTIFIERS)


def _unit(word: str) -> Unit:
    return _EN_UNIT[word.lower().rstrip("s")]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _absolute() -> Iterator[Rule]:
    yield rule(
        rf"\b(?:the )?(first|last|final) (?:({_EN_COUNT}) )?(days?|weeks?|months?|quarters?) of ({YEAR})\b",
        lambda m: end_of_year(m[1].lower() == "first", _count(m[2] or "1"), _unit(m[3]), int(m[4])),
    )
    yield rule(rf"\b({YEAR})-(\d\d)-(\d\d)\b", lambda m: valid_date(*m.groups()))
    yield rule(
        rf"\b({EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ({YEAR})\b",
        lambda m: valid_date(m[3], str(MONTHS[m[1].lower()]), m[2]),
    )
    yield rule(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({EN_MONTH})\.?,? ({YEAR})\b",
        lambda m: valid_date(m[3], str(MONTHS[m[2].lower()]), m[1]),
    )
    yield rule(rf"\b({YEAR})-(0[1-9]|1[0-2])\b(?!-)", lambda m: year_part("month", int(m[1]), int(m[2])))
    yield rule(
        rf"\b({EN_MONTH})\.?(?: of|,)? ({YEAR})\b",
        lambda m: year_part("month", int(m[2]), MONTHS[m[1].lower()]),
    )
    yield rule(rf"\bQ([1-4])(?: of|,)? ?({YEAR})\b", lambda m: year_part("quarter", int(m[2]), int(m[1])))
    yield rule(rf"\b({YEAR})[ -]?Q([1-4])\b", lambda m: year_part("quarter", int(m[1]), int(m[2])))
    yield rule(
        rf"\b({'|'.join(_ORDINALS)}) (quarter|half)(?: of|,)? ({YEAR})\b",
        lambda m: _part_of_year(m[2], int(m[3]), _ORDINALS[m[1].lower()]),
    )
    yield rule(
        rf"(?<![\d.,'#$-]){_NOT_A_QUANTITY}(?:\b(?:the )?(?:calendar |whole |full )?year )?"
        rf"\b({YEAR})\b(?![\d-]|\.\d|년|,\d)",
        lambda m: fixed("year", date(int(m[1]), 1, 1)),
    )


def _shared_parts() -> Iterator[Rule]:
    """ "Between January and March 1998": what is said of one end alone is of both."""
    yield rule(
        rf"\b(?:between|from) ({EN_MONTH})\.? (?:and|to|through|until|till) ({EN_MONTH})\b\.?"
        rf"(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({YEAR})\b)?",
        lambda m: month_range(MONTHS[m[1].lower()], MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    yield rule(
        rf"\b({EN_MONTH})\.? ?(?:through|[-–]) ?({EN_MONTH})\b\.?(?!\.? \d{{1,2}}\b)(?:(?: of|,)? ({YEAR})\b)?",
        lambda m: month_range(MONTHS[m[1].lower()], MONTHS[m[2].lower()], int(m[3]) if m[3] else None),
    )
    day = r"(\d{1,2})(?:st|nd|rd|th)?"
    yield rule(
        rf"\b(?:(?:between|from) )?({EN_MONTH})\.? {day} ?(?:and|to|through|until|till|[-–]) ?"
        rf"(?:({EN_MONTH})\.? )?{day}\b(?:,? ({YEAR})\b)?",
        lambda m: day_range(
            int(m[5]) if m[5] else None,
            (MONTHS[m[1].lower()], int(m[2])),
            (MONTHS[(m[3] or m[1]).lower()], int(m[4])),
        ),
    )


def _shared_year() -> Iterator[Rule]:
    """ "from June to July 2020": the year behind the second month is of both."""
    yield rule(
        rf"\b({EN_MONTH})\.?(?= (?:to|and|vs\.?|versus|through|until|or) (?:{EN_MONTH})\.?(?: of|,)? ({YEAR})\b)",
        lambda m: year_part("month", int(m[2]), MONTHS[m[1].lower()]),
    )


def _yearless() -> Iterator[Rule]:
    yield rule(
        rf"(?<=\bin )({EN_MONTH})\b(?!\.? \d)|(?<=\bfor )({EN_MONTH})\b(?!\.? \d)",
        lambda m: latest("month", MONTHS[(m[1] or m[2]).lower()]),
    )
    yield rule(
        rf"(?<!\bend of )(?<!^)\b(?-i:({_WRITTEN_MONTH}))\b(?!\.? \d|,? {YEAR}|[-\w])",
        lambda m: latest("month", MONTHS[m[1].lower()]),
    )
    yield rule(r"\bQ([1-4])\b(?! ?\d)", lambda m: latest("quarter", int(m[1])))
    yield rule(
        rf"(?<=\bon )({EN_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? {YEAR})",
        lambda m: day_range(None, (MONTHS[m[1].lower()], int(m[2])), (MONTHS[m[1].lower()], int(m[2]))),
    )


def _part_of_year(word: str, year: int, ordinal: int) -> Resolve | None:
    unit: Unit = "half" if word.lower() == "half" else "quarter"
    return year_part(unit, year, ordinal) if ordinal <= (2 if unit == "half" else 4) else None


def _relative_english() -> Iterator[Rule]:
    units = r"(days?|weeks?|months?|quarters?|years?)"
    yield rule(
        rf"\b(?:last|past|previous|recent) ({_EN_COUNT}) {units}\b",
        lambda m: window(_unit(m[2]), _count(m[1])),
    )
    yield rule(r"\b(?:last|previous|prior) (week|month|quarter|year)\b(?!'s)", lambda m: calendar(_unit(m[1]), -1))
    yield rule(
        rf"\b(?:this|last) (week|month|quarter|year)['’]s(?= (?!{_MONTH_OR_PART}))",
        lambda m: calendar(_unit(m[1]), -1 if m[0].casefold().startswith("last") else 0),
    )
    yield rule(r"\b(?:this|current) (week|month|quarter|year)\b", lambda m: calendar(_unit(m[1]), 0))
    yield rule(r"\b(week|month|quarter|year)[- ]to[- ]date\b|\b(ytd|mtd|qtd)\b", _to_date_rule)
    yield rule(r"\byesterday\b", lambda _m: calendar("day", -1))
    yield rule(r"\btoday\b(?!['’]s)", lambda _m: calendar("day", 0))


def _parts_of_years() -> Iterator[Rule]:
    """ "Q1 this year", "March of last year", "this year's second quarter"."""
    part = rf"(?:({EN_MONTH})|Q([1-4])|H([12])|({'|'.join(_ORDINALS)}) (quarter|half))\b"
    for words, away in (("this", 0), ("last", -1)):
        yield rule(rf"\b{words} year['’]s {part}", lambda m, a=away: _named_part(a, m))  # type: ignore[misc]
    for words, away in (("this|the current", 0), ("last|the previous", -1)):
        behind = rf"(?:,| of| in)? (?:{words}) year\b(?!['’]s)"
        yield rule(rf"\b({EN_MONTH})\.?{behind}", lambda m, a=away: _of_year(a, "month", MONTHS[m[1].lower()]))  # type: ignore[misc]
        yield rule(rf"\bQ([1-4]){behind}", lambda m, a=away: _of_year(a, "quarter", int(m[1])))  # type: ignore[misc]
        yield rule(rf"\bH([12]){behind}", lambda m, a=away: _of_year(a, "half", int(m[1])))  # type: ignore[misc]
        yield rule(
            rf"\b(?:the )?({'|'.join(_ORDINALS)}) (quarter|half){behind}",
            lambda m, a=away: _of_year(a, "half" if m[2].lower() == "half" else "quarter", _ORDINALS[m[1].lower()]),  # type: ignore[misc]
        )
    yield rule(rf"\bH([12])(?: of|,)? ?({YEAR})\b", lambda m: year_part("half", int(m[2]), int(m[1])))


def _named_part(away: int, match: re.Match[str]) -> Resolve | None:
    month, quarter, half, ordinal, unit = match.groups()
    if month:
        return _of_year(away, "month", MONTHS[month.lower()])
    if ordinal:
        return _of_year(away, "half" if unit.lower() == "half" else "quarter", _ORDINALS[ordinal.lower()])
    return _of_year(away, "half" if half else "quarter", int(half or quarter))


def _of_year(away: int, unit: Unit, ordinal: int) -> Resolve | None:
    if unit != "month" and ordinal > (2 if unit == "half" else 4):
        return None
    return lambda today: year_part(unit, today.year + away, ordinal)(today)


def _to_date_rule(match: re.Match[str]) -> Resolve:
    short: dict[str, Unit] = {"ytd": "year", "mtd": "month", "qtd": "quarter"}
    return to_date(short[match[2].lower()] if match[2] else _unit(match[1]))


def _ranges(points: tuple[Rule, ...]) -> Iterator[Rule]:
    """ "since X", "before X", "between X and Y", built on the rules for X and Y."""

    def inner(text: str) -> Resolve | None:
        for point in points:
            match = point.pattern.fullmatch(text.strip())
            if match and (resolve := point.build(match)):
                return resolve
        return None

    def side(match: re.Match[str]) -> Resolve | None:
        resolve = inner(match[2])
        return bounded(_SIDES[match[1].lower()], resolve) if resolve else None

    def behind(match: re.Match[str]) -> Resolve | None:
        resolve = inner(match[1])
        return bounded("since" if match[2].lower() in ("later", "after") else "until", resolve) if resolve else None

    def between(match: re.Match[str]) -> Resolve | None:
        first, second = inner(match[1]), inner(match[2])
        if not first or not second:
            return None
        return lambda today: Period(first(today).start, second(today).end)

    day, name = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:{EN_MONTH})"
    point = (
        rf"{day} (?:of )?{name}\.?,? {YEAR}|{name}\.? {day},? {YEAR}|(?:{name}|year|[QH][1-4]) {YEAR}"
        rf"|(?:{name}|[QH][1-4])(?: of)? (?:this|last) year|{YEAR}(?:-\d\d){{0,2}}"
    )
    done = rf"(?! (?:\w+ed|paid|sent|sold|made|in|on|the|that|{EN_MONTH}|\d+)\b)"  # "in 2024 and later cancelled"
    sides = "|".join(sorted(_SIDES.keys() - {"from"}, key=len, reverse=True))
    yield rule(rf"\b({sides}) (?:the )?({point})\b(?! (?:to|until|through) )", side)
    yield rule(
        rf"\b(since|until|through|till|up to) ({EN_MONTH})\b(?!\.? \d)(?!,? {YEAR})",
        lambda m: bounded(_SIDES[m[1].lower()], latest("month", MONTHS[m[2].lower()])),
    )
    yield rule(
        rf"\b(since|from) (?:the )?(?:start|beginning) of ({YEAR}|this year|last year|this month|this quarter)"
        r"(?: on(?:wards?)?)?\b",
        side,
    )
    yield rule(rf"\b(from) ({point}) (?:on|onwards?|forward)\b", side)
    yield rule(rf"\b(?:in |from )?({point}) (?:or|and) (later|after)\b{done}", behind)
    yield rule(rf"\b(?:in |from )?({point}) (?:or|and) (earlier|before)\b{done}", behind)
    yield rule(rf"\b(?:between|from) ({point}) (?:and|to|until|through) ({point})\b", between)
    yield from korean_dates.ranges(inner)


_POINTS = (
    *feasts.points(),
    *_parts_of_years(),
    *_absolute(),
    *_shared_year(),
    *_relative_english(),
    *_yearless(),
    *korean_dates.points(),
)
RULES = (*_shared_parts(), *korean_dates.shared_parts(), *_ranges(_POINTS), *_POINTS)
