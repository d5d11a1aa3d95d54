"""Phrases for the part of things of which something is true: "what percentage of the customers from Kenya have never
ordered", "for every region, what share of the suppliers has a negative balance"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases import words as said
from plugin.generator.generate.phrases.english import groups
from plugin.generator.generate.phrases.english.things import all_said, things
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Asked, Share, Things, Within
from plugin.generator.generate.phrases.words import phrases

_WHAT = ("what", "which")
_PERCENT = phrases("percentage of|percent of|% of|how many percent of")
_SHARE = phrases("share of|proportion of|fraction of|part of")
_EACH = phrases("for each|for every|in each|in every|per|of each")
_PREDICATES = frozenset(phrases("is|are|was|were|has|have|had|do|does|did"))


def shares(q: Question, place: int, table: str) -> Iterator[tuple[Asked, int]]:
    for found, share, end in _share(q, place, table):
        yield Asked(found, (share,)), end
    each = q.after(place, _EACH)
    for by, end in groups.by(q, each, table) if each is not None else ():
        start = q.skip(q.skip(end, (",",)), (*said.LEADS, "which", "what"))
        for found, share, last in _share(q, start, table):
            yield Asked(found, (*by, share), by=by), last


def _share(q: Question, place: int, table: str) -> Iterator[tuple[Things, Share, int]]:
    """The one condition behind a verb or a relative is what is true of the part, all before it says of which things."""
    start = q.skip(q.skip(place, _WHAT), ("the",))
    is_noun = not start or q.word(start - 1) not in _WHAT  # "the share of visits at night", "what share of visits is"
    for spoken, times in ((_PERCENT, 100), (_SHARE, 1)):
        begin = q.after(start, spoken)
        for found, _, end in things(q, begin, table) if begin is not None else ():
            is_predicate = q.word(end) in _PREDICATES
            is_told = is_predicate or q.is_verb(end) or q.after(end, said.RELATIVE) is not None
            guess = int(not is_predicate)  # "suppliers based in Asia have": what they are based on is who
            for true, last in all_said(q, Things(table, guesses=found.guesses + guess), end):
                if found.best or true.best or len(true.conditions) != 1:
                    continue
                if is_told or (is_noun and not (found.conditions or isinstance(true.conditions[0], Within))):
                    yield Things(table, found.conditions, guesses=true.guesses), Share(true.conditions, times), last
