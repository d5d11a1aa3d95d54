"""Korean questions for a day: "브루클린 매장은 언제 개점했나요?"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.periods import day_of
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import things
from plugin.generator.generate.phrases.tree import Asked, Attribute, Compared, Condition, Things

_SUBJECT = ("는", "가")
_EACH = ("각각", "각자")
_WHEN = ("언제",)


def when(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """Up to the verb, whose stem says what was done on that day; of several things each with its name."""
    for found, end in _things(q, place, table):
        start = q.after(q.skip(q.skip(end, _SUBJECT), _EACH), _WHEN)
        day = day_of(q, start, table) if start is not None else None
        if start is None or day is None or not (found.conditions or found.best) or q.tag(start + 1) != "XSV":
            continue
        label = q.schema.label(table) if any(map(_names_several, found.conditions)) else ""
        shown = (Attribute(table, label),) if label else ()
        yield Asked(found, (*shown, Attribute(table, day))), start + 1


def _things(q: Spoken, place: int, table: str) -> Iterator[tuple[Things, int]]:
    yield from ((found, end) for found, _, end in things(q, place, table))
    for compared, end, _ in nouns.value(q, place, table):
        if _names_several(compared) and compared.attribute == Attribute(table, q.schema.label(table)):
            yield Things(table, (compared,)), end


def _names_several(condition: Condition) -> bool:
    return isinstance(condition, Compared) and len(condition.values) > 1
