"""Words that mean the same wherever data is spoken of (alike.txt)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul


def alike(form: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The stems of an English name with each put for which others mean the same."""
    for at, term in enumerate(form):
        for other in same_words(term):
            yield (*form[:at], other, *form[at + 1 :])


def same_words(term: str) -> tuple[str, ...]:
    """The terms that mean the same wherever data is spoken of."""
    return _alike_words().get(term, ())


@cache
def _alike_words() -> dict[str, tuple[str, ...]]:
    lines = (files(__package__) / "alike.txt").read_text(encoding="utf-8").splitlines()
    lots = [tuple(map(stem, line.split())) for line in lines if not line.startswith("#")]
    found: dict[str, tuple[str, ...]] = {}
    for lot in lots:
        for term in lot:
            found[term] = (*found.get(term, ()), *(t for t in lot if t != term))
    return found


@cache
def korean_alike() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, others) for word, others in _alike_words().items() if has_hangul(word))
