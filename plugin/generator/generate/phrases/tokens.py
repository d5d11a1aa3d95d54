"""The words of an English question, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from backends.vectors.english import stem

_TOKEN = re.compile(
    r"\"([^\"]+)\"|(?<!\w)[‘']([^'’]+)['’](?!\w)|['’]s\b|\d+(?:,\d{3})*(?:\.\d+)?%?|\w[\w./-]*\w|\w|[,;]"
)
_BETWEEN = re.compile(r"[.?!:]")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")  # "check-ins" are those of `check_ins`
_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: n for n, word in enumerate(_SPELLED)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True)
class Token:
    """`word` in lower case; a quoted stretch is one token and stands as it is written in `quoted`. `start`, `end`: its
    characters. `begins`: a sentence, or what stands behind a colon."""

    word: str
    stem: str
    quoted: str = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    begins: bool = field(default=False, compare=False, kw_only=True)

    @property
    def number(self) -> str:
        """As digits, "" where it is none."""
        if self.quoted:
            return ""
        digits = self.word.replace(",", "")
        if re.fullmatch(r"\d+(?:\.\d+)?", digits):
            return digits
        return str(_NUMBERS[self.word]) if self.word in _NUMBERS else ""


def tokens(question: str) -> tuple[Token, ...]:
    found: list[Token] = []
    for match in _TOKEN.finditer(question):
        quoted = (match[1] or match[2] or "").strip()
        if _COMPOUND.fullmatch(match[0]):
            parts = re.finditer(r"[^-]+", match[0])
            spans = [(match.start() + part.start(), match.start() + part.end()) for part in parts]
            words = [question[start:end].casefold() for start, end in spans]
            found += [Token(word, stem(word), "", *span) for word, span in zip(words, spans, strict=True)]
            continue
        word = "'s" if match[0] == "’s" else (quoted or match[0]).casefold()
        begins = bool(found) and bool(_BETWEEN.search(question[found[-1].end : match.start()]))
        found.append(Token(word, stem(word), quoted, *match.span(), begins=begins))
    return tuple(found)


def stems(text: str) -> tuple[str, ...]:
    """Of each word of a name, stop words too."""
    return tuple(stem(word) for word in text.casefold().split())


def scale(word: str) -> int:
    return _SCALES.get(word, 1)
