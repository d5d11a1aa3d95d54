"""Of two periods or two values which is the base, and what is more, or less, in one than in the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Condition, Form
from plugin.generator.generate.plan.recognition import turns
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Recognised
from plugin.generator.understand import dates
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Unit

_IS_BASE = re.compile(r"\s*(?:보다|에\s*비해|대비)")
_AGAINST = re.compile(r"\b(?:compared (?:to|with)|relative to|versus|vs\.?|against|than) (?:the |in )?$", re.IGNORECASE)


def are_two(periods: tuple[TimePhrase, ...]) -> bool:
    return len(periods) == 2 or (len(periods) == 1 and bool(dates.ends(periods[0])))


def both_of(periods: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """ "from 1995 to 1996" is two periods to one who asks for growth."""
    if len(periods) == 2:
        return periods
    if len(periods) == 1 and (both := dates.ends(periods[0])):
        return both
    raise Unread("growth from when to when")


def base_last(periods: tuple[TimePhrase, ...], seen: Recognised) -> tuple[TimePhrase, ...]:
    """2019년 대비 2020년은 몇 배: as many times as what it is compared with."""
    text = seen.text.text
    base = [p for p in periods if _IS_BASE.match(text, p.span[1]) or _AGAINST.search(text, 0, p.span[0])]
    return (*(p for p in periods if p not in base), *base) if len(base) == 1 else periods


def two_values(seen: Recognised, conditions: Sequence[Condition], periods: tuple[TimePhrase, ...]) -> list[Condition]:
    """ "How much more did Brooklyn sell than Chicago", 브루클린이 시카고보다: the one with the two values first, and of
    these the one that is more; nothing where there are not two."""
    two = [c for c in conditions if len(c.values) == 2 and not c.excluded]
    if len(two) != 1 or are_two(periods):
        return []
    said = sorted(two[0].values, key=lambda value: seen.said[value])
    turned = _IS_BASE.match(seen.text.text, seen.said[said[0]][1])
    return [replace(two[0], values=tuple(said[::-1] if turned else said)), *(c for c in conditions if c is not two[0])]


def than_then(seen: Recognised, ask: Ask, groups: Sequence[str]) -> tuple[Form, tuple[TimePhrase, ...]] | None:
    """ "Products that sold less in July than in June", 6월보다 7월에 매출이 늘어난 매장; the period that the other is
    compared with comes first. With what was before: "in which months did we sell less than in the month before"."""
    operator, periods, before = seen.first("than_then"), ask.periods, seen.first("previous")
    if operator is None:
        return None
    if before is not None:
        return _than_before(operator, before, ask, groups)
    if len(periods) == 1 and groups and (both := turns.with_next(ask, seen.text.text)):
        return ("fell" if operator.of == "falling" else "rose"), both
    base = [p for p in periods if _IS_BASE.match(seen.text.text, p.span[1])] or list(periods[1:])
    if len(periods) != 2 or not groups or len(base) != 1:
        raise Unread("what was more than when")
    return ("fell" if operator.of == "falling" else "rose"), (base[0], *(p for p in periods if p is not base[0]))


def _than_before(
    operator: Operator, before: Operator, ask: Ask, groups: Sequence[str]
) -> tuple[Form, tuple[TimePhrase, ...]]:
    """Of each time against the one before it, or of one period against that. Raises Unread."""
    fell = operator.of == "falling"
    units: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")
    unit = next((u for u in units if u == before.of), None)
    asked = [g for g in groups if unit and tables.is_unit(g, unit)]
    if unit and (asked or any(own == unit for _, own in ask.groupings)):
        return ("fallen" if fell else "risen"), ask.periods
    if unit is None or len(ask.periods) != 1 or not groups or ask.groupings:
        raise Unread("what was more than when")
    return ("fell" if fell else "rose"), turns.with_before(ask, before, unit)
