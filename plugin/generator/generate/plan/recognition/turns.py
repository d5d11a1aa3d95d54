"""Korean figures that no column is called: 해지율 is the share of what is 해지, 해지 건수 counts the rows that are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogColumn, CatalogTable
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.naming import Name
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Span, Text, korean_pattern
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Period, Unit, shift, start_of

Periods = tuple[TimePhrase, ...]

RATE = "rate"
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")
_SOME_DAY = date(2024, 6, 15)
_OTHER_DAY = date(2022, 3, 2)
_THAN = re.compile(r"\bthan(?: in| during)? $", re.IGNORECASE)
_KO_THAN = re.compile(r"\s*(?:보다|에\s*비해)")
_SAME = re.compile(r"동|같은")
_BEHIND = re.compile(r"\s*(?:에|의|동안|중)?\s*(?:에\s*)?([가-힣]+)")
_RATE = re.compile(r"\s?[율률](?=[은는이가을를의도과와로]|\s|[?.,()]|$)")
_CASES = re.compile(
    r"\s*(?:된|한|난|당한|처리된|처리한)?\s*(?:것[은이]?|게|거는?|건은?)?\s*(?:은|는|이|가|의)?"
    r"\s*(?:총|모두|전체|다)?\s*$"
)
_DONE = re.compile(r"(?:한|된|하는|되는|했던|됐던)(?=\s)")
_EACH = re.compile(r"별(?:로)?\s*(?:총|전체)?\s*$")
_NEW = re.compile(r"신규(?:로)?\s*(?:(?:가입|등록|계약|입사|유입)(?:한|된)?\s*)?$")
_SAID = re.compile(r"(?:한|된|하는|되는|할|될|했던|됐던|일자?[은이가]?|일시)(?=\s)")
_EVENTS = re.compile(r"건수|횟수|몇\s*(?:건|번|회)|건")
_ROWS = Name((), "rows", "", counted=True)


def rates(seen: Recognised, known: Sequence[Name]) -> Iterator[Operator]:
    """해지율, 연체율: a value, or what is said where a flag is true, with 율 behind it. Takes the place."""
    text = seen.text
    for _, span in seen.values:
        if (match := _RATE.match(text.text, span[1])) and text.is_free(match.span()):
            text.take(match.span())
            yield Operator("share", match.span(), of=RATE)
    for name in (n for n in known if n.role == "flag"):
        for start, end in _places(name, text):
            if (rate := _RATE.match(text.text, end)) and text.is_free((start, rate.end())):
                text.take((start, rate.end()))
                seen.found = (*seen.found, Found(name, (start, end)))
                yield Operator("share", rate.span(), of=RATE)


def _places(name: Name, text: Text) -> list[Span]:
    """Of a Korean name also where no particle ends it: 지연율; late율."""
    if isinstance(name.form, str):
        return [m.span() for m in re.finditer(korean_pattern(name.form), text.text)]
    return list(text.places(name)) if has_hangul(text.text) else []


def counted_events(seen: Recognised, wide: Wide, known: Sequence[Name], named: Sequence[Found]) -> list[Found]:
    """해지 건수, 누수로 접수된 것은 몇 건, 결제 수단별 건수: the rows themselves, where nothing else is there to count
    and a value or a group of the table's own stands before the count, or the rows are what was done."""
    count = seen.first("count")
    if count is None or not has_hangul(seen.text.text) or not _EVENTS.match(seen.text.text, count.span[0]):
        return []
    said, begin = seen.text.text, count.span[0]
    own = [end for column, (_, end) in seen.values if column not in wide.columns and end <= begin]
    groups = [f.span[1] for f in named if f.name.role == "dimension" and f.name.column not in wide.columns]
    beside = any(_CASES.fullmatch(said[end:begin]) for end in own)
    beside = beside or any(_EACH.fullmatch(said[end:begin]) for end in groups if end <= begin)
    rows = [n for n in known if n.role == "rows" and not n.column and isinstance(n.form, str)]
    done = any(
        _DONE.match(seen.text.text, end) and end <= count.span[0] for n in rows for _, end in seen.text.places(n)
    )
    if not (beside or done) or not is_by_row(wide.base):
        return []
    seen.sole = count.span
    return [Found(_ROWS, count.span)]


def said_of_time(seen: Recognised, table: CatalogTable) -> Iterator[Span]:
    """올해 가입한 고객: what was done on the day that is spoken of. 신규 고객: those who came on their one day."""
    text = seen.text
    spoken = tables.spoken_time(table, text.text)
    for token in text.tokens if spoken is not None else ():
        is_done = _SAID.match(text.text, token.end) and has_hangul(token.term)
        if is_done and spoken is not None and token.term in tables.deeds(spoken, text.text):
            yield token.start, token.end
    if (tables.time_column(table) if table.view else tables.event_time(table)) is not None:
        for one in seen.found:
            before = _NEW.search(text.text, 0, one.span[0])
            if before and one.name.role == "rows" and not one.name.column:
                yield before.span()


