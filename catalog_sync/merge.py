"""Changes of a text, word by word: what is new, and the changes of two people put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")
Change = tuple[int, int, tuple[str, ...]]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """`base` with the changes of both; None where they changed the same words, so that a person must choose."""
    if mine == theirs or theirs == base:
        return mine
    words = _WORDS.findall(base)
    ours, others = _changes(words, mine), _changes(words, theirs)
    if any(_meet(one, other) for one in ours for other in others if one != other):
        return None
    for start, end, new in sorted({*ours, *others}, reverse=True):
        words[start:end] = new
    return "".join(words)


def added(old: str, new: str) -> list[tuple[str, bool]]:
    """The new text in parts, each with whether the old one lacks it."""
    words, before = _WORDS.findall(new), _WORDS.findall(old)
    steps = SequenceMatcher(None, before, words, autojunk=False).get_opcodes()
    return [("".join(words[a:b]), kind != "equal") for kind, _, _, a, b in steps if a < b]


def _changes(base: Sequence[str], new: str) -> list[Change]:
    words = _WORDS.findall(new)
    steps = SequenceMatcher(None, base, words, autojunk=False).get_opcodes()
    return [(start, end, tuple(words[a:b])) for kind, start, end, a, b in steps if kind != "equal"]


def _meet(one: Change, other: Change) -> bool:
    """They touch: what stands at the same place has no order."""
    return one[0] <= other[1] and other[0] <= one[1]
