"""Words that say what to do with the data, in English and Korean, each with the span that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from plugin.generator.generate.plan.text import Span, Text

Kind = Literal[
    "count",
    "average",
    "total",
    "share",
    "top",
    "bottom",
    "compare",
    "growth",
    "above",
    "least",
    "below",
    "most",
    "each",
]


@dataclass(frozen=True)
class Operator:
    """`number`: of top and bottom how many rows, of a comparison the bound; None where none is said. `of`: what a
    superlative speaks of by itself, as "the most expensive" does of the price; "distinct" of a count of different
    things. `behind`: it stands after its word."""

    kind: Kind
    span: Span
    number: float | None = None
    of: str = ""
    behind: bool = False


class _Rule(NamedTuple):
    kind: Kind
    pattern: str
    of: str = ""
    behind: bool = False


_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORD_NUMBERS = {word: n for n, word in enumerate(_SPELLED, start=1)}
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_FEW = rf"(\d{{1,3}}|{'|'.join(_WORD_NUMBERS)})"
_HIGH = r"most|highest|largest|biggest|greatest|best[- ]selling"
_LOW = r"least|lowest|fewest|smallest|worst[- ]selling"
_UNIT = r"\s*(?:개|건|명|곳|회|번|달러|원|장)?"
_EXTREME = r"(?:가장|제일)\s*"

_RULES = (
    _Rule("count", r"\b(?:how many|(?:number|count) of)(?: the)? (?:different|distinct|unique)\b", of="distinct"),
    _Rule("count", r"\bhow many\b|\b(?:count the |total |overall )?(?:number|count) of\b"),
    _Rule("count", r"^count\b"),
    _Rule("count", r"몇\s*(?:개|건|명|곳|회|번)?|(?:건수|개수)|(?<=[가-힣])\s?수(?=[는를가와도\s?]|$)", behind=True),
    _Rule("average", r"\b(?:on )?average\b|\bavg\b|\bmean\b|평균"),
    _Rule("total", r"\b(?:(?:in )?total|sum of|overall|altogether|combined)\b|(?<!\S)총(?=\s)|총합|합계|전체"),
    _Rule("share", r"\b(?:share|percentage|percent|proportion)(?: of)?\b|비율|비중|점유율|퍼센트"),
    _Rule("above", rf"(?:\b(?:more than|over|above|greater than|exceed(?:s|ing)?|higher than)|>) \$?{_NUMBER}"),
    _Rule("least", rf"(?:\bat least|>=) \$?{_NUMBER}|\$?{_NUMBER} or more\b"),
    _Rule("below", rf"(?:\b(?:less than|under|below|fewer than|lower than)|<) \$?{_NUMBER}"),
    _Rule("most", rf"(?:\b(?:at most|no more than|up to)|<=) \$?{_NUMBER}|\$?{_NUMBER} or (?:less|fewer)\b"),
    _Rule("above", rf"{_NUMBER}{_UNIT}\s*(?:을|를|보다)?\s*(?:초과|넘는|넘은|더 많은)(?:하는|한|인)?"),
    _Rule("least", rf"{_NUMBER}{_UNIT}\s*이상(?:인|의|하는|한)?"),
    _Rule("below", rf"{_NUMBER}{_UNIT}\s*(?:미만|보다 적은)(?:인|의)?"),
    _Rule("most", rf"{_NUMBER}{_UNIT}\s*이하(?:인|의)?"),
    _Rule("top", rf"\b{_FEW} most expensive\b|\bmost expensive\b|{_EXTREME}비싼", of="price"),
    _Rule("bottom", rf"\b{_FEW} (?:cheapest|least expensive)\b", of="price"),
    _Rule("bottom", rf"\b(?:cheapest|least expensive)\b|{_EXTREME}(?:싼|저렴한)", of="price"),
    _Rule("top", rf"\b(?:top|first)[ -]{_FEW}\b|\b{_FEW} (?:{_HIGH})\b|\b(?:{_HIGH}) {_FEW}\b"),
    _Rule("bottom", rf"\bbottom[ -]{_FEW}\b|\b{_FEW} (?:{_LOW})\b"),
    _Rule("top", r"상위\s*(\d{1,3})\s*(?:개|명|곳|건)?"),
    _Rule("bottom", r"하위\s*(\d{1,3})\s*(?:개|명|곳|건)?"),
    _Rule("top", rf"\b(?:the )?(?:{_HIGH})\b|{_EXTREME}(?:많|높|큰|컸)[가-힣]{{0,2}}|최고|최대|최다"),
    _Rule("bottom", rf"\b(?:the )?(?:{_LOW})\b|{_EXTREME}(?:적|낮|작)[가-힣]{{0,2}}|최저|최소"),
    _Rule("compare", r"\bcompar(?:e|ed|ing|ison)(?: of| between)?\b|\bversus\b|\bvs\.?\b|비교"),
    _Rule("growth", r"\b(?:growth(?: rate)?|percentage change)\b|성장률|증가율|증감률"),
    _Rule("each", r"\b(?:for|of|in|at|from) (?:each|every)\b|\b(?:each|every|by|per|across)\b|각각의|각(?=\s)"),
    _Rule("each", r"(?<=[가-힣])\s?별(?:로)?(?![가-힣])|마다|(?<=[가-힣])당(?=\s)", behind=True),
)
_COMPILED = tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in _RULES)
_ROWS = re.compile(r"(\d{1,3})\s*(?:개|명|곳|건)(?=[는은를을만의이가\s?]|$)")
_TURNED = re.compile(
    r"\b(?:not|never|no|without|except|excluding|exclude|other than|instead|neither|nor|only|than)\b|n't\b"
    r"|않|아닌|아니|제외|빼고|없|못|이외|외의",
    re.IGNORECASE,
)


def find(text: Text) -> tuple[Operator, ...]:
    """In the order of the text. What an earlier rule took, a later one does not see."""
    found: list[Operator] = []
    for rule, pattern in _COMPILED:
        for match in pattern.finditer(text.text):
            if text.is_free(match.span()):
                found.append(Operator(rule.kind, match.span(), _number(match), rule.of, rule.behind))
                text.take(match.span())
    return tuple(sorted(_with_rows(found, text), key=lambda o: o.span))


def is_turned(text: Text) -> bool:
    """True where a word is left that turns the meaning: not, without, except."""
    return any(text.is_free(m.span()) for m in _TURNED.finditer(text.text))


def _with_rows(found: list[Operator], text: Text) -> Iterator[Operator]:
    """ "가장 비싼 상품 3개": the number of a superlative may stand at the end."""
    for operator in found:
        match = next((m for m in _ROWS.finditer(text.text) if text.is_free(m.span())), None)
        if operator.kind in ("top", "bottom") and operator.number is None and match:
            text.take(match.span())
            yield replace(operator, number=float(match[1]))
        else:
            yield operator


def _number(match: re.Match[str]) -> float | None:
    said = next((g for g in match.groups() if g), None)
    return float(_WORD_NUMBERS.get(said.casefold(), 0) or said.replace(",", "")) if said else None
