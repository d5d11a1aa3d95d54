"""Korean verbs that stand before a noun or are joined to the next: where they end, and whether they deny."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from plugin.generator.generate.phrases.korean import nouns
from plugin.generator.generate.phrases.korean.spoken import Spoken
from plugin.generator.generate.phrases.korean.words import listed

ADVERBS = listed("adverbs")
JOINED = listed("joined verb")
DENYING = ("안", "못")  # before the verb
_NONE = listed("none")
_LEAVING = listed("leaving")
_ARRIVING = listed("arriving")


class Verb(NamedTuple):
    """`known`: 있다 and 없다, which say no more than that there are some, or none. `joined`: another follows. `stem`:
    where it begins."""

    end: int
    negated: bool = False
    known: bool = False
    joined: bool = False
    stem: int = 0


def adnominal(q: Spoken, place: int) -> Iterator[Verb]:
    """ "연", "개최한", "없는", "사용하지 않는", "안 산", "열린 적이 없는", "가지고 있는", "있고"."""
    start, none = _emphasis(q, place)
    turned = q.word(start) in DENYING
    start += turned
    for stem, known in _stems(q, start):
        for verb in _endings(q, stem, known):
            denies = (verb.negated != (known and q.word(stem - 1) == "없")) != turned
            if not none or denies:
                yield verb._replace(negated=denies, stem=start)


def finite(q: Spoken, place: int) -> int:
    """The end of a verb that the question ends with: "어느 도시에 살아"."""
    stem = next((end for end, _ in _stems(q, place)), place)
    return q.skip(stem, ("고 있", "어 있", "아 있"))


def _emphasis(q: Spoken, place: int) -> tuple[int, bool]:
    """ "한 번도", "하나도" is said of what is not; "한 번이라도" of what is."""
    start = q.skip(place, ADVERBS)
    if (end := q.after(start, _NONE)) is not None:
        return end, True
    if (found := nouns.numbered(q, start)) and found[0] == "1":
        if (end := q.after(found[1], ("도",))) is not None:
            return q.skip(end, ("전혀",)), True
        if (end := q.after(found[1], ("이라도", "라도", "이 라도"))) is not None:
            return end, False
    return start, False


def _stems(q: Spoken, place: int) -> Iterator[tuple[int, bool]]:
    """The end of the stem, and whether it is of 있다 or 없다."""
    tag = q.tag(place)
    if q.word(place) in ("있", "없"):
        yield place + 1, True
    elif tag == "VV" or (tag == "VX" and q.word(place) == "하"):
        yield place + 1, False
    elif tag in ("NNG", "XR", "MAG") and q.tag(place + 1) == "XSV":
        yield place + 2, False
    elif tag == "NNG" and q.word(place + 1) in ("를", "가") and q.word(place + 2) in ("하", "받", "되"):
        yield place + 3, False


def ends_of(q: Spoken, stem: int) -> Iterator[Verb]:
    """Behind a stem: "한", "하지 않은", "하고"."""
    return _endings(q, stem, known=False)


def _endings(q: Spoken, stem: int, known: bool) -> Iterator[Verb]:
    start = q.skip(stem, ("어", "아", "어 보", "아 보", "고 있", "어 있", "아 있", "었", "았", "게 되"))
    if q.word(start) == "ㄴ":
        after = start + 1
        for spoken, denied in (("적 가 있", False), ("적 가 없", True), ("적 있", False), ("적 없", True)):
            if (end := q.after(after, (spoken,))) is not None:
                yield from (Verb(last, denied, known, joined) for last, joined in close(q, end))
        if q.word(after) != "적":
            yield Verb(after, False, known)
        return
    denial = q.after(start, ("지 않", "지 못하", "지 못 하", "지 도 않", "지 는 않"))
    if denial is not None:
        yield from (Verb(end, True, known, joined) for end, joined in close(q, denial))
    yield from (Verb(end, False, known, True) for end, joined in close(q, start) if joined)


def close(q: Spoken, place: int) -> Iterator[tuple[int, bool]]:
    """The ending that leads to a noun, or to another thing that is said of it (True)."""
    if q.word(place) == "ㄴ":
        yield place + 1, False
    elif (end := q.after(q.skip(place, ("었", "았")), JOINED)) is not None:
        yield q.skip(end, (",",)), True


def towards(q: Spoken, start: int, end: int) -> bool | None:
    """The verb speaks of where something goes, or comes from (False); None where it says neither."""
    said = {q.word(place) for place in range(start, end)}
    if said & set(_LEAVING):
        return False
    return True if said & set(_ARRIVING) else None
