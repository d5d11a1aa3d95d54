"""What common Korean nouns of data are called in English."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files

from plugin.generator.generate.phrases.korean.loanwords import the_one
from plugin.generator.generate.phrases.korean.morphemes import Morpheme
from plugin.generator.generate.phrases.tokens import stems

Form = tuple[str, ...]


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


def korean(name: Form, *, first: bool = False) -> tuple[str, ...]:
    """The nouns that are called so in English: "open" is 영업중, 개점. `first`: those that it is the first word for."""
    nouns = _nouns().get(name, ())
    return tuple(n for n in nouns if stems(glossary()[n][0]) == name) if first else nouns


@cache
def _nouns() -> dict[Form, tuple[str, ...]]:
    found: dict[Form, list[str]] = {}
    for word, names in glossary().items():
        for name in names:
            found.setdefault(stems(name), []).append(word)
    return {name: tuple(said) for name, said in found.items()}


@cache
def glossary() -> dict[str, tuple[str, ...]]:
    text = (files(__package__) / "glossary.txt").read_text(encoding="utf-8")
    lines = (line.split(": ") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: tuple(names.split(" | ")) for word, names in lines}
