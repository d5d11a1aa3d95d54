"""The morphemes of a Korean question, in order: one form for each particle and ending, a quoted stretch as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from backends.vectors import korean
from backends.vectors.english import stem
from plugin.generator.generate.phrases.tokens import Token

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|(?<![A-Za-z0-9])['‘]([^'’]+)['’]")
_PARTICLES = {
    "이": "가", "은": "는", "을": "를", "과": "와", "하고": "와", "랑": "와", "이랑": "와", "으로": "로", "이나": "나",
    "한테": "에게", "ᆯ": "를", "ᆫ": "는", "께서": "가", "으로부터": "로부터", "으로서": "로서", "까진": "까지",
}  # fmt: skip
_NUMERALS = {
    "한": "1", "하나": "1", "두": "2", "둘": "2", "세": "3", "셋": "3", "석": "3", "네": "4", "넷": "4", "넉": "4",
    "다섯": "5", "여섯": "6", "일곱": "7", "여덟": "8", "아홉": "9", "열": "10", "스무": "20", "스물": "20",
}  # fmt: skip
_SCALES = {"십": 10, "백": 10**2, "천": 10**3, "만": 10**4, "억": 10**8}
_WHOLE = {("르", "ᆯ"): ("를", "JKO"), ("제", "일"): ("제일", "MAG"), ("오래", "되"): ("오래되", "VA")}
_NOUNS = frozenset(("NNG", "NNP", "NNB", "XPN", "XSN", "SL", "XR", "SN"))
_NOT = ("안", "못")
ENDING = "ㄴ"
_JONGSEONG = {"ᆫ": "ㄴ", "ᆯ": "ㄹ", "ᆸ": "ㅂ", "ᆷ": "ㅁ"}


@dataclass(frozen=True)
class Morpheme(Token):
    """`tag`: its part of speech, as Kiwi has it; `spaced`: after a blank;
    `written`: as it is written."""

    tag: str = ""
    spaced: bool = False
    written: str = ""

    @property
    def number(self) -> str:
        if self.quoted:
            return ""
        if self.tag == "SN":
            digits = self.word.replace(",", "")
            return digits if re.fullmatch(r"\d+(?:\.\d+)?", digits) else ""
        return _NUMERALS.get(self.word, "") if self.tag in ("MM", "NR") else ""


def scale(word: str) -> int:
    return _SCALES.get(word, 1)


def morphemes(question: str, names: Iterable[str] = ()) -> tuple[Morpheme, ...]:
    """None where no analysis is installed. Words of `names` are nouns: 화주 of customers is no 화 + 주."""
    quotes = [(m.start(), m.end(), next(g for g in m.groups() if g)) for m in _QUOTED.finditer(question)]
    whole = _whole(tuple(_joined(question, quotes)), question, names)
    return tuple(_denied(tuple(_together(tuple(whole)))))


def _whole(found: tuple[Morpheme, ...], question: str, names: Iterable[str]) -> Iterator[Morpheme]:
    """A word of a name that begins a word of the question and ends with a morpheme, where it was taken for something
    else than nouns."""
    words = {place for name in names for place in _places(name, question)}
    ends = {token.end: at + 1 for at, token in enumerate(found)}
    at = 0
    while at < len(found):
        start = found[at].start
        last = max((ends[end] for begin, end in words if begin == start and end in ends), default=at)
        if any(token.tag not in _NOUNS for token in found[at:last]):
            text = question[start : found[last - 1].end]
            yield replace(found[at], word=text, stem=stem(text), end=found[last - 1].end, tag="NNG", written=text)
            at = last
        else:
            yield found[at]
            at += 1


def _places(name: str, question: str) -> Iterator[tuple[int, int]]:
    """Of each word of the name, where the question has all of it."""
    words = name.split()
    pattern = r"(?<![가-힣])" + r"\s*".join(f"({re.escape(word)})" for word in words)
    for match in re.finditer(pattern, question):
        yield from (match.span(n) for n, word in enumerate(words, 1) if len(word) > 1)


def _denied(found: tuple[Morpheme, ...]) -> Iterator[Morpheme]:
    """ "처리 안 된" is 처리되지 않은."""
    at = 0
    while at < len(found):
        said = found[at : at + 3]
        is_denied = len(said) == 3 and said[0].tag == "NNG" and said[1].word in _NOT and said[1].tag == "MAG"
        if is_denied and said[2].word in ("되", "하") and said[2].tag in ("VV", "XSV", "VX"):
            yield said[0]
            yield replace(said[2], tag="XSV")
            yield replace(said[1], word="지", stem="지", tag="EC")
            yield replace(said[1], word="않", stem="않", tag="VX")
            at += 3
        else:
            yield found[at]
            at += 1


def _together(found: tuple[Morpheme, ...]) -> Iterator[Morpheme]:
    """제일 is one word, no first day; so is 오래되다."""
    at = 0
    while at < len(found):
        one, other = found[at], found[at + 1] if at + 1 < len(found) else None
        if other is not None and not other.spaced and (whole := _WHOLE.get((one.word, other.word))):
            one, at = replace(one, word=whole[0], stem=whole[0], tag=whole[1], end=other.end), at + 1
        yield one
        at += 1


def _joined(question: str, quotes: list[tuple[int, int, str]]) -> Iterator[Morpheme]:
    done = -1
    for form, tag, start, end in korean.tagged(question):
        if start < done:
            continue
        quote = next((q for q in quotes if q[0] <= start < q[1]), None)
        spaced = start > 0 and question[start - 1].isspace()
        if quote is not None:
            text = quote[2].strip()
            yield Morpheme(text.casefold(), text.casefold(), text, quote[0], quote[1], "SL", spaced, text)
            done = quote[1]
        elif tag not in ("SF", "SSO", "SSC", "SE", "SO"):
            word = _plain(form.casefold(), tag)
            yield Morpheme(word, stem(word), "", start, end, tag, spaced, question[start:end])


def _plain(form: str, tag: str) -> str:
    if tag == "ETM":
        return ENDING
    if tag.startswith("J"):
        return _PARTICLES.get(form, form)
    for jamo, letter in _JONGSEONG.items():
        form = form.replace(jamo, letter)
    return form
