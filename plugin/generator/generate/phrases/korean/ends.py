"""How a Korean question ends: what is asked to be done ("알려줘"), or an interrogative ("무엇인가요?")."""

from __future__ import annotations

from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.words import listed

_TAGS = frozenset(("EF", "EC", "EP", "VX", "VCP", "SP", "ETN"))
_VERBS = frozenset(listed("asking verbs"))
_NOUNS = frozenset(listed("asking nouns"))
_WORDS = frozenset(listed("ends"))
_ONCE = listed("once")
_THERE = listed("there")


def ended(q: Spoken, place: int) -> bool | None:
    """Whether the rest asks for each row once; None where the rest is more than an end."""
    once = False
    while place < q.end:
        if (after := q.after(place, _ONCE)) is not None:
            once, place = True, after
        elif (there := q.after(place, _THERE)) is not None:
            place = there
        elif _is_end(q, place):
            place += 1
        else:
            return None
    return once


def _is_end(q: Spoken, place: int) -> bool:
    word, tag = q.word(place), q.tag(place)
    if not word or q.is_value(place):
        return False
    if tag in _TAGS or word in _WORDS:
        return True
    if tag in ("XSV", "XSA"):
        return word == "하" or word == "되"
    return (tag in ("VV", "VA") and word in _VERBS) or (tag == "NNG" and word in _NOUNS)


def how_many(q: Spoken, place: int) -> int | None:
    """ "은 모두 몇 명", "가 몇 명", "몇 곳", " 수는 얼마": its end."""
    start = q.skip(place, ("는", "가", "도", "를", "에"))
    start = q.skip(q.skip(start, ALTOGETHER), _ONCE)
    if q.word(start) == "몇":
        end = q.after(start + 1, _COUNTED)
        return q.skip(end, ("나", "씩", "이나")) if end is not None else None
    return None


_COUNTED = listed("counted")
ALTOGETHER = listed("altogether")
