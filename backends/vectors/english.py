"""English words to a common form. Not linguistics: inflections of one word must meet, that is all."""

from __future__ import annotations

from functools import lru_cache

_STOP_WORDS = """
a an and any are as at be been by can could did do does for from had has have how i if in into is it its
me my of on or our per please should show so than that the their them then there these they this those to
us was we were what when where which who whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_APART = {"rating": "rating", "rated": "rating"}
"""A rating is no rate."""
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """`word` in lower case. Orders, ordered and ordering become order; prices and pricing become pric."""
    if not (word.isascii() and word.isalpha()):
        return word
    word = _singular(word)
    if word in _APART:
        return _APART[word]
    word = _past_or_gerund(word)
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _singular(word: str) -> str:
    if len(word) < 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith(("us", "is")) and len(word) > 4:
        return word
    return word[:-1]


def _past_or_gerund(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return f"{word[:-3]}y"
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and rest[-1] != "e" and not _VOWELS.isdisjoint(rest):
            return rest
    return word
