"""Korean questions for a day: "브루클린 매장은 언제 개점했나요?"."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_sync.times import event_time, is_time
from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.periods import day_of
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import things
from plugin.generator.generate.phrases.tree import Aggregate, Asked, Attribute, Compared, Condition, Function, Things

_SUBJECT = ("는", "가")
_EACH = ("각각", "각자")
_WHEN = ("언제",)
_ENDS: tuple[tuple[tuple[str, ...], Function], ...] = (
    (("첫", "첫 번째", "처음", "최초", "최초 의"), "min"),
    (("마지막", "가장 최근", "최근", "가장 마지막"), "max"),
)


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


def ends(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """ "마지막 구매는 언제였어?", "첫 주문은 언제야?": of the day that a row is of."""
    own = event_time(q.schema.tables[table])
    if own is None or own.pii or not is_time(own):
        return
    for spoken, function in _ENDS:
        begin = q.after(place, spoken)
        for found, _, end in things(q, begin, table) if begin is not None else ():
            if found.best is None and (start := q.after(q.skip(end, _SUBJECT), _WHEN)) is not None:
                yield Asked(found, (Aggregate(function, Attribute(table, own.name)),)), start


def _things(q: Spoken, place: int, table: str) -> Iterator[tuple[Things, int]]:
    yield from ((found, end) for found, _, end in things(q, place, table))
    for compared, end, _ in nouns.value(q, place, table):
        if _names_several(compared) and compared.attribute == Attribute(table, q.schema.label(table)):
            yield Things(table, (compared,)), end


def _names_several(condition: Condition) -> bool:
    return isinstance(condition, Compared) and len(condition.values) > 1
