"""The day that a question says it goes by: "orders per month (by ship date)", 완료일 기준으로."""

from __future__ import annotations

import re

from backends.vectors.korean import has_hangul
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.words.lasting import korean_moment, moment
from plugin.generator.generate.plan.words.text import Span
from plugin.generator.tables import deeds, is_time

_DAY = r"(?:the |their |its )?(?P<day>(?:\w+ ){1,3}(?:date|day|time)|(?:date|day|time) of (?:the |their )?\w+)"
_GOING = re.compile(rf"(?:,\s*)?\b(?:based on|going by|using|according to|counted by) {_DAY}\b", re.IGNORECASE)
_BRACKETS = re.compile(rf"\((?:by|on|per|based on|using)? ?{_DAY}\)", re.IGNORECASE)
_BY = re.compile(rf"(?:,\s*)?\b(?:by|on) {_DAY}(?=\s*(?:[?.,;)]|$))", re.IGNORECASE)
_KOREAN = re.compile(r"\(?(?P<day>[가-힣A-Za-z_]+(?:\s[가-힣A-Za-z_]+){0,2}?)\s?기준(?:으로|의)?\)?")


def told(ask: Ask, table: CatalogTable) -> tuple[str, Span] | None:
    """The column and the place; "by" alone says so only where a unit of time is named, else it groups."""
    if not (ask.periods or ask.groupings):
        return None
    if has_hangul(ask.question):
        for match in _KOREAN.finditer(ask.question):
            if found := korean_moment(match["day"], ask.question, table):
                return found[0], (match.start("day") + found[1], match.end())
        return _before_grouping(ask, table)
    for pattern in (_BRACKETS, _GOING, *((_BY,) if ask.groupings else ())):
        for match in pattern.finditer(ask.question):
            if name := moment(match["day"].split(), table):
                return name, match.span()
    return None


def _before_grouping(ask: Ask, table: CatalogTable) -> tuple[str, Span] | None:
    """주문 연도별로, 출하 월별: the unit is that of the day on which it was done."""
    for said, _ in ask.groupings:
        for match in re.finditer(rf"(?<![가-힣])(?P<deed>[가-힣]{{2,}})\s(?={re.escape(said)})", ask.question):
            days = [c for c in table.columns if is_time(c) and match["deed"] in deeds(c, ask.question)]
            if len(days) == 1:
                return days[0].name, match.span("deed")
    return None
