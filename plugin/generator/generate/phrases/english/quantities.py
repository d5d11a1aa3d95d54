"""Phrases for how many."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Sign


def quantities(q: Question, place: int) -> Iterator[tuple[int, Sign, str]]:
    """ "At least two", "more than one", "2 or more", "exactly three"."""
    sign_end = q.after(place, said.SIGNS)
    sign: Sign = said.SIGNS[" ".join(t.word for t in q.tokens[place:sign_end])] if sign_end is not None else "="
    begin = place if sign_end is None else sign_end
    if q.word(begin) in ("a", "one") and q.word(begin + 1) == "single":
        yield begin + 2, sign, "1"
        return
    if (found := nouns.whole(q, begin)) is None or sign == "!=":
        return
    number, end = str(found[0]), found[1]
    behind = q.after(end, said.BEHIND)
    if behind is not None and sign_end is None:
        yield behind, said.BEHIND[" ".join(t.word for t in q.tokens[end:behind])], number
    elif sign_end is not None or number != "1":
        yield end, sign, number
