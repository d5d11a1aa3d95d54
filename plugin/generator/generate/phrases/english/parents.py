"""Phrases that say whose things are by what their parent is: "whose home store is Philadelphia"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question, remembered
from plugin.generator.generate.phrases.tree import Compared

_IS = ("is", "was", "are", "were", "is in", "is from", "was in", "are in")
_NOT = ("is not", "was not", "isn't", "is n't", "are not", "is not in")


@remembered
def whose(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    start = q.after(place, said.WHOSE)
    for other, _ in nouns.parents(q, table) if start is not None else ():
        end = nouns.noun(q, start or 0, other)
        if end is None:
            continue
        turned = q.after(end, _NOT)
        begin = turned if turned is not None else q.after(end, _IS)
        for compared, last in nouns.value(q, begin, table) if begin is not None else ():
            if compared.attribute.table == other:
                yield replace(compared, negated=turned is not None), last
