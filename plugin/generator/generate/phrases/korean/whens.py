"""Korean questions for a day: "브루클린 매장은 언제 개점했나요?"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.korean.periods import day_of
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.things import things
from plugin.generator.generate.phrases.tree import Asked, Attribute, Compared

_SUBJECT = ("는", "가")
_EACH = ("각각", "각자")
_WHEN = ("언제",)


def when(q: Spoken, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    """Up to the verb, whose stem says what was done on that day; of several things each with its name."""
    for found, _, end in things(q, place, table):
        start = q.after(q.skip(q.skip(end, _SUBJECT), _EACH), _WHEN)
        day = day_of(q, start, table) if start is not None else None
        if start is None or day is None or not (found.conditions or found.best) or q.tag(start + 1) != "XSV":
            continue
        several = any(isinstance(c, Compared) and len(c.values) > 1 for c in found.conditions)
        label = q.schema.label(table) if several else ""
        shown = (Attribute(table, label),) if label else ()
        yield Asked(found, (*shown, Attribute(table, day))), start + 1
