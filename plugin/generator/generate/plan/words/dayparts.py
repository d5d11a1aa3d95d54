"""Parts of the day as bounds on its hour: "in the morning", 오후 주문, "between 2 and 4 pm", 18시 이후."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.words.text import Text

_NOON = 12
_AT = r"(?P<{0}>[01]?\d|2[0-4])(?::00)?"
_HALF = r"(?P<{0}>[ap])\.?m\.?\b"
_O = r"(?: ?o'clock)"
_KO_HALF = r"(?P<{0}>오전|오후|아침|저녁|밤)?\s?"
_KO_AT = r"(?P<{0}>[01]?\d|2[0-4])\s?시"
_ENGLISH = (
    re.compile(
        rf"\b(?:between|from) {_AT.format('low')}(?: ?{_HALF.format('low_half')}|{_O})? ?(?:and|to|until|till|-) ?"
        rf"{_AT.format('high')} ?(?:{_HALF.format('high_half')}|{_O})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:after|from|since) {_AT.format('low')} ?{_HALF.format('low_half')}(?: on(?:wards)?)?", re.IGNORECASE
    ),
    re.compile(rf"\b(?:before|until) {_AT.format('high')} ?{_HALF.format('high_half')}", re.IGNORECASE),
)
_KOREAN = (
    re.compile(
        rf"{_KO_HALF.format('low_half')}{_KO_AT.format('low')}\s?(?:부터|에서|[~∼-])\s?{_KO_HALF.format('high_half')}"
        rf"{_KO_AT.format('high')}(?:\s?까지)?(?:\s?사이)?(?:에|의)?"
    ),
    re.compile(rf"{_KO_HALF.format('low_half')}{_KO_AT.format('low')}\s?(?:이후|부터|넘어서?)(?:에|의)?"),
    re.compile(rf"{_KO_HALF.format('high_half')}{_KO_AT.format('high')}\s?(?:이전|전|까지)(?:에|의)?"),
)
_MORNING = re.compile(
    r"\b(?:in the mornings?|before noon|mornings)\b|(?<![가-힣])오전(?:\s?중)?(?:에|의)?(?=\s|$)", re.IGNORECASE
)
_PM = re.compile(r"\bafter noon\b|(?<![가-힣])오후(?:에|의)?(?=\s|$)", re.IGNORECASE)
_SPOKEN = (*_ENGLISH, *_KOREAN, _MORNING, _PM)
_LATE = frozenset(("p", "오후", "저녁", "밤"))


class Hours(NamedTuple):
    """The bounds of `column`, from `low` on and before `high`; None is no bound."""

    column: str
    low: int | None
    high: int | None


def are_spoken_of(question: str) -> bool:
    return any(pattern.search(question) for pattern in _SPOKEN)


def find(text: Text, table: CatalogTable) -> tuple[Hours, ...]:
    """What is said of the hour, taken from the text. Raises Unread where no one column is one."""
    said = list(_said(text))
    if not said:
        return ()
    columns = [c.name for c in table.columns if c.name.casefold().split("_")[-1] == "hour"]
    if len(columns) != 1 or len(said) > 1:
        raise Unread("the hours of what")
    return tuple(Hours(columns[0], low, high) for low, high in said)


def _said(text: Text) -> Iterator[tuple[int | None, int | None]]:
    for pattern in _SPOKEN:
        for match in pattern.finditer(text.text):
            if text.is_free(match.span()):
                text.take(match.span())
                yield _bounds(match, is_morning=pattern is _MORNING, is_late=pattern is _PM)


def _bounds(match: re.Match[str], *, is_morning: bool, is_late: bool) -> tuple[int | None, int | None]:
    if is_morning or is_late:
        return (None, _NOON) if is_morning else (_NOON, None)
    named = match.groupdict()
    high_half = named.get("high_half") or ""
    low_half = named.get("low_half") or ""
    low, high = named.get("low"), named.get("high")
    if low and high and not low_half and int(low) < int(high):
        low_half = high_half  # "between 2 and 4 pm"; "from 9 to 5 pm" begins in the morning
    if low and high and not high_half:
        high_half = low_half if int(low) < int(high) else ""
    return _hour(low, low_half), _hour(high, high_half)


def _hour(said: str | None, half: str) -> int | None:
    if said is None:
        return None
    hour = int(said)
    if half.casefold() in _LATE:
        return hour + _NOON if hour < _NOON else hour
    return 0 if half and hour == _NOON else hour
