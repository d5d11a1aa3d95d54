"""The words that say what to do with the data, as patterns: an earlier rule comes before a later one."""

from __future__ import annotations

from typing import Literal, NamedTuple

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
    "moving",
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


class Rule(NamedTuple):
    kind: Kind
    pattern: str
    of: str = ""
    behind: bool = False


_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WORD_NUMBERS = {word: n for n, word in enumerate(("zero", *_SPELLED))}
PLACES = {
    place: n
    for n, places in enumerate(("second 2nd 두", "third 3rd 세", "fourth 4th 네", "fifth 5th 다섯"), start=1)
    for place in places.split()
}
KO_SPELLED = {w: n for n, w in enumerate(["두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"], start=2)}
SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "백만": 10**6, "천만": 10**7, "십억": 10**9, "천": 10**3,
    "만": 10**4, "억": 10**8,
}  # fmt: skip
_KO_ONE = r"(?:(?:한|1)\s*(?:인|명|건|곳|개|회|번|사람)|인)"
_NUMBER = rf"(\d[\d,]*(?:\.\d+)?(?:\s?(?:{'|'.join(SCALES)}))?|\b(?:zero|{'|'.join(_SPELLED)})\b)"
_TIMES = r"(?: times\b|\s?%|\s?percent\b)?"
FEW = rf"(\d{{1,3}}|{'|'.join(_SPELLED)})"
_HIGH = r"most|highest|largest|biggest|greatest|longest"
_LOW = r"least|lowest|fewest|smallest|shortest"
_SCORED = "rating|score|nps|margin|profit|revenue|sale|growth|turnover"
_UNIT = r"\s*(?:개|건|명|곳|회|번|차례|달러|불|원|장|권|일|시간|분|초|박|층|대|톤|%|퍼센트|프로)?"
_EXTREME = r"(?:가장|제일)\s*"
_PLACE = r"(?P<place>second|third|fourth|fifth|2nd|3rd|4th|5th)[- ]"
_KO_PLACE = r"(?P<place>두|세|네|다섯)\s?번째로\s*"
_DEAR = r"(?:most expensive|priciest|dearest)\b"
_PRICED = (
    r"\b(?:(?:sell(?:s|ing)?|sold|go(?:es)?) (?:for|at)|(?:retail(?:s|ing)?|priced|cost(?:s|ing)?)(?: (?:for|at))?) "
)
_COST_US = r"\bcosts? us "
_EARNED = r"\b(?:(?:brought|bring|brings|took|take|takes)(?: in)?|made|makes?|earned|earns?|turned over) "
_EARNS = (
    r"\b(?:sells?|sold|buys?|bought|earns?|earned|makes?|made|spends?|spent|(?:brings?|brought|takes?|took)(?: in)?)"
)
_THEN = r"(?=\s*(?:[?.,]|$)|\s+(?:from|in|on|to|during|last|this|over|at|with)\b)"
_MEAN = (
    r"(?: than)? (?:the |its |our |that (?:year|month|quarter|week|period)'s )?"
    r"(?:overall |total |general )?(?:average|mean)\b"
)
_MORE = r"more|higher|greater|larger|bigger|better|longer|above|over|exceed(?:s|ed|ing)?"
_LESS = r"less|lower|smaller|fewer|worse|shorter|below|under"
_WHOSE = r"(?:(?:their|its|the|our|total)\s+)*"
_SO_MANY = rf"\s+[가-힣]+(?:\s[가-힣]+)?\s+(?:\d+|{'|'.join(KO_SPELLED)})\s*(?:개|명|곳|가지|군데|건)"
_CURRENCY = r"dollar|euro|pound|cent|won\b|usd|eur|krw|gbp"
_UNITS = r"day|week|month|quarter|year"
_FROM_TO = r"\b(?=.*\b(?:from\b.*\bto|between\b.*\band)\b)"
_BY_COUNT = r"\b(?=.*\bby (?:the )?(?:number|count|orders|revenue|sales)\b)"
KO_UNITS = {
    "일": "day", "주": "week", "월": "month", "개월": "month", "달": "month",
    "분기": "quarter", "년": "year", "년도": "year",
}  # fmt: skip


