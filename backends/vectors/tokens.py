"""Text to lexical terms and sparse vectors: identifiers split, English stemmed lightly, Korean by morpheme."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from backends.vectors import korean
from backends.vectors.english import STOP_WORDS, stem

# BM25, with the length of a column description as the average: a fixed one keeps a vector independent of the
# others in its collection, so that an upsert never changes the rest.
_K1 = 1.2
_B = 0.75
_AVERAGE_TERMS = 24

_SHORT = 64

_WORD = re.compile(r"[^\W_]+")
# Over the shape of a word: A upper case, a lower case (s kept), 0 digit, x a letter without case.
_PART = re.compile(
    r"0+"
    r"|A{2,}s(?![as])"  # IDs, SKUs
    r"|A+(?=A[as])"  # HTTP of HTTPServer
    r"|A?[as]+"
    r"|A+"
    r"|x+"
)


@dataclass(frozen=True)
class SparseVector:
    """Hashed term ids (ascending, unique, 32 bit) and their weights, of the same length."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


def terms(text: str) -> tuple[str, ...]:
    """The words that matter, in order, in a form in which inflections and spellings of one word are equal.

    `OrderItems`, `order_items` and "ordered an item" all become ("order", "item"). Stop words go, unless the
    text has nothing else.
    """
    return _short_terms(text) if len(text) <= _SHORT else _terms(text)


@lru_cache(maxsize=1 << 14)  # names of columns and words of questions come again and again
def _short_terms(text: str) -> tuple[str, ...]:
    return _terms(text)


def _terms(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", text)
    placed = placed_terms(text)
    return tuple(term for _, _, term in placed) or tuple(stem(word) for _, word in _words(text))


def placed_terms(text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, term) of the words that matter; of a text that NFKC leaves as it is."""
    found = [(at, word) for at, word in _words(text) if word not in STOP_WORDS]
    if korean.has_hangul(text):
        found = sorted(found + korean.morphemes(text))
    return tuple((at, at + len(word), stem(word)) for at, word in found)


def sparse_document(text: str) -> SparseVector:
    """The term-frequency part of BM25; the engine multiplies with the inverse document frequency."""
    found = terms(text)
    norm = _K1 * (1 - _B + _B * len(found) / _AVERAGE_TERMS)
    return _vector({i: n * (_K1 + 1) / (n + norm) for i, n in _counts(found).items()})


def sparse_query(text: str) -> SparseVector:
    return _vector({i: float(n) for i, n in _counts(terms(text)).items()})


def lexical_scheme() -> str:
    """Names the rules above: part of what an index was made with."""
    return f"terms-1+{korean.scheme()}"


def _words(text: str) -> list[tuple[int, str]]:
    return [
        (word.start() + at, part)
        for word in _WORD.finditer(korean.without_hangul(text))
        for at, part in _parts(word.group())
    ]


@lru_cache(maxsize=1 << 15)  # a catalogue says the same words again and again
def _parts(word: str) -> tuple[tuple[int, str], ...]:
    found = _PART.finditer("".join(map(_shape, word)))
    return tuple((part.start(), word[slice(*part.span())].casefold()) for part in found)


def _shape(character: str) -> str:
    if character.isdecimal():
        return "0"
    if character.isupper():
        return "A"
    if character.islower():
        return "s" if character == "s" else "a"
    return "x"


def _counts(found: tuple[str, ...]) -> Counter[int]:
    return Counter(_term_id(term) for term in found)


def _term_id(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def _vector(weights: dict[int, float]) -> SparseVector:
    indices = tuple(sorted(weights))
    return SparseVector(indices, tuple(weights[i] for i in indices))
