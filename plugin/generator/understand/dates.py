"""Time expressions of English and Korean questions, resolved against the last day of the data.

"Last quarter" is the calendar quarter before the one that today lies in; "last 3 months" is the window of three
months that ends today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backends.vectors.korean import has_hangul
from plugin.generator.understand.date_rules import EN_MONTH, RULES, YEAR
from plugin.generator.understand.korean_dates import A_YEAR, OF_IT
from plugin.generator.understand.periods import Period, Unit

_GROUPED: dict[str, Unit] = {
    **dict.fromkeys(("daily", "day", "일", "일간", "날", "하루", "일일", "매일", "일자", "날짜"), "day"),
    **dict.fromkeys(("weekly", "week", "주", "주간", "주차"), "week"),
    **dict.fromkeys(("monthly", "month", "월", "월간", "달", "매월", "매달", "한달"), "month"),
    **dict.fromkeys(("quarterly", "quarter", "분기"), "quarter"),
    **dict.fromkeys(("yearly", "annual", "annually", "year", "연도", "년도", "연", "년", "해", "매년"), "year"),
}
_GROUPING = re.compile(
    r"\b(?:(?:(?<!last )(?<!this )(?<!past )(?<!previous )(?:day|week|month|quarter|year) )?by|per|each|every)"
    r" (day|week|month|quarter|year)\b"
    r"(?! of(?! (?:(?:19|20)\d\d|(?:the )?(?:last|past|previous)|this)\b))"
    r"|\b(daily|weekly|monthly|quarterly|yearly|annual|annually)\b"
    r"|(?<![가-힣])(일자|날짜|일|주|주차|월|달|분기|연도|년도|연|년|해)별"
    r"|(?<![가-힣\d])(일|주|월|분기|연|하루|일일|매일|매월|매달|매년|한\s?달)(?=\s?평균)"
    r"|(?<![가-힣\d])(?<!\d\s)(?<!지난\s)(?<!이번\s)(일간|일|주간|주|월간|월|분기|연)"
    r"(?=\s?(?:총\s?)?(?:매출|판매|거래|주문|이용|방문|가입|생산|수익)(?:액|량|건수|자\s?수|수)?(?![가-힣]{2}))"
    r"|(?<![가-힣\d])(날|일|주|달|월|분기|해|연|년)(?:마다|\s?단위(?:로)?)(?![가-힣])",
    re.IGNORECASE,
)
_ALSO_BY = re.compile(
    r"\b(?:by|per|each) (?:[a-z]+ ){1,3}?(and (day|week|month|quarter|year))\b(?! of\b)", re.IGNORECASE
)
_ENDS = re.compile(r"\b(?:from|between|to|and|until|till|through)\b|부터|에서|까지|사이|[~∼]", re.IGNORECASE)
_YEARLESS = re.compile(rf"(?:1[0-2]|[1-9])월|[1-4]\s?분기|[상하]반기|Q[1-4]|{EN_MONTH}", re.IGNORECASE)
_YEAR = re.compile(rf"{YEAR}|{A_YEAR}|(?<= )(?:this|last) year", re.IGNORECASE)
_COURSE = re.compile(r"\btrend(?:ed|s)?\b|\b(?:develop|evolve)(?:d)?\b|추이|추세", re.IGNORECASE)
_SOME_DAY = date(2024, 6, 15)
_A_WEEK = 7
_MONTHS = 45  # days: what is longer is told by month
_BOTH = frozenset(("and", "to", "vs", "vs.", "versus", "or", ",", "with"))


@dataclass(frozen=True)
class TimePhrase:
    """A time expression and where it stands; `resolve(today)` gives its period."""

    text: str
    span: tuple[int, int]
    resolve: Callable[[date], Period]


def find(text: str) -> tuple[TimePhrase, ...]:
    """The time expressions of a text in order, the longest where they overlap."""
    found = [
        TimePhrase(text[match.start() : end].strip(), (match.start(), end), resolve)
        for rule in RULES
        for match in rule.pattern.finditer(text)
        if (resolve := rule.build(match)) is not None
        for end in [_end(text, match.end())]
    ]
    found.sort(key=lambda p: (p.span[0] - p.span[1], p.span[0]))
    kept: list[TimePhrase] = []
    for phrase in found:
        if all(phrase.span[1] <= k.span[0] or phrase.span[0] >= k.span[1] for k in kept):
            kept.append(phrase)
    return tuple(_with_years(sorted(kept, key=lambda p: p.span), text))


def _end(text: str, end: int) -> int:
    """With what stands behind a Korean period and says no more."""
    behind = OF_IT.match(text, end) if has_hangul(text[max(end - 2, 0) : end]) else None
    return behind.end() if behind else end


def ends(phrase: TimePhrase) -> tuple[TimePhrase, ...]:
    """Both ends of a range, each as a period of its own: "from 1995 to 1996" to one who asks for growth. Empty where
    it is no range of two."""
    parts = [p.strip() for p in _ENDS.split(phrase.text) if p.strip()]
    year = next(iter(re.findall(YEAR, phrase.text)), "")
    found = []
    for part in parts:
        dated = f"{year}년 {part}" if "년" in phrase.text else f"{part} {year}"
        spoken = (dated,) if year and not re.search(YEAR, part) else (part, f"in {part}")
        tries = (find(text) for text in spoken)
        found.append(next((t[0] for t in tries if len(t) == 1), None))
    return tuple(f for f in found if f) if len(found) == 2 and all(found) else ()


def _with_years(phrases: list[TimePhrase], text: str) -> Iterator[TimePhrase]:
    """ "2019년 6월과 7월", "Q1 and Q2 2019": a month without a year beside one with a year is of that year."""
    for at, phrase in enumerate(phrases):
        beside = [*phrases[:at][::-1]]
        if at + 1 < len(phrases) and text[phrase.span[1] : phrases[at + 1].span[0]].strip().casefold() in _BOTH:
            beside.append(phrases[at + 1])
        year = next((found[0] for p in beside if (found := _YEAR.findall(p.text))), "")
        if year and _YEARLESS.fullmatch(phrase.text):
            korean = phrase.text.endswith(("월", "기"))
            before = f"{year}년" if year.isdigit() else year
            put = find(f"{before} {phrase.text}" if korean else f"{phrase.text} {year}")
            yield replace(phrase, resolve=put[0].resolve) if len(put) == 1 else phrase
        else:
            yield phrase


def course(text: str, phrases: Sequence[TimePhrase]) -> tuple[tuple[str, Unit], ...]:
    """The unit in which a trend is shown where none is named: all time and a year by month, a month by day."""
    found = _COURSE.search(text)
    if found is None or len(phrases) > 1:
        return ()
    if not phrases:
        return ((found[0], "month"),)
    period, said = phrases[0].resolve(_SOME_DAY), phrases[0].text.casefold()
    if period.start is None:
        return ()
    days = (period.end - period.start).days if period.end else _MONTHS + 1
    in_weeks = days > _A_WEEK and ("week" in said or "주" in said)
    unit: Unit = "week" if in_weeks else "month" if days > _MONTHS else "day"
    return ((found[0], unit),) if days > 1 else ()


def groupings(text: str) -> tuple[tuple[str, Unit], ...]:
    """The units that a question wants its figures by: "monthly", "per quarter", "by store and month", "분기별"."""
    found = [
        (m.group(0).strip(), _GROUPED["".join(next(g for g in m.groups() if g).lower().split())])
        for m in _GROUPING.finditer(text)
    ]
    found += [(m[1], _GROUPED[m[2].lower()]) for m in _ALSO_BY.finditer(text)]
    return tuple(dict.fromkeys(found))
