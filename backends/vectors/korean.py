"""Korean text to content morphemes, so that particles and endings do not keep equal words apart."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

_NOUNS = ("NNG", "NNP", "NR", "XR")
_NOUNS_TOO = ("이탈",)  # which it takes apart
_VERBS = ("VV", "VA")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_loading = Lock()


@cache
def scheme() -> str:
    """What `morphemes` works with here; vectors of two schemes do not match each other."""
    try:
        return f"kiwi-{version('kiwipiepy_model')}"
    except PackageNotFoundError:
        return "bigrams"


def morphemes(text: str) -> list[tuple[int, str]]:
    """(position, morpheme) of the nouns and verb stems; character bigrams where Kiwi is not installed."""
    if scheme() == "bigrams":
        return bigrams(text)
    with _loading:
        kiwi = _kiwi()
    return [
        (token.start, token.form)
        for token in kiwi.tokenize(text)
        if token.tag.split("-")[0] in _NOUNS + _VERBS and has_hangul(token.form)
    ]


def nouns(text: str) -> tuple[str, ...]:
    """The nouns of a text, as they stand in it; none where Kiwi is not installed."""
    if scheme() == "bigrams" or not has_hangul(text):
        return ()
    with _loading:
        kiwi = _kiwi()
    return tuple(token.form for token in kiwi.tokenize(text) if token.tag in ("NNG", "NNP"))


def noun_places(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of the nouns of a text; none where Kiwi is not installed."""
    if scheme() == "bigrams" or not has_hangul(text):
        return ()
    with _loading:
        kiwi = _kiwi()
    found = [t for t in kiwi.tokenize(text) if t.tag in ("NNG", "NNP", "XSN") and has_hangul(t.form)]
    return tuple((t.start, t.start + t.len) for t in found)


def tagged(text: str) -> tuple[tuple[str, str, int, int], ...]:
    """(form, part of speech, start, end) of every morpheme of a text; none where Kiwi is not installed."""
    if scheme() == "bigrams" or not has_hangul(text):
        return ()
    with _loading:
        kiwi = _kiwi()
    return tuple((t.form, t.tag.split("-")[0], t.start, t.start + t.len) for t in kiwi.tokenize(text))


def verbs(text: str) -> frozenset[tuple[int, int]]:
    """(start, end) of the verb stems of a text; none where Kiwi is not installed."""
    if scheme() == "bigrams" or not has_hangul(text):
        return frozenset()
    with _loading:
        kiwi = _kiwi()
    found = [t for t in kiwi.tokenize(text) if t.tag.split("-")[0] == "VV"]
    return frozenset((t.start, t.start + len(t.form)) for t in found)


def bigrams(text: str) -> list[tuple[int, str]]:
    return [
        (run.start() + i, run.group()[i : i + 2])
        for run in _HANGUL.finditer(text)
        for i in range(max(len(run.group()) - 1, 1))
    ]


def has_hangul(text: str) -> bool:
    return _HANGUL.search(text) is not None


def without_hangul(text: str) -> str:
    """Blanks in its place: positions stay."""
    return _HANGUL.sub(lambda run: " " * len(run.group()), text)


@cache
def _kiwi() -> Any:
    """Without its larger dictionaries: they take three times the memory and time, and they keep compounds
    (주문금액) whole that must meet their parts (주문 금액)."""
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False, load_typo_dict=False)
    for noun in _NOUNS_TOO:
        kiwi.add_user_word(noun, "NNG")
    return kiwi
