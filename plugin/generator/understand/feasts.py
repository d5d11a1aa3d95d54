"""Days that are called by a name: "on Christmas Day 2024", 크리스마스, 어린이날. Those of the moon are not here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from plugin.generator.understand.periods import Resolve, Rule, day_range, rule

_Day = tuple[int, int]
_ENGLISH: dict[str, _Day] = {
    r"new year['’]?s eve": (12, 31),
    r"new year['’]?s(?: day)?": (1, 1),
    r"valentine['’]?s(?: day)?": (2, 14),
    r"halloween": (10, 31),
    r"christmas eve": (12, 24),
    r"boxing day": (12, 26),
    r"christmas(?: day)?": (12, 25),
}
_KOREAN: dict[str, _Day] = {
    r"신정|새해\s?첫날": (1, 1),
    r"밸런타인\s?데이|발렌타인\s?데이": (2, 14),
    r"화이트\s?데이": (3, 14),
    r"삼일절|3\.1절": (3, 1),
    r"어린이날": (5, 5),
    r"어버이날": (5, 8),
    r"현충일": (6, 6),
    r"광복절": (8, 15),
    r"개천절": (10, 3),
    r"한글날": (10, 9),
    r"할로윈(?:데이)?|핼러윈(?:데이)?": (10, 31),
    r"(?:크리스마스|성탄절)\s?이브": (12, 24),
    r"크리스마스|성탄절": (12, 25),
}
_YEAR = r"(?:19|20)\d\d"


def points() -> Iterator[Rule]:
    """With the year beside them, or "this year", or none: then the last one that has begun."""
    for name, day in _ENGLISH.items():
        yield rule(rf"\b(?:the )?({_YEAR}) (?:{name})\b", _on(day))
        yield rule(
            rf"\b(?:{name})(?:,? (?:of |in )?({_YEAR}))?\b(?! (?:season|sale|week|period|card|menu|party))", _on(day)
        )
    for name, day in _KOREAN.items():
        yield rule(rf"(?:({_YEAR})년(?:도)?\s*)?(?:{name})(?!\s?(?:시즌|세일|주간|기간|카드|메뉴|연휴))", _on(day))


def _on(day: _Day) -> Callable[[re.Match[str]], Resolve | None]:
    return lambda match: day_range(int(match[1]) if match[1] else None, day, day)
