"""The morphemes of a Korean question, in order: one form for each particle and ending, a quoted stretch as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def morphemes(question: str) -> tuple[Morpheme, ...]:
    """None where no analysis is installed."""
    quotes = [(m.start(), m.end(), next(g for g in m.groups() if g)) for m in _QUOTED.finditer(question)]
    return tuple(_together(tuple(_joined(question, quotes))))


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
