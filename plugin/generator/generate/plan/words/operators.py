"""Words that say what to do with the data, in English and Korean, each with the span that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from plugin.generator.generate.plan.words.patterns import (
    FEW,
    KO_SPELLED,
    KO_UNITS,
    PLACES,
    RULES,
    SCALES,
    WORD_NUMBERS,
    Kind,
    Rule,
)
from plugin.generator.generate.plan.words.text import Span, Text


@dataclass(frozen=True)
class Operator:
    """`number`: of top and bottom how many rows, of a comparison the bound; None where none is said. `of`: what a
    superlative speaks of by itself, as "the most expensive" does of the price; "distinct" of a count of different
    things; "many" of a superlative of numbers; "falling" of a movement or an order; "percent" of a share; the unit
    of what moves. `behind`:
    it stands after its word. `skip`: how many rows come before, one for "the second highest". `upper`: the other end
    of "between 10 and 20"."""

    kind: Kind
    span: Span
    number: float | None = None
    of: str = ""
    behind: bool = False
    skip: int = 0
    upper: float | None = None


_PREVIOUS = tuple(re.compile(rule.pattern, re.IGNORECASE) for rule in RULES if rule.kind == "previous")
_COMPILED = tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in RULES)
_LEADING = re.compile(
    rf"(?:^|\b(?:the|our|which|what|name|list|show)\s+){FEW}\s+(?=(?:[a-z-]+ ){{0,2}}?[a-z]+s\b)", re.IGNORECASE
)
_ROWS = re.compile(
    rf"(\d{{1,3}}|(?<![가-힣])(?:{'|'.join(KO_SPELLED)}))\s*(?:개|명|곳|건|가지|군데|대|권|편|마리|채|종|팀|점포)(?=[는은를을만의이가과와씩,.\s?]|랑|하고|$)"
)
_DONE_BY = re.compile(
    r"\b(?!(?:group|order|sort|rank|split|segment|divid|categori[sz]|organi[sz]|classifi|list|cluster|weight)ed\b)"
    r"(?:[a-z]+ed|bought|sold|made|written|given|taken|paid|sent|held|built|driven|led) $",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\s+(?:the |our |all )*(?:[a-z]+ )?[a-z]+s\b", re.IGNORECASE)
_MOST = re.compile(r"(?:가장|제일)\s*(?:많이|크게|적게)?\s*$")
_ADNOMINAL = re.compile(r"(?:난|한|른|진|던|든|린)$")
_COUNTS = frozenset((
    "건수", "횟수", "개수", "갯수", "인원수", "명수", "대수", "일수", "권수", "편수", "가짓수", "회수",
    "총수", "매수", "호수", "구매수", "판매수",
))  # fmt: skip
_THAN_PERIOD = re.compile(r"(?:[월년해달주]|분기|반기|\d일)\s*(?:보다|에\s*비해|대비)")
_TURNED = re.compile(
    r"\b(?:not|never|no|without|except|excluding|exclude|other than|instead|neither|nor|(?<![.?!;] )only|than)\b|n't\b"
    r"|않|아닌|아니|제외|빼고|없|못|이외|외의|(?<![가-힣])안\s(?=[가-힣])"
    r"|(?<![가-힣])(?:단\s?)?(?:한|두|세|딱\s?\d+)\s?번만|(?<![가-힣])딱\s"
    r"|(?<![가-힣])(?:가장|제일|최근|최신|오래|새로|처음|첫(?=\s)|마지막|먼저|다시|또다시|자주|연속|동시에|여러\s?번|거의|대부분|절반)",
    re.IGNORECASE,
)


def find(text: Text) -> tuple[Operator, ...]:
    """In the order of the text. What an earlier rule took, a later one does not see."""
    found: list[Operator] = []
    for rule, pattern in _COMPILED:
        for match in pattern.finditer(text.text):
            if text.is_free(match.span()) and not (_ends_a_noun(match, text) or _is_agent(match, text)):
                found.append(_operator(rule, match))
                text.take(match.span())
    found = [_compares_periods(operator, text.text) for operator in _with_rows(found, text)]
    return tuple(sorted(found, key=lambda o: o.span))


def _is_agent(match: re.Match[str], text: Text) -> bool:
    """ "Placed by customers in Japan" is by whom, not of each of them."""
    done = match[0].casefold() == "by" and _DONE_BY.search(text.text, 0, match.start())
    return bool(done) and _PLURAL.match(text.text, match.end()) is not None


def _ends_a_noun(match: re.Match[str], text: Text) -> bool:
    """접수 and 점수 count nothing; 건수 and 고객수 do. 성별 is one word."""
    start, end = match.span()
    if match[0] not in ("수", "별"):
        return False
    return any(t.start < start and t.end == end and t.term not in _COUNTS for t in text.tokens)


def _compares_periods(operator: Operator, said: str) -> Operator:
    """6월보다 매출이 늘어난 매장: which of them, not by how much; 가장 많이 늘어난 매장 is the one that did most."""
    moved = operator.kind == "moved" and _ADNOMINAL.search(said[slice(*operator.span)]) is not None
    most = _MOST.search(said, 0, operator.span[0]) is not None
    return replace(operator, kind="than_then") if moved and not most and _THAN_PERIOD.search(said) else operator


def previous(question: str) -> tuple[Span, ...]:
    """Where a question speaks of the period before each period: no period of its own."""
    return tuple(match.span() for pattern in _PREVIOUS for match in pattern.finditer(question))


def is_turned(text: Text, names: Sequence[Span] = ()) -> bool:
    """True where a word is left that turns the meaning: not, without, except; 가장 오래된. In `names` a no is part of
    what is called so: no-shows."""
    left = [m.span() for m in _TURNED.finditer(text.text) if text.is_free(m.span())]
    return any(not any(a <= span[0] and span[1] <= b for a, b in names) for span in left)


def _with_rows(found: list[Operator], text: Text) -> Iterator[Operator]:
    """ "가장 비싼 상품 3개", "the 3 stores with the highest revenue": where the number of a superlative may stand."""
    for operator in found:
        places = [*_ROWS.finditer(text.text), *_LEADING.finditer(text.text, 0, operator.span[0])]
        match = next((m for m in places if text.is_free(m.span(1))), None)
        if operator.kind in ("top", "bottom") and operator.number is None and match:
            text.take(match.span(1) if match[1].isascii() else match.span())
            yield replace(operator, number=_number(match))
        else:
            yield operator


def _operator(rule: Rule, match: re.Match[str]) -> Operator:
    named = match.groupdict()
    if place := named.get("place"):
        return Operator(rule.kind, match.span(), None, rule.of, rule.behind, skip=PLACES[place.casefold()])
    if rule.of == "between":
        low, high = (_read_number(said) for said in match.groups())
        return Operator(rule.kind, match.span(), low, behind=rule.behind, upper=high)
    unit = (named.get("unit") or "").casefold()
    of = rule.of or KO_UNITS.get(unit, unit)
    number = 0.0 if of in ("zero", "red") else None if named else _number(match)
    if over := named.get("over"):
        number = _read_number(over)
    return Operator(rule.kind, match.span(), number, of, rule.behind)


def _number(match: re.Match[str]) -> float | None:
    said = next((g for g in match.groups() if g), None)
    return _read_number(said) if said else None


def _read_number(said: str) -> float:
    spelled = {**WORD_NUMBERS, **KO_SPELLED}.get(said.casefold())
    if spelled is not None:
        return float(spelled)
    scale = next((s for s in SCALES if said.casefold().endswith(s)), "")
    return float(said[: len(said) - len(scale)].replace(",", "")) * SCALES.get(scale, 1)
