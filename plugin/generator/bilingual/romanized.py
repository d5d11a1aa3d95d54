"""Korean names in Latin letters, by the Revised Romanization: 대구 is Daegu, 강릉 Gangneung."""

from __future__ import annotations

import re
from functools import lru_cache

_ONSETS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_CODAS = dict(enumerate((
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)))  # fmt: skip
_BEFORE_VOWEL = {1: "g", 7: "d", 8: "r", 17: "b", 19: "s", 22: "j"}
_SIDE_BY_SIDE = {
    ("k", "n"): "ngn", ("k", "m"): "ngm", ("k", "r"): "ngn", ("t", "n"): "nn", ("t", "m"): "nm", ("p", "n"): "mn",
    ("p", "m"): "mm", ("p", "r"): "mn", ("n", "r"): "ll", ("l", "n"): "ll", ("l", "r"): "ll", ("m", "r"): "mn",
    ("ng", "r"): "ngn",
}  # fmt: skip
_HANGUL = re.compile(r"[가-힣]{2,}")


@lru_cache(maxsize=1 << 12)
def romanized(word: str) -> str:
    """In lower case; "" of what is no word of two syllables."""
    if not _HANGUL.fullmatch(word):
        return ""
    parts = [(*divmod((ord(syllable) - ord("가")) // 28, 21), (ord(syllable) - ord("가")) % 28) for syllable in word]
    text = ""
    for at, (onset, vowel, coda) in enumerate(parts):
        first = _ONSETS[onset] if at == 0 else ""  # later ones are written with the coda before them
        text += first + _VOWELS[vowel]
        if at + 1 == len(parts):
            return text + _CODAS[coda]
        after = _ONSETS[parts[at + 1][0]]
        if not after and coda in _BEFORE_VOWEL:
            text += _BEFORE_VOWEL[coda]
        else:
            text += _SIDE_BY_SIDE.get((_CODAS[coda], after), _CODAS[coda] + after)
    return text
