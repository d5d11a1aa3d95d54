"""What is to be shown, told behind the question: "Which members are over 60? Show their name and city."."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english.outputs import Outputs, outputs
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Asked, Attribute
from plugin.generator.generate.phrases.words import listed, phrases

_SHOW = listed("leads")
_NAME_IT = phrases("name it and|name them and|name each and|please name it and|please name them and")
_PLEASE = phrases("please|, please|only|for each|of each|each|too")
_NAME = phrases("name|names")


def told(q: Question, place: int, asked: Asked) -> Iterator[tuple[Asked, int]]:
    """The columns of the things that `asked` lists by their names, and the end."""
    table = asked.things.table
    label = Attribute(table, q.schema.label(table))
    start = q.skip(place, (",", ";", ", and", "and"))
    if asked.outputs != (label,) or asked.by or start >= q.end:
        return
    begins, named = q.tokens[start].begins, q.after(start, _NAME_IT)
    behind = named if named is not None else start
    for shown in dict.fromkeys((q.skip(behind, _SHOW), behind)):
        for more, end in _columns(q, q.skip(shown, said.DETERMINERS), table, label):
            last = q.skip(end, _PLEASE)
            if begins or shown != start or last != end:
                outputs_told = (label, *more) if named is not None else more
                yield replace(asked, outputs=tuple(dict.fromkeys(outputs_told))), last


def _columns(q: Question, place: int, table: str, label: Attribute) -> Iterator[tuple[Outputs, int]]:
    """One or more columns of the table, where "name" is what its rows are called."""
    named = q.after(place, _NAME)
    if named is not None:
        yield (label,), named
        start = q.after(named, said.JOINED)
        for more, end in _columns(q, q.skip(start, said.DETERMINERS), table, label) if start is not None else ():
            yield (label, *more), end
    for more, _, end in outputs(q, place, table):
        if all(isinstance(o, Attribute) for o in more):
            yield more, end
