"""Runs of Korean nouns in English, for names that a catalogue has in English alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from plugin.generator.bilingual.glossary import Form, glossary
from plugin.generator.bilingual.loanwords import the_one
from plugin.generator.generate.phrases.korean.morphemes import Morpheme
from plugin.generator.generate.phrases.tokens import stems


def english(run: Sequence[Morpheme], spelled: Collection[str] = ()) -> Iterator[Form]:
    """Every way to put a run of nouns in English, part by part, as stems; a Latin word stays. One that is no common
    noun is the word of those `spelled` that it sounds like."""
    if not run:
        yield ()
        return
    for size in range(len(run), 0, -1):
        for first in _called(run[:size], spelled):
            yield from (first + rest for rest in english(run[size:], spelled))


def _called(run: Sequence[Morpheme], spelled: Collection[str]) -> tuple[Form, ...]:
    if len(run) == 1 and run[0].word.isascii() and not run[0].quoted:
        return ((run[0].stem,),)
    said = "".join(m.word for m in run)
    heard = the_one(said, spelled) if said not in glossary() else ""
    return tuple(stems(name) for name in glossary().get(said, ()) or ((heard,) if heard else ()))
