"""English turns of speech, put as the rules read them: "Of the patients who came in May, how many paid?" is "how many
patients who came in May paid?" Tried where the question as it was asked is not read (plainly.py)."""

from __future__ import annotations

import re

_UNIT = r"(?P<unit>day|week|month|quarter|year|hour|weekday)\b(?! of\b)"
_DID = (
    r"(?=(?:(?:never|also|still|already|ever|later|only) )?"
    r"(?:were|was|are|is|have|had|has|did|do|got|came|paid|went|sold|made|left|kept|spent|bought|sent|took|\w+ed)\b)"
)
_END = r"(?=\s*[?.]?\s*$)"
_TURNS = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (
            r"^(?:out )?of (?:all )?(?:the |our )?"
            r"(?P<rows>(?:[\w#&'-]+ ){0,2}\w+ (?:who|that|which|whose|with|in|from|made|\w+ed)\b[^,?]*),"
            rf" how many (?:of them |of those )?{_DID}",
            r"how many \g<rows> ",
        ),
        (
            r"^(?:out )?of (?:all )?(?:the |our )?(?P<rows>(?:\w+ ){0,3}\w+[^,?]*),"
            r" what (?P<part>percentage|percent|share|proportion|fraction)(?: of them| of those)? " + _DID,
            r"what \g<part> of \g<rows> ",
        ),
        (
            r"^\W*(?:(?:what|which) (?:is|was) |show(?: me)? |find )?(?:the )?"
            r"(?P<unit>day|week|month|quarter|year) with the "
            r"(?=(?:most|fewest|highest|lowest|largest|smallest|least|best|worst)\b)",
            r"which \g<unit> had the ",
        ),
        (
            r"\bcall(?:s|ed)? (?:the )?(?P<value>[\w' ]+?)(?: (?:store|shop|branch|club|office))? "
            r"(?:their|its|his|her) (?P<what>[a-z]+ [a-z]+)\b",
            r"have \g<value> as their \g<what>",
        ),
        (r",? by name(?=\s*[?.]?$)", ""),
        (r"\bvery (?=first\b)", ""),
        (r"\bsent back\b", "returned"),
        (r"\bon hand\b(?! over)", "in stock"),
        (
            r"\b(?P<part>share|percentage|proportion|percent) of (?:each|every) (?P<by>[a-z]+(?: [a-z]+)?)'s "
            r"(?P<rest>[^?]+?)(?P<end>\s*\??)$",
            r"\g<part> of \g<rest> by \g<by>\g<end>",
        ),
        (r"(?<=[?.]) (?:please )?(?:show|give)(?: me| us)? both (?:numbers|figures|values|counts|amounts)\.?$", ""),
        (
            r"\b(?:(?:have|has|had) )?(?:bought|ordered|purchased|placed an order)(?: something| anything)?"
            r"(?: from us| with us| here)? for the first time\b",
            "had their first order",
        ),
        (
            r"\b(?P<has>(?:contain|includ)(?:e|s|es|ed|ing)?|with|had|have|has) both (?:an? )?(?P<one>[a-z]+)"
            r" and (?:an? )?(?P<other>[a-z]+)\b",
            r"\g<has> at least one \g<one> and at least one \g<other>",
        ),
        (
            r"\b(?P<new>how many new \w+ (?:did|has|have|does|do)\b.*?) (?:gain(?:ed)?|acquired?|w[io]n)\b",
            r"\g<new> have",
        ),
        (
            r"\bwhich (?P<thing>\w+?)(?:'s (?P<of>[\w ]+?))? (?:grew|has grown|grows) (?:the )?fastest\b",
            r"which \g<thing> had the highest \g<of> growth",
        ),
        (
            r"^(?P<more>(?:which|how many) (?!.*\b(?:this|in|during) ).*?) than last (?P<unit>year|quarter|month|week)"
            + _END,
            r"\g<more> this \g<unit> than in last \g<unit>",
        ),
        (
            r"\b(?P<part>share|percentage|proportion) of (?:each|every) (?P<by>[a-z]+(?: [a-z]+)?)"
            r" in (?:the )?total (?P<whole>\w+)",
            r"\g<part> of \g<whole> by \g<by>",
        ),
        (r"\bcost(?P<than>[^,.?]*? \d[\d.,]*)(?: dollars| euros)? (?:per unit|each)\b", r"have a unit cost of\g<than>"),
        (
            r"(?P<than>\b(?:above|below|over|under|than) (?:the |an |our )?(?:overall )?(?:average|mean))"
            r" (?:of|across|for|among) (?:all|the)(?: of)?(?: the| our| other)* \w+",
            r"\g<than>",
        ),
        (
            r"\b(?P<noun>[a-z]{3,}?)(?P<s>(?:e?s)?)\b(?P<than>.*\b(?:above|below|over|under|than) (?:the |an |our )?"
            rf"(?:average|mean)) (?P=noun){_END}",
            r"\g<noun>\g<s>\g<than>",
        ),
        (
            r"^(?P<who>(?:the |our )?(?:top|bottom|best|worst) .+?) (?:make up|account for|represent|contribute"
            rf"|bring in|generate)s? (?P<what>(?:what|how much)\b[^?]*?)(?: of the)?{_END}",
            r"\g<what> came from \g<who>",
        ),
        (
            r"\bhow much (?:money )?(?:did|do|have|has|does) (?:we|the company|they) (?:spend|spent|pay|paid) "
            r"(?:on|for) (?:the |our )?(?P<what>[a-z]+(?: [a-z]+)?)"
            r"(?=\s(?:in|last|this|during|over|per|by|at|for|since|from|each)\b|\s*[?.]?\s*$)",
            r"what was the total \g<what> cost",
        ),
        (rf"\b(?:without|not counting|leaving out) (?P<rows>\w+(?:ed|led) \w+s){_END}", r"excluding \g<rows>"),
        (
            r"^(?:which|what) (?P<few>\d+|two|three|four|five|six|seven|eight|nine|ten)"
            r" (?P<rows>\w+(?: (?!were|was)\w+)??)(?: were| was)? (?P<deed>\w+ed)"
            rf" (?P<end>first|last|earliest|most recently){_END}",
            r"the \g<end> \g<few> \g<rows> to be \g<deed>",
        ),
        (
            r"^(?P<figure>(?:average|total|number of) [^,]+?) (?:per|by) (?P<thing>[a-z]+),?"
            rf" (?P<top>(?:top|bottom) \d+){_END}",
            r"\g<top> \g<thing>s by \g<figure>",
        ),
        (
            r"^which (?P<kind>[a-z]+(?: [a-z]+)?) (?:is|was|are|were) used (?:the )?(?P<how>most|least)"
            rf"(?: often)?{_END}",
            r"what is the \g<how> common \g<kind>",
        ),
        (r"\bmore than once\b", "more than 1 times"),
        (r"\b(?:at least twice|two or more times)\b", "at least 2 times"),
        (r"\bhow many of (?:the |our |these |all )+", "how many "),
        (
            r"^(?!(?:which|what|who|where|when|and|or|not|of|for)\b)(?P<rows>[a-z][\w' -]*?),? how many\??$",
            r"how many \g<rows>",
        ),
        (
            rf"\bwhat(?: is|'s| was| were) (?:our|the) busiest {_UNIT}(?: ever| of all time)?"
            r"(?: by (?:the )?(?:number of )?(?P<of>[^,?.]+))?",
            r"which \g<unit> had the most \g<of>",
        ),
        (
            rf"\bwhat(?: is|'s| was| were) (?:our|the) (?:best|strongest|biggest) {_UNIT}(?: ever| of all time)?"
            r" (?:for|by|in terms of) (?:the )?",
            r"which \g<unit> had the most ",
        ),
        (rf"\b{_UNIT} by (?P=unit)\b", r"by \g<unit>"),
        (r"\bwhat (?:proportion|fraction|part|portion) of\b", "what share of"),
        (r"\bhow often (?=(?:was|were|is|are|did|has|have)\b)", "how many times "),
        (r"\bctr\b|\bclick[- ]through rate\b", "clicks per impression"),
        (r"\bcpc\b", "cost per click"),
        (r"\bcpa\b|\bcost per acquisition\b", "cost per conversion"),
        (r"\bcvr\b|\bconversion rate\b", "conversions per click"),
        (r"\broas\b|\breturn on ad(?:vertising)? spend\b", "conversion value per spend"),
        (r"\bleavers\b", "employees who left"),
        (r"\b(?:joiners|new joiners)\b", "employees who joined"),
        (r"\bterminations\b(?= (?:by|per|each|in|last|this|during|since)\b)", "terminated employees"),
        (r"^who (?:are|were) (?:our|the) (?=top|\d|best|biggest|largest)", ""),
        (
            rf"^(?P<figure>.+?),? as an? (?P<part>percentage|percent|share|%) of (?:the )?(?:total|whole){_END}",
            r"\g<part> of \g<figure>",
        ),
        (r"\bfor (?:everything|everyone|all of those|those) (?=\w+ed\b)", ""),
        (r"\b(?:have|has) on file\b", "have"),
        (r"\bover the course of\b", "in"),
        (r"\bin the (?:whole )?(?:calendar )?(?:year|month) (?:of )?(?=(?-i:[A-Z])|\d)", "in "),
        (r"\b(?:each|every) (?:single )?one of (?:the |our )", "each "),
        (r"\beach of (?:the|our) (?P<row>day|week|month|quarter|year)s\b", r"each \g<row>"),
        (r"\beach of (?:the|our) (?P<row>\w+s)\b", r"each \g<row>"),
        (r",? and how many (?:were|are|was|is) (?:there|that|it)" + _END, ", and how many"),
        (r",? and how much (?:was|is|were|are) (?:that|it|this)" + _END, ", and how much"),
    )
)


def plainly(question: str) -> str:
    for pattern, plain in _TURNS:
        question = pattern.sub(lambda m, plain=plain: _expanded(m, plain), question)  # type: ignore[misc]
    return " ".join(question.split())


def _expanded(match: re.Match[str], plain: str) -> str:
    """The busiest day of what is not named is that of the rows; what grew, and nobody says of what, sold more."""
    is_bare = "of" in match.re.groupindex and not match["of"]
    return match.expand(plain.replace(r"\g<of>", "sales" if "growth" in plain else "") if is_bare else plain)