def is_share_of_rows(seen: Recognised, wide: Wide, groups: Sequence[str]) -> bool:
    """해지율, 계약 중 해지 비율, 접수 유형별 비중: no figure is named, so the rows are counted."""
    if not has_hangul(seen.text.text) or not is_by_row(wide.table) or seen.first("share") is None:
        return False
    if any(o.of == RATE for o in seen.operators):
        return not any(column in wide.columns for column in seen.filters)
    whole = any(f.name.role == "rows" and not f.name.column for f in seen.found)
    given = bool(seen.filters) or any(f.name.role == "flag" for f in seen.found)
    return (whole and given) or (bool(groups) and not given and not set(groups) & set(wide.columns))


def clock(table: CatalogTable, ask: Ask, question: str) -> CatalogColumn | None:
    """The time that is spoken of; of several that of the word behind the period: 2024년 계약 중 해지된 건수."""
    for phrase in ask.periods if has_hangul(ask.question) else ():
        behind = _BEHIND.match(ask.question, phrase.span[1])
        times = [c for c in table.columns if tables.is_time(c)]
        near = [
            c
            for c in times
            if behind and any(behind[1].startswith(d) for d in tables.deeds(c, ask.question) if has_hangul(d))
        ]
        if len(near) == 1:
            return near[0]
    return tables.spoken_time(table, question) or tables.figure_time(table, question)


def against_before(
    ask: Ask, seen: Recognised, form: str
) -> tuple[Literal["growth", "difference", "plain"], Periods] | None:
    """9월 매출의 전월 대비 증감률, "sales last week compared to the week before": a period beside the one before it.
    Raises Unread."""
    before = seen.first("previous")
    if before is None or form not in ("change", "change_rate"):
        return None
    over = re.fullmatch(r"(\w+)[- ](?:over|on)[- ]\1", seen.text.text[slice(*before.span)], re.IGNORECASE)
    if not has_hangul(ask.question) and (over or ask.groupings or seen.first("top", "bottom")):
        return None
    unit = next((u for u in UNITS if u == before.of), None)
    if ask.groupings:
        if unit is None or any(own != unit for _, own in ask.groupings):
            raise Unread("a change over another time")
        return None
    if len(ask.periods) != 1 or unit is None:
        return None
    if form == "change_rate":
        return "growth", with_before(ask, before, unit)
    is_change = has_hangul(ask.question) or seen.first("difference", "moved")
    return ("difference" if is_change else "plain"), with_before(ask, before, unit)


def with_before(ask: Ask, before: Operator, unit: Unit) -> Periods:
    """The one period of the question behind the one before it. Raises Unread."""
    (phrase,) = ask.periods
    if unit != "year" and not _is_one(unit, phrase.resolve(_SOME_DAY)):
        raise Unread("a change over another time")
    same = bool(_SAME.search(ask.question[slice(*before.span)]))
    now = replace(phrase, resolve=lambda today: _up_to(phrase.resolve(today), today, same=same))
    earlier = replace(phrase, resolve=lambda today: _earlier(now.resolve(today), unit))
    return earlier, now


def with_next(ask: Ask, question: str) -> Periods:
    """ "Stores that sold more than last year", 작년보다: that period and the one behind it, which is now; none where it
    is no such period."""
    (phrase,) = ask.periods
    said = _THAN.search(question, 0, phrase.span[0]) or _KO_THAN.match(question, phrase.span[1])
    unit = next((u for u in UNITS if _is_one(u, phrase.resolve(_SOME_DAY))), None)
    if not said or unit is None or phrase.resolve(_SOME_DAY) == phrase.resolve(_OTHER_DAY):
        return ()
    return phrase, replace(phrase, resolve=lambda today: _later(phrase.resolve(today), unit))


def _later(period: Period, unit: Unit) -> Period:
    start, end = (shift(unit, day, 1) if day else None for day in (period.start, period.end))
    return Period(start, end)


def _is_one(unit: Unit, period: Period) -> bool:
    start = period.start
    return start is not None and start_of(unit, start) == start and period.end == shift(unit, start, 1)


def _up_to(period: Period, today: date, *, same: bool) -> Period:
    """전년 동기: no more of the year before than there is of this one."""
    end = today + timedelta(days=1)
    inside = same and period.end is not None and period.start is not None and period.start < end < period.end
    return Period(period.start, end) if inside else period


def _earlier(period: Period, unit: Unit) -> Period:
    start, end = (shift(unit, day, -1) if day else None for day in (period.start, period.end))
    return Period(start, end)
