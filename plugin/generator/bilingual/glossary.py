"""What common Korean nouns of data are called in English."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from backends.vectors.english import stem

Form = tuple[str, ...]


def korean(name: Form, *, first: bool = False) -> tuple[str, ...]:
    """The nouns that are called so in English: "open" is 영업중, 개점. `first`: those that it is the first word for."""
    nouns = _nouns().get(name, ())
    return tuple(n for n in nouns if _stems(glossary()[n][0]) == name) if first else nouns


@cache
def _nouns() -> dict[Form, tuple[str, ...]]:
    found: dict[Form, list[str]] = {}
    for word, names in glossary().items():
        for name in names:
            found.setdefault(_stems(name), []).append(word)
    return {name: tuple(said) for name, said in found.items()}


@cache
def glossary() -> dict[str, tuple[str, ...]]:
    text = (files(__package__) / "glossary.txt").read_text(encoding="utf-8")
    lines = (line.split(": ") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: tuple(names.split(" | ")) for word, names in lines}


def _stems(name: str) -> Form:
    return tuple(map(stem, name.casefold().split()))
