"""Phrases for how long it takes: "the average time in days between filing and deciding a claim"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Asked, Attribute, Lasting, Things
from plugin.generator.generate.phrases.words import phrases
from plugin.generator.generate.plan.names.deeds import deed_of

_TIME = phrases("time|number of days|days|number of hours|hours|number of minutes|minutes|duration|delay|gap|wait")
_UNITS = {"day": "day", "days": "day", "hour": "hour", "hours": "hour", "minute": "minute", "minutes": "minute"}
_IN = tuple(f"{before}in {unit}" for before in ("", "measured ", ", ") for unit in _UNITS)
_DATE_OF = phrases("the|date of|the date of|day of|the day of|when it was|being|its|their")


def lasting(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """The average, least or most of the time from one day of a row to another."""
    start = q.skip(place, ("the",))
    function_end = q.after(start, said.FUNCTIONS)
    end = None if function_end is None else q.after(function_end, _TIME)
    if function_end is None or end is None:
        return
    function = said.FUNCTIONS[" ".join(t.word for t in q.tokens[start:function_end])]
    unit = next((_UNITS[q.word(n)] for n in range(function_end, end) if q.word(n) in _UNITS), "")
    if (in_unit := q.after(end, _IN)) is not None:
        unit, end = _UNITS[q.word(in_unit - 1)], in_unit
    begin = q.after(end, ("between", "from"))
    first = _moment(q, begin, table) if begin is not None else None
    middle = q.after(first[1], ("and", "to", "until", "till", "and its")) if first else None
    last = _moment(q, middle, table) if middle is not None else None
    if first is None or last is None or first[0] == last[0] or not (unit or _are_days(q, first[0], last[0])):
        return
    behind = q.skip(last[1], ("of", "for"))
    behind, _ = nouns.determiner(q, behind)
    done = nouns.noun(q, behind, table)
    output = Lasting(function, first[0], last[0], unit or "day")
    yield Asked(Things(table), (output,)), last[1] if done is None else done


def _moment(q: Question, place: int, table: str) -> tuple[Attribute, int] | None:
    """ "Filing", "the order date", "when it was shipped": the one day of that."""
    start, _ = nouns.determiner(q, q.skip(place, _DATE_OF))
    start = q.skip(start, _DATE_OF)
    named = nouns.noun(q, start, table)
    starts = [start] if named is None else [start, q.skip(named, ("'s", "is", "was", "being"))]
    for begin in starts:
        found = [c for c, deeds in q.schema.deeds[table].items() if deeds & deed_of(q.word(begin))]
        if len(found) == 1:
            return Attribute(table, found[0]), q.skip(begin + 1, ("date", "day", "time", "it", "them"))
    return None


def _are_days(q: Question, *of: Attribute) -> bool:
    return all(q.schema.column(a.table, a.column).type.upper() == "DATE" for a in of)