def _bounds(verb: str, of: str) -> tuple[Rule, ...]:
    """A bound behind a verb that says of what: "sells for less than six dollars", and not "made at least 20 orders"."""
    number = rf"\$?{_NUMBER}(?![\d,.]*\d)(?! (?!{_CURRENCY})[a-z]+s\b)"
    return (
        Rule("above", rf"{verb}(?:(?:{_MORE}) than|over|above) {number}", of=of),
        Rule("least", rf"{verb}at least {number}|{verb}{number} or more\b", of=of),
        Rule("below", rf"{verb}(?:(?:{_LESS}) than|under|below) {number}", of=of),
        Rule("most", rf"{verb}(?:at most|no more than|up to) {number}", of=of),
    )


def _moving() -> tuple[Rule, ...]:
    """ "3-month moving average of", "a moving average over 3 months", 3개월 이동평균: over so many units of time."""
    over = rf"(?P<over>{FEW})[- ](?P<unit>{_UNITS})s?"
    name = r"(?:moving|rolling|trailing) (?:average|mean)"
    return (
        Rule("moving", rf"\b{over}[- ]{name}(?: of)?\b"),
        Rule("moving", rf"\b(?:moving|rolling|trailing) {over} (?:average|mean)(?: of)?\b"),
        Rule("moving", rf"\b{name} (?:over|of) {over}\b"),
        Rule(
            "moving", rf"(?P<over>\d{{1,3}})\s*(?P<unit>{'|'.join(KO_UNITS)})(?:간|치|기준)?의?\s*이동\s?평균(?:선|값)?"
        ),
    )


