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
    "difference",
    "moved",
    "previous",
    "over",
    "than_then",
    "running",
    "sorted",
    "once",
    "over_average",
    "under_average",
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
    things; "many" of a superlative of numbers; "falling" of a movement or an order; "percent" of a share. `behind`:
    it stands after its word. `skip`: how many rows come before, one for "the second highest". `upper`: the other end
    of "between 10 and 20"."""

    kind: Kind
    span: Span
    number: float | None = None
    of: str = ""
    behind: bool = False
    skip: int = 0
    upper: float | None = None


class _Rule(NamedTuple):
    kind: Kind
    pattern: str
    of: str = ""
    behind: bool = False


_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORD_NUMBERS = {word: n for n, word in enumerate(("zero", *_SPELLED))}
_PLACES = {
    place: n
    for n, places in enumerate(("second 2nd 두", "third 3rd 세", "fourth 4th 네", "fifth 5th 다섯"), start=1)
    for place in places.split()
}
_KO_SPELLED = {w: n for n, w in enumerate(["두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"], start=2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "천": 10**3, "만": 10**4, "억": 10**8}
_KO_ONE = r"(?:(?:한|1)\s*(?:인|명|건|곳|개|회|번|사람)|인)"
_NUMBER = rf"(\d[\d,]*(?:\.\d+)?(?:\s?(?:{'|'.join(_SCALES)}))?|\b(?:zero|{'|'.join(_SPELLED)})\b)"
_TIMES = r"(?: times\b|\s?%|\s?percent\b)?"
_FEW = rf"(\d{{1,3}}|{'|'.join(_SPELLED)})"
_HIGH = r"most|highest|largest|biggest|greatest"
_LOW = r"least|lowest|fewest|smallest"
_UNIT = r"\s*(?:개|건|명|곳|회|번|차례|달러|불|원|장|권|일|시간|%|퍼센트|프로)?"
_EXTREME = r"(?:가장|제일)\s*"
_PLACE = r"(?P<place>second|third|fourth|fifth|2nd|3rd|4th|5th)[- ]"
_KO_PLACE = r"(?P<place>두|세|네|다섯)\s?번째로\s*"
_DEAR = r"(?:most expensive|priciest|dearest)\b"
_MEAN = r"(?: than)? (?:the )?(?:overall |total |general )?(?:average|mean)\b"
_MORE = r"more|higher|greater|larger|bigger|better|longer|above|over|exceed(?:s|ed|ing)?"
_LESS = r"less|lower|smaller|fewer|worse|shorter|below|under"
_WHOSE = r"(?:(?:their|its|the|our|total)\s+)*"
_SOLD = r"(?:팔린|팔리는|판매된)"
_UNITS = r"day|week|month|quarter|year"
_KO_UNITS = {"일": "day", "주": "week", "월": "month", "분기": "quarter", "년": "year", "년도": "year"}

_RULES = (
    _Rule("over_average", rf"\bmore expensive{_MEAN}|평균(?:\s*가격)?보다\s*비싼", of="price"),
    _Rule("under_average", rf"\b(?:cheaper|less expensive){_MEAN}|평균보다\s*(?:싼|저렴한)", of="price"),
    _Rule("over_average", rf"\babove[- ](?:the )?average\b|\b(?:{_MORE}){_MEAN}"),
    _Rule("over_average", r"평균\s*(?:보다|을|를)?\s*(?:더\s*)?(?:높|많|큰|넘|초과|이상|웃도)[가-힣]{0,3}"),
    _Rule("under_average", rf"\bbelow[- ](?:the )?average\b|\b(?:{_LESS}){_MEAN}"),
    _Rule("under_average", r"평균\s*(?:보다)?\s*(?:더\s*)?(?:낮|적|작|미만|이하|못 미치|밑도)[가-힣]{0,3}"),
    _Rule("previous", rf"\b(?P<unit>{_UNITS})[- ](?:over|on)[- ](?P=unit)\b"),
    _Rule(
        "previous",
        r"\b(?:compared (?:to|with)|versus|vs\.?|over|from|than|against|to) "
        rf"(?:the |its )?(?:previous|prior|preceding|last) (?P<unit>{_UNITS})\b",
    ),
    _Rule("previous", r"전(?P<unit>월|년도|년|분기|주|일)(?!\s*동)\s*(?:대비|보다|에\s*비해|[과와]\s*비교해?서?)"),
    _Rule("over", rf"\bas an? (?:percentage|percent|%) of {_WHOSE}", of="percent"),
    _Rule("over", rf"\bas an? (?:share|fraction|proportion|ratio) of {_WHOSE}"),
    _Rule("over", r"(?<=[가-힣])(?<![년월해달기주일])\s*대비(?=\s+[가-힣])", behind=True),
    _Rule(
        "growth",
        r"\b(?:percent(?:age)?|%) (?:growth|change|increase|decrease)\b|\bgrowth percentage\b"
        r"|\b(?:by|in) (?:what|how many) percent(?:age)?\b",
        of="percent",
    ),
    _Rule("growth", r"\b(?:growth(?: rate)?|rate of growth)\b|성장률|증가율|증감률|변화율"),
    _Rule("difference", r"\bby how much\b|\bdifference\b(?: between)?|\b(?:change|increase)(?= in\b)"),
    _Rule("difference", r"\bhow much(?= (?:did|has|have)\b.*\b(?:grow|grown|increased?|changed?|risen?)\b)"),
    _Rule("difference", r"(?<=[을를])\s*빼면"),
    _Rule("difference", r"증가액|증감액|증가폭|차이|얼마나(?=\s*(?:늘|증가|성장|변))"),
    _Rule(
        "than_then", r"(?<!how )(?<!how many )(?<!how much )\b(?:more|higher|greater)\b(?=.*\bthan (?:in|during|on)\b)"
    ),
    _Rule("than_then", r"\b(?:fewer|less|lower)\b(?=.*\bthan (?:in|during|on)\b)", of="falling"),
    _Rule("moved", r"\b(?:drop(?:ped)?|decline[ds]?|decrease[ds]?|fall|fell|fallen)\b", of="falling"),
    _Rule("moved", r"(?:줄|감소|하락|떨어)[가-힣]*", of="falling"),
    _Rule("moved", r"\b(?:grow|grew|grown|increase[ds]?|rise|rose|risen|change[ds]?|develop(?:ed)?)\b"),
    _Rule("moved", r"(?:늘|증가|성장|변화|변동|변했|상승)[가-힣]*"),
    _Rule("moved", r"\bthan (?:in|during|on)\b"),
    _Rule("running", r"\b(?:cumulative|running)(?: (?:total|sum))?(?: of)?\b|누적"),
    _Rule(
        "sorted",
        r"\b(?:sorted|ordered|ranked|sort|order|rank)(?: \w+){0,2}? (?:by|from) (?:the )?"
        r"(?:lowest|smallest|least|fewest)(?: to (?:the )?(?:highest|largest|most))?\b",
        of="rising",
    ),
    _Rule(
        "sorted", r"\b(?:in )?ascending(?: order)?\b|\b(?:lowest|smallest|fewest|least)(?: \w+)? first\b", of="rising"
    ),
    _Rule(
        "once", r"중복(?:을|은)?\s*(?:빼고|제외하고|없이)|겹치는 것(?:은|을)?\s*빼고|\bcounting each(?: one)? once\b"
    ),
    _Rule("once", r"\bwithout duplicates\b|\bcounted once\b"),
    _Rule("sorted", r"\b(?:largest|biggest|best|most)(?: \w+)? first\b|많은\s*순서(?:로|대로)?"),
    _Rule("sorted", r"(?:낮은|적은|작은)\s*순(?:서)?(?:으로|대로)?|오름차순(?:으로)?", of="rising"),
    _Rule(
        "sorted",
        r"\b(?:sorted|ordered|ranked) (?:by|from)\b|\b(?:in )?descending(?: order)?\b|\bhighest first\b|"
        r"\brank(?:ing)?(?= )|(?:높은|많은|큰)\s*순(?:서)?(?:으로|대로)?|내림차순(?:으로)?|순위|(?<=[가-힣])\s?순으로",
    ),
    _Rule("share", r"몇\s*(?:%|퍼센트|프로)", of="percent"),
    _Rule("count", r"\b(?:how many|(?:number|count) of)(?: the)? (?:different|distinct|unique)\b", of="distinct"),
    _Rule("count", r"\bhow many (?:(?:different|distinct|unique) )?(?:kinds?|types?|sorts?) of\b", of="distinct"),
    _Rule("count", r"몇\s*(?:가지|종류|종)(?:나)?", of="distinct", behind=True),
    _Rule("difference", r"\bhow (?:many|much) more\b(?=.*\bthan\b)", of="count"),
    _Rule("count", r"\bhow many\b|\b(?:count the |total |overall )?(?:number|count) of\b"),
    _Rule("count", r"^count\b"),
    _Rule("count", r"몇\s*(?:개|건|명|곳|회|번)?|(?:건수|개수|횟수)", behind=True),
    _Rule("count", r"(?<=[가-힣a-z])\s?수(?=[는를가와도\s?]|$)", behind=True),
    _Rule("average", r"\b(?:on )?average\b|\bavg\b|\bmean\b|평균"),
    _Rule("total", r"\b(?:(?:in )?total|sum of|overall|altogether|combined)\b|(?<!\S)총(?=\s)|총합|합계|전체"),
    _Rule("share", r"(?<!\d)(?<!\d )(?:\b(?:percentage|percent)\b(?: of)?|%(?: of)?|퍼센트)|몇\s*%", of="percent"),
    _Rule("share", r"\b(?:share|proportion|fraction)(?: of)?\b|비율|비중|점유율"),
    _Rule(
        "least",
        rf"\b(?:between|from) \$?{_NUMBER} (?:and|to) \$?{_NUMBER}(?![:%])\b(?! (?:am|pm|o'clock))",
        of="between",
    ),
    _Rule(
        "least",
        rf"{_NUMBER}{_UNIT}\s*(?:에서|부터|이상|[~∼])\s*{_NUMBER}{_UNIT}\s*(?:사이|까지|이하)(?:인|의)?",
        of="between",
    ),
    _Rule("above", rf"(?:\b(?:worth )?(?:(?:{_MORE}) than|over|above|exceed(?:s|ing)?)|>) \$?{_NUMBER}{_TIMES}"),
    _Rule("least", rf"(?:\bat least|>=) \$?{_NUMBER}{_TIMES}|\$?{_NUMBER} (?:times )?or more\b(?: times\b)?"),
    _Rule("below", rf"(?:\b(?:(?:{_LESS}) than|under|below)|<) \$?{_NUMBER}{_TIMES}"),
    _Rule("below", r"\bnegative\b|마이너스(?:인|의)?", of="zero"),
    _Rule("most", rf"(?:\b(?:at most|no more than|up to)|<=) \$?{_NUMBER}|\$?{_NUMBER} or (?:less|fewer)\b"),
    _Rule(
        "above",
        rf"{_NUMBER}{_UNIT}\s*(?:이|가|을|를|보다)?\s*(?:초과|넘는|넘은|넘긴|넘게|더 많은|웃도는)(?:하는|한|인)?",
    ),
    _Rule("above", rf"{_NUMBER}{_UNIT}보다\s*(?:많은|높은|큰|긴|비싼|많이|크거나)"),
    _Rule("least", rf"{_NUMBER}{_UNIT}\s*이상(?:인|의|하는|한)?"),
    _Rule("below", rf"{_NUMBER}{_UNIT}\s*(?:미만|보다\s*(?:적은|낮은|작은))(?:인|의)?"),
    _Rule("most", rf"{_NUMBER}{_UNIT}\s*이하(?:인|의)?"),
    _Rule("top", rf"\b(?:{_PLACE})?(?:best|top)[- ]selling\b|\bsold best\b", of="sold"),
    _Rule("top", rf"\b(?:top )?{_FEW} (?:best|top)[- ]selling\b", of="sold"),
    _Rule("bottom", r"\bworst[- ]selling\b", of="sold"),
    _Rule(
        "top",
        rf"{_KO_PLACE}(?:많이|잘)\s*(?:팔린|팔리는|판매된|나가는)|{_EXTREME}(?:많이|잘)\s*(?:팔린|팔리는|판매된|나가는|나간)",
        of="sold",
    ),
    _Rule("bottom", rf"{_EXTREME}(?:적게|안)\s*(?:팔린|팔리는|판매된)", of="sold"),
    _Rule("top", rf"\b{_PLACE}most expensive\b", of="price"),
    _Rule("top", rf"{_KO_PLACE}비싼", of="price"),
    _Rule("bottom", rf"\b{_PLACE}(?:cheapest|least expensive)\b", of="price"),
    _Rule("bottom", rf"{_KO_PLACE}(?:싼|저렴한)", of="price"),
    _Rule("top", rf"\b{_PLACE}(?:{_HIGH})\b"),
    _Rule("top", rf"{_KO_PLACE}(?:많|높|큰|컸)[가-힣]{{0,2}}"),
    _Rule("bottom", rf"\b{_PLACE}(?:{_LOW})\b"),
    _Rule("bottom", rf"{_KO_PLACE}(?:적|낮|작)[가-힣]{{0,2}}"),
    _Rule("top", rf"\b{_FEW} {_DEAR}|\b{_DEAR}|{_EXTREME}비싼", of="price"),
    _Rule("bottom", rf"\b{_FEW} (?:cheapest|least expensive)\b", of="price"),
    _Rule("bottom", rf"\b(?:cheapest|least expensive)\b|{_EXTREME}(?:싼|저렴한)", of="price"),
    _Rule("top", rf"\b(?:top|first)[ -]{_FEW}\b|\b{_FEW} (?:{_HIGH})\b|\b(?:{_HIGH}) {_FEW}\b"),
    _Rule("bottom", rf"\bbottom[ -]{_FEW}\b|\b{_FEW} (?:{_LOW})\b"),
    _Rule("top", rf"\b(?:{_FEW} )?best\b(?=.*\bby\b)|\bbest {_FEW}\b(?=.*\bby\b)"),
    _Rule("bottom", rf"\b(?:{_FEW} )?worst\b(?=.*\bby\b)"),
    _Rule("top", r"\bbusiest\b|\bstrongest\b"),
    _Rule("bottom", r"\bquietest\b|\bweakest\b"),
    _Rule("top", r"상위\s*(\d{1,3})\s*(?:개|명|곳|건)?"),
    _Rule("bottom", r"하위\s*(\d{1,3})\s*(?:개|명|곳|건)?"),
    _Rule("top", r"상위(?=\s)"),
    _Rule("bottom", r"하위(?=\s)"),
    _Rule("top", rf"\b(?:the )?most\b|{_EXTREME}많[가-힣]{{0,2}}", of="many"),
    _Rule("bottom", rf"\b(?:the )?(?:fewest|least)\b|{_EXTREME}적[가-힣]{{0,2}}", of="many"),
    _Rule("top", rf"\b(?:the )?(?:{_HIGH})\b|{_EXTREME}(?:많|높|큰|컸|크)[가-힣]{{0,2}}|최고|최대|최다"),
    _Rule("bottom", rf"\b(?:the )?(?:{_LOW})\b|{_EXTREME}(?:적|낮|작)[가-힣]{{0,2}}|최저|최소"),
    _Rule("compare", r"\bcompar(?:e|ed|ing|ison)(?: of| between)?\b|\bversus\b|\bvs\.?\b|비교"),
    _Rule(
        "each",
        r"\b(?:for|of|in|at|from) (?:each|every)\b|\b(?:each|every|by|across(?! all| our| the))\b|각각의|각(?=\s)",
    ),
    _Rule("each", r"\bper\b", of="per"),
    _Rule("each", r"(?<=[가-힣a-z])\s?별(?:로)?(?![가-힣])|마다", behind=True),
    _Rule("each", rf"(?<=[가-힣a-z])(?:\s*{_KO_ONE})?\s?당(?=\s)", of="per", behind=True),
)
_PREVIOUS = tuple(re.compile(rule.pattern, re.IGNORECASE) for rule in _RULES if rule.kind == "previous")
_COMPILED = tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in _RULES)
_LEADING = re.compile(rf"(?:^|\b(?:the|our|which|what|name|list|show)\s+){_FEW}\s+(?=[a-z]+s\b)", re.IGNORECASE)
_ROWS = re.compile(
    rf"(\d{{1,3}}|(?<![가-힣])(?:{'|'.join(_KO_SPELLED)}))\s*(?:개|명|곳|건|가지|군데)(?=[는은를을만의이가과와씩,.\s?]|$)"
)
_ADNOMINAL = re.compile(r"(?:난|한|른|진|던|든|린)$")
_THAN_PERIOD = re.compile(r"(?:[월년해달주]|분기|반기|\d일)\s*(?:보다|에\s*비해|대비)")
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
                found.append(_operator(rule, match))
                text.take(match.span())
    found = [_compares_periods(operator, text.text) for operator in _with_rows(found, text)]
    return tuple(sorted(found, key=lambda o: o.span))


def _compares_periods(operator: Operator, said: str) -> Operator:
    """6월보다 매출이 늘어난 매장: which of them, not by how much."""
    moved = operator.kind == "moved" and _ADNOMINAL.search(said[slice(*operator.span)])
    return replace(operator, kind="than_then") if moved and _THAN_PERIOD.search(said) else operator


def previous(question: str) -> tuple[Span, ...]:
    """Where a question speaks of the period before each period: no period of its own."""
    return tuple(match.span() for pattern in _PREVIOUS for match in pattern.finditer(question))


def is_turned(text: Text) -> bool:
    """True where a word is left that turns the meaning: not, without, except."""
    return any(text.is_free(m.span()) for m in _TURNED.finditer(text.text))


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


def _operator(rule: _Rule, match: re.Match[str]) -> Operator:
    named = match.groupdict()
    if place := named.get("place"):
        return Operator(rule.kind, match.span(), None, rule.of, rule.behind, skip=_PLACES[place.casefold()])
    if rule.of == "between":
        low, high = (_read_number(said) for said in match.groups())
        return Operator(rule.kind, match.span(), low, behind=rule.behind, upper=high)
    unit = (named.get("unit") or "").casefold()
    of = rule.of or _KO_UNITS.get(unit, unit)
    number = 0.0 if of == "zero" else None if named else _number(match)
    return Operator(rule.kind, match.span(), number, of, rule.behind)


def _number(match: re.Match[str]) -> float | None:
    said = next((g for g in match.groups() if g), None)
    return _read_number(said) if said else None


def _read_number(said: str) -> float:
    spelled = {**_WORD_NUMBERS, **_KO_SPELLED}.get(said.casefold())
    if spelled is not None:
        return float(spelled)
    scale = next((s for s in _SCALES if said.casefold().endswith(s)), "")
    return float(said[: len(said) - len(scale)].replace(",", "")) * _SCALES.get(scale, 1)
