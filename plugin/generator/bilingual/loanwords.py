"""Whether a Hangul word is the sound of an English one: 브랜드 of brand, 웨비나 of webinar.

Both are read from left to right at once: what letters may sound like in Korean stands in `loanwords.txt`. A word of
one syllable, or of one consonant, sounds like too much; it is a matter of the glossary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[가-힣]{2,}")
_TWICE = re.compile(r"([bdfghj-np-tvxz])\1|cc(?![eiy])")
_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = {0: "", 1: "k", 4: "n", 8: "l", 16: "m", 17: "p", 19: "t", 21: "N"}
"""Those that Korean writes in words of other languages."""
_FIRST = {
    "ㄱ": "g", "ㄴ": "nkg", "ㄷ": "dt", "ㄹ": "lrw", "ㅁ": "m", "ㅂ": "bv", "ㅅ": "sct", "ㅆ": "sct", "ㅈ": "gjxz",
    "ㅊ": "ct", "ㅋ": "ckq", "ㅌ": "t", "ㄸ": "t", "ㅍ": "pf", "ㅎ": "hw",
}  # fmt: skip
"""The letters that a first sound may be of; of a vowel a vowel."""
_SILENT = "_"
_WEAK = "ㅡ"
_LEAST_CONSONANTS = 2
_LEAST_LETTERS = 3
_PLAIN = {"ㅑ": "ㅏ", "ㅒ": "ㅐ", "ㅕ": "ㅓ", "ㅖ": "ㅔ", "ㅛ": "ㅗ", "ㅠ": "ㅜ"}
"""Behind ㅅ, ㅈ and ㅊ a vowel with y sounds as one without: 쇼핑."""


def sounds_like(korean: str, english: str) -> bool:
    """The whole of both, blanks aside; a plural counts as its singular."""
    word = re.sub(r"[^a-z]+", "-", english.casefold()).strip("-")
    sounds = _sounds("".join(korean.split()))
    if len(word) < _LEAST_LETTERS or word[0] not in _FIRST.get(sounds[:1], "aeiouwyh"):
        return False
    if sum(sound not in _VOWELS for sound in sounds) < _LEAST_CONSONANTS:
        return False
    one = word.removesuffix("ies") + "y" if word.endswith("ies") else re.sub(r"(?<!s)s$", "", word)
    return any(_fits(form, sounds) for form in dict.fromkeys((word, one)))


def the_one(korean: str, words: Iterable[str]) -> str:
    """The only one of the words that sounds so, "" where none does or several do."""
    found = {word.casefold() for word in words if sounds_like(korean, word)}
    return min(found, key=len) if len({word.removesuffix("s") for word in found}) == 1 else ""


@cache
def _sounds(hangul: str) -> str:
    """A letter for each sound: onsets and vowels in Hangul, codas in Latin ones. "" of what is no word of two
    syllables, or none that may come from elsewhere."""
    found = ""
    for syllable in hangul if _WORD.fullmatch(hangul) else "":
        onset, rest = divmod(ord(syllable) - ord("가"), 588)
        vowel, coda = divmod(rest, 28)
        if coda not in _CODAS:
            return ""
        found += _ONSETS[onset].replace("ㅇ", "") + _VOWELS[vowel] + _CODAS[coda]
    return found


@lru_cache(maxsize=1 << 15)
def _fits(word: str, sounds: str) -> bool:
    word = _TWICE.sub(lambda twice: twice[0][0], word)
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        at, heard = waiting.pop()
        if (at, heard) == (len(word), len(sounds)):
            return True
        if (at, heard) not in seen and at < len(word):
            seen.add((at, heard))
            waiting += _next(word, sounds, at, heard)
    return False


def _next(word: str, sounds: str, at: int, heard: int) -> Iterator[tuple[int, int]]:
    """Where one may be after the letters here."""
    if word[at] == "-":
        yield at + 1, heard
    left = sounds[heard:]
    opens = sounds[:heard].endswith(("ㅅ", "ㅈ", "ㅊ", "ㅆ"))
    plain = _PLAIN.get(left[:1], "") + left[1:] if opens else left
    for letters, spoken in _rules():
        if (match := letters.match(word, at)) is None:
            continue
        end = match.end()
        for sound in spoken:
            if sound == _SILENT:
                yield end, heard
            elif left.startswith(sound) or plain.startswith(sound):
                yield end, heard + len(sound)
                is_weak = sound[-1] not in _VOWELS and left[len(sound) :].startswith(_WEAK)
                if is_weak and not _begins_vowel(word, end):
                    yield end, heard + len(sound) + 1


def _begins_vowel(word: str, at: int) -> bool:
    """An e at the end of a word is none."""
    return word[at : at + 1] in tuple("aiouy") or (word[at : at + 1] == "e" and word[at + 1 : at + 2] not in ("", "-"))


@cache
def _rules() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    lines = (files(__package__) / "loanwords.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(": ", 1) for line in lines if line and not line.startswith("#"))
    return tuple((re.compile(letters), tuple(spoken.split())) for letters, spoken in pairs)