RULES = (
    *_moving(),
    Rule("over_average", rf"\bmore expensive{_MEAN}|평균(?:\s*가격)?보다\s*비싼", of="price"),
    Rule("under_average", rf"\b(?:cheaper|less expensive){_MEAN}|평균보다\s*(?:싼|저렴한)", of="price"),
    Rule("over_average", rf"\babove[- ](?:the )?average\b|\b(?:{_MORE}){_MEAN}"),
    Rule("over_average", r"평균\s*(?:보다|을|를)?\s*(?:더\s*)?(?:높|많|큰|넘|초과|이상|웃도)[가-힣]{0,3}"),
    Rule("under_average", rf"\bbelow[- ](?:the )?average\b|\b(?:{_LESS}){_MEAN}"),
    Rule("under_average", r"평균\s*(?:보다)?\s*(?:더\s*)?(?:낮|적|작|미만|이하|못 미치|밑도)[가-힣]{0,3}"),
    Rule("previous", rf"\b(?P<unit>{_UNITS})[- ](?:over|on)[- ](?P=unit)\b"),
    Rule(
        "previous",
        r"\b(?:compared (?:to|with)|versus|vs\.?|over|from|than|against|to)(?: in| during| on)? "
        rf"(?:the |its )?(?:previous|prior|preceding|last) (?P<unit>{_UNITS})\b",
    ),
    Rule(
        "previous",
        r"\b(?:compared (?:to|with)|versus|vs\.?|over|from|than|against)(?: in| during| on)? "
        rf"(?:the )?(?P<unit>{_UNITS}) before\b",
    ),
    Rule(
        "previous",
        r"(?:전년|작년|지난해)도?\s*(?:동기|동월|동분기|동일\s*기간|같은\s*(?:기간|달|분기|시기))\s*"
        r"(?:대비|보다|에\s*비해서?|[과와]\s*비교해?서?)|(?:작년|지난해)\s*대비",
        of="year",
    ),
    Rule("previous", r"전(?P<unit>월|년도|년|분기|주|일)(?!\s*동)\s*(?:대비|보다|에\s*비해|[과와]\s*비교해?서?)"),
    Rule("over", rf"\bas an? (?:percentage|percent|%) of {_WHOSE}", of="percent"),
    Rule("over", rf"\bas an? (?:share|fraction|proportion|ratio) of {_WHOSE}"),
    Rule("compare", r"(?<=[년월기달해주])\s*대비(?=\s*(?:\d|올해|이번|지난|금년|작년))"),
    Rule("compare", r"(?<=[년월기달해주])\s*에\s?비해서?(?=\s)"),
    Rule("over", r"(?<=[가-힣a-z])(?<![년월해달기주일])\s*대비(?=\s+[가-힣a-z])", behind=True),
    Rule(
        "growth",
        r"\b(?:percent(?:age)?|%) (?:growth|change|increase|decrease)\b|\bgrowth percentage\b"
        r"|\b(?:by|in) (?:what|how many) percent(?:age)?\b",
        of="percent",
    ),
    Rule("growth", r"\b(?:growth(?: rate)?|rate of growth)\b|성장률|증가율|증감률|변화율"),
    Rule(
        "difference",
        r"\bhow many times (?:as (?:much|many|high|large|big)|higher|larger|bigger|greater|more)\b|몇\s?배",
        of="times",
    ),
    Rule("difference", r"\bratio of\b(?=.*\bto\b)", of="times"),
    Rule("difference", r"\bby how much\b|\bdifference\b(?: between)?|\b(?:change|increase)(?= in\b)"),
    Rule("difference", r"\bhow much(?= (?:did|has|have)\b.*\b(?:grow|grown|increased?|changed?|risen?)\b)"),
    Rule("difference", r"(?<=[을를])\s*빼면"),
    Rule("difference", r"(?:얼마나|얼마)\s*더(?=\s)"),
    Rule("difference", r"몇\s*(?:개|건|명|곳|번|회)(?:나)?\s*더(?=\s)", of="count", behind=True),
    Rule("difference", r"증가액|증감액|증가폭|차이|얼마나(?=\s*(?:늘|증가|성장|변))"),
    Rule(
        "than_then", r"(?<!how )(?<!how many )(?<!how much )\b(?:more|higher|greater)\b(?=.*\bthan (?:in|during|on)\b)"
    ),
    Rule("than_then", r"\b(?:fewer|less|lower)\b(?=.*\bthan (?:in|during|on)\b)", of="falling"),
    Rule("moved", r"\b(?:drop(?:ped)?|decline[ds]?|decrease[ds]?|fall|fell|fallen)\b", of="falling"),
    Rule("moved", rf"\b(?:cut|reduced?|lowered|shrank|shrunk|lost|lose){_FROM_TO}", of="falling"),
    Rule("moved", r"(?:줄(?=[어었이인])|감소|하락|떨어)[가-힣]*", of="falling"),
    Rule("moved", r"\b(?:gain(?:ed|s)?|grow|grew|grown|increase[ds]?|rise|rose|risen|change[ds]?|develop(?:ed)?)\b"),
    Rule("moved", r"(?:늘|증가|성장|변화|변동|변했|상승)[가-힣]*"),
    Rule("moved", r"\bthan (?:in|during|on)\b"),
    Rule("running", r"\b(?:cumulative|running)(?: (?:total|sum))?(?: of)?\b|누적"),
    Rule(
        "sorted",
        r"\b(?:sorted|ordered|ranked|sort|order|rank)(?: \w+){0,2}? (?:by|from) (?:the )?"
        r"(?:lowest|smallest|least|fewest)(?: to (?:the )?(?:highest|largest|most))?\b",
        of="rising",
    ),
    Rule(
        "sorted", r"\b(?:in )?ascending(?: order)?\b|\b(?:lowest|smallest|fewest|least)(?: \w+)? first\b", of="rising"
    ),
    Rule("once", r"중복(?:을|은)?\s*(?:빼고|제외하고|없이)|겹치는 것(?:은|을)?\s*빼고|\bcounting each(?: one)? once\b"),
    Rule("once", r"\bwithout duplicates\b|\bcounted once\b"),
    Rule("sorted", r"\bworst(?: \w+)? first\b", of="worst"),
    Rule("sorted", r"\b(?:largest|biggest|best|most|top|busiest)(?: \w+)? first\b|많은\s*순서(?:로|대로)?"),
    Rule("sorted", r"(?:낮은|적은|작은)\s*순(?:서)?(?:으로|대로)?|오름차순(?:으로)?", of="rising"),
    Rule("sorted", r"\b(?:sorted|ordered|ranked) from (?:the )?(?:high|larg|most|best|big|top)\w*\b"),
    Rule(
        "sorted",
        r"\b(?:sorted|ordered|ranked) by\b|\b(?:in )?descending(?: order)?\b|\bhighest first\b|"
        r"(?:높은|많은|큰)\s*순(?:서)?(?:으로|대로)?|내림차순(?:으로)?|(?<=[가-힣])\s?순으로",
    ),
    Rule("sorted", r"\brank(?:ing)?(?: of)?(?= )|(?<!우선)순위(?:로|대로)?", of="rank"),
    Rule("share", r"몇\s*(?:%|퍼센트|프로)", of="percent"),
    Rule("count", r"\b(?:how many|(?:number|count) of)(?: the)? (?:different|distinct|unique)\b", of="distinct"),
    Rule("count", r"\bhow many (?:(?:different|distinct|unique) )?(?:kinds?|types?|sorts?) of\b", of="distinct"),
    Rule("count", r"몇\s*(?:가지|종류|종)(?:나)?", of="distinct", behind=True),
    Rule("difference", r"\bhow many more\b(?=.*\bthan\b)", of="count"),
    Rule("difference", r"\bhow much more\b(?=.*\bthan\b)"),
    Rule("count", r"\bhow many\b|\b(?:count the |total |overall )?(?:number|count) of\b"),
    Rule("count", r"^count\b"),
    Rule("count", r"몇\s*(?:개|건|명|곳|회|번)?|(?:건수|개수|횟수)", behind=True),
    Rule("count", r"(?<=[가-힣a-z])\s?수(?=[는를가와도랑\s?]|하고|$)", behind=True),
    Rule("average", r"\bmedian\b|중[앙위간]값", of="median"),
    Rule("average", r"\b(?:on )?average\b|\bavg\b|\bmean\b|평균"),
    Rule(
        "total",
        r"\b(?:(?:in )?total|sum of|overall|altogether|combined)\b|(?<!\S)총(?=\s)|총합|합계|전체|(?:합치|합하|더하)면",
    ),
    Rule("share", r"(?<!\d)(?<!\d )(?:\b(?:percentage|percent)\b(?: of)?|%(?: of)?|퍼센트)|몇\s*%", of="percent"),
    Rule("share", r"\b(?:share|proportion|fraction)(?: of)?\b|비율|비중|점유율"),
    Rule(
        "least",
        rf"\b(?:between|from) \$?{_NUMBER} (?:and|to) \$?{_NUMBER}(?![:%])\b(?! (?:am|pm|o'clock))",
        of="between",
    ),
    Rule(
        "least",
        rf"{_NUMBER}{_UNIT}\s*(?:에서|부터|이상|[~∼])\s*{_NUMBER}{_UNIT}\s*(?:사이|까지|이하)(?:인|의)?",
        of="between",
    ),
    *_bounds(_COST_US, "cost"),
    *_bounds(_PRICED, "price"),
    *_bounds(_EARNED, "money"),
    *_bounds(r"\bworth ", "worth"),
    Rule("above", rf"{_NUMBER}{_UNIT}보다\s*비싼", of="price"),
    Rule("below", rf"{_NUMBER}{_UNIT}보다\s*(?:싼|저렴한)", of="price"),
    Rule("above", rf"\b(?:{_MORE}) than(?= \w+ {_NUMBER})", of="named"),
    Rule("below", rf"\b(?:{_LESS}) than(?= \w+ {_NUMBER})", of="named"),
    Rule("above", rf"(?:\b(?:worth )?(?:(?:{_MORE}) than|over|above|exceed(?:s|ing)?)|>) \$?{_NUMBER}{_TIMES}"),
    Rule("least", rf"(?:\bat least|>=) \$?{_NUMBER}{_TIMES}|\$?{_NUMBER} (?:times )?or more\b(?: times\b)?"),
    Rule("below", rf"(?:\b(?:(?:{_LESS}) than|under|below)|<) \$?{_NUMBER}{_TIMES}"),
    Rule("below", r"\bin the red\b(?:, that is,)?|\boverdrawn\b", of="red"),
    Rule("below", r"\bnegative\b|마이너스(?:인|의)?", of="zero"),
    Rule("most", rf"(?:\b(?:at most|no more than|up to)|<=) \$?{_NUMBER}|\$?{_NUMBER} or (?:less|fewer)\b"),
    Rule(
        "above",
        rf"{_NUMBER}{_UNIT}\s*(?:이|가|을|를|보다)?\s*(?:초과|넘는|넘은|넘긴|넘게|더 많은|웃도는)(?:하는|한|인)?",
    ),
    Rule("above", rf"{_NUMBER}{_UNIT}보다\s*(?:많은|높은|큰|긴|많이|크거나)"),
    Rule("least", rf"{_NUMBER}{_UNIT}\s*이상(?:인|의|하는|한)?"),
    Rule(
        "below",
        rf"{_NUMBER}{_UNIT}\s*[도이가]?\s*(?:안\s*(?:되|된|돼|남)|못\s*(?:되|된|미치|미친|넘))(?:는|던|은|었던|인)?",
    ),
    Rule("below", rf"{_NUMBER}{_UNIT}\s*(?:미만|보다\s*(?:적은|낮은|작은))(?:인|의)?"),
    Rule("most", rf"{_NUMBER}{_UNIT}\s*이하(?:인|의)?"),
    Rule("top", rf"\b(?:top )?{FEW} (?:best|top|most)[- ](?:selling|sold|popular)\b", of="sold"),
    Rule("top", rf"\b(?:{_PLACE})?(?:(?:best|top)[- ]selling|most[- ](?:sold|popular))\b|\bsold best\b", of="sold"),
    Rule("bottom", r"\bleast[- ](?:sold|popular)\b", of="sold"),
    Rule("bottom", r"\bworst[- ]selling\b", of="sold"),
    Rule(
        "top",
        rf"{_KO_PLACE}(?:많이|잘)\s*(?:팔린|팔리는|판매된|나가는)|{_EXTREME}(?:많이|잘)\s*(?:팔린|팔리는|판매된|나가는|나간|산(?=\s)|사는|사간|구매한|구입한)",
        of="sold",
    ),
    Rule("bottom", rf"{_EXTREME}(?:적게|안)\s*(?:팔린|팔리는|판매된)", of="sold"),
    Rule("top", rf"\b{_PLACE}most expensive\b", of="price"),
    Rule("top", rf"{_KO_PLACE}비싼", of="price"),
    Rule("bottom", rf"\b{_PLACE}(?:cheapest|least expensive)\b", of="price"),
    Rule("bottom", rf"{_KO_PLACE}(?:싼|저렴한)", of="price"),
    Rule("top", rf"\b{_PLACE}(?:{_HIGH})\b"),
    Rule("top", rf"{_KO_PLACE}(?:많|높|큰|컸)[가-힣]{{0,2}}"),
    Rule("bottom", rf"\b{_PLACE}(?:{_LOW})\b"),
    Rule("bottom", rf"{_KO_PLACE}(?:적|낮|작)[가-힣]{{0,2}}"),
    Rule("top", rf"\b{FEW} {_DEAR}|\b{_DEAR}|{_EXTREME}비싼", of="price"),
    Rule("bottom", rf"\b{FEW} (?:cheapest|least expensive)\b", of="price"),
    Rule("bottom", rf"\b(?:cheapest|least expensive)\b|{_EXTREME}(?:싼|저렴한)", of="price"),
    Rule("top", rf"\b(?:top|first)[ -]{FEW}\b|\b{FEW} (?:{_HIGH})\b|\b(?:{_HIGH}) {FEW}\b"),
    Rule("bottom", rf"\bbottom[ -]{FEW}\b|\b{FEW} (?:{_LOW})\b"),
    Rule("top", rf"\b(?:{FEW} )?best\b(?=.*\bby\b)|\bbest {FEW}\b(?=.*\bby\b)"),
    Rule("bottom", rf"\b(?:{FEW} )?worst\b(?=.*\bby\b)"),
    Rule("top", rf"\b(?:the )?best(?= (?:average |avg |mean |overall )?(?:\w+ )?(?:rate|{_SCORED})s?\b)"),
    Rule("bottom", rf"\b(?:the )?worst(?= (?:average |avg |mean |overall )?(?:\w+ )?(?:{_SCORED})s?\b)"),
    Rule("bottom", r"\b(?:the )?worst(?= (?:\w+ ){1,2}rates?\b)", of="worst"),
    Rule("top", r"\b(?:the )?top(?= (?:[a-z]+ )?[a-z]+(?<!s) (?:by|in each|in every|per|of each|for each)\b)"),
    Rule("top", rf"(?<=[이가] ){_EXTREME}(?:좋|잘 나[온왔])[가-힣]{{0,2}}"),
    Rule("bottom", rf"(?<=[이가] ){_EXTREME}(?:나[빴쁜]|저조|부진)[가-힣]{{0,2}}"),
    Rule("top", r"\b(?:the )?max(?:imum)?\b"),
    Rule("bottom", r"\b(?:the )?min(?:imum)?\b"),
    Rule("top", rf"{_EXTREME}(?:바쁜|바빴던|붐비는|붐볐던|붐빈|북적이는|북적였던)", of="common"),
    Rule("bottom", rf"{_EXTREME}(?:한가한|한가했던|한산한|한산했던)", of="common"),
    Rule("top", r"\bbusiest\b", of="common"),
    Rule("bottom", r"\bquietest\b|(?<=is the )slowest\b|(?<=was the )slowest\b", of="common"),
    Rule("top", r"\bstrongest\b"),
    Rule("bottom", rf"\bweakest\b|\bslowest{_BY_COUNT}"),
    Rule("top", r"상위\s*(\d{1,3})\s*(?:개|명|곳|건|대|권|편|팀|종)?"),
    Rule("bottom", r"하위\s*(\d{1,3})\s*(?:개|명|곳|건|대|권|편|팀|종)?"),
    Rule("top", r"상위(?=\s)"),
    Rule("top", rf"(?<=[가이])\s(?:많은|높은|큰)(?={_SO_MANY})"),
    Rule("bottom", rf"(?<=[가이])\s(?:적은|낮은|작은)(?={_SO_MANY})"),
    Rule("bottom", r"하위(?=\s)"),
    Rule("top", rf"\bcosts? (?:the )?most{_THEN}", of="price"),
    Rule("bottom", rf"\bcosts? (?:the )?least{_THEN}", of="price"),
    Rule("top", rf"{_EARNS} (?:us )?(?:the most(?: money)?|best){_THEN}", of="money"),
    Rule("bottom", rf"{_EARNS} (?:us )?the least(?: money)?{_THEN}", of="money"),
    Rule("top", rf"{_EXTREME}많이", of="many"),
    Rule("bottom", rf"{_EXTREME}적게", of="many"),
    Rule("top", r"\b(?:the )?(?:most (?:common|frequent)|commonest)\b", of="common"),
    Rule("bottom", r"\b(?:the )?(?:least (?:common|frequent)|rarest)\b", of="common"),
    Rule("top", rf"\b(?:the )?most\b|{_EXTREME}많[가-힣]{{0,2}}", of="many"),
    Rule("bottom", rf"\b(?:the )?(?:fewest|least)\b|{_EXTREME}적[가-힣]{{0,2}}", of="many"),
    Rule(
        "top", rf"\b(?:the )?(?:{_HIGH})\b|{_EXTREME}(?:많|높|큰|컸|크|긴|길|무거|무겁|먼)[가-힣]{{0,2}}|최고|최대|최다"
    ),
    Rule("bottom", rf"\b(?:the )?(?:{_LOW})\b|{_EXTREME}(?:적|낮|작|짧|가벼|가볍)[가-힣]{{0,2}}|최저|최소"),
    Rule("compare", r"\bnext to\b|\balongside\b"),
    Rule("compare", r"\bcompar(?:e|ed|ing|ison)(?: of| between)?\b|\bversus\b|\bvs\.?\b|비교"),
    Rule(
        "each",
        r"\b(?:for|of|in|at|from) (?:each|every)\b|\b(?:each|every|by|across(?! all| our| the))\b|각각의|각(?=\s)",
    ),
    Rule("each", r"\bper\b", of="per"),
    Rule("each", r"(?<=[가-힣a-z])\s?별(?:로)?(?![가-힣])|마다", behind=True),
    Rule("each", rf"(?<=[가-힣a-z])(?:\s*{_KO_ONE})?\s?당(?=\s)", of="per", behind=True),
)
