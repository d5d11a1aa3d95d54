"""A question without what changes nothing, for rules that have to explain every word: "Could you tell me how many
orders we have on record, please?" Each place of the text stays where it is.
"""

from __future__ import annotations

import re

from backends.vectors.korean import has_hangul

_LEADS = (
    r"(?:hi|hello|hey|ok(?:ay)?|so|well|quick question)\b[,!.:]?\s+",
    r"(?:(?:could|can|would|will) you (?:please )?(?:tell|show|give|let) (?:me|us)(?: know)?|(?:do you know|any idea)"
    r"|(?:i|we)(?:'d| would)? (?:like|want|need) to (?:know|see|find out|have)|(?:i|we) (?:want|need)|let(?:'s| me) see"
    r"|(?:i'm|i am) (?:curious|wondering)(?: about)?|tell me|please tell me)\s+"
    r"(?=how|what|which|who|when|where|the|our|all|a list|a count|every|each)",
)
_FILLERS = (
    r",?\s*(?:many )?(?:please|thanks|thank you)(?: (?:a lot|so much))?(?=\s*[.!?]*\s*$)",
    r"\b(?:right now|at the moment|these days|as of (?:now|today)|to date|at present)\b",
    r"\b(?:on record|on our books|in (?:our|the) (?:system|database|data|catalogue|catalog))\b",
    r"\b(?:all told|all in all|for us|for me|if possible|out of curiosity)\b",
    r"\b(?:exactly|actually|really|simply|roughly|approximately|basically|generally|currently)\s+"
    r"(?=how|did|do|does|is|are|was|were|has|have|placed|made|the|we|our)",
    r",?\s*(?:as|in) a (?:list|table)(?=\s*[.!?]*\s*$)",
    r"\bof ours\b",
    r"\s*\((?:mon(?:day)?|sun(?:day)?)\s*(?:-|\u2013|to|through)\s*(?:sun(?:day)?|sat(?:urday)?)\)",
    r",?\s*starting (?:from|in|with) (?:january|the first month)(?=\s*[.?]?\s*$)",
    r",?\s*(?:oldest|earliest) (?:day|week|month|quarter|year) first(?=\s*[.?]?\s*$)",
    r",?\s*(?:in )?(?:side by side|next to each other)(?=\s*[.?]?\s*$)",
    r"^for (?:the|our|my|a) (?:board|management|weekly|monthly|investor|sales|team|ops)? ?"
    r"(?:deck|report|meeting|update|call|slides?)(?:[:,]\s*|\s+(?=(?:i|we|show|give|what|how|which|list|please|can)\b))",
)
_IN_TIME = re.compile(
    r",?\s*(?:in (?:date|time|chronological) order|chronologically|(?:oldest|earliest)(?: ones?)? first)"
    r"(?=\s*[.?]?\s*$)",
    re.IGNORECASE,
)
_BY_TIME = re.compile(r"\b(?:by|per|each|every) (?:day|week|month|quarter|year)\b", re.IGNORECASE)
_SAME = (
    (r"\bhow many (?:euros?|dollars?|pounds|eur|usd|krw)\b(?= (?:did|do|does|has|have|was|were|is|are)\b)", "how much"),
    (
        r"\b(?:going by|in terms of|measured by|ranked by|as measured by|judged by|based on|according to)\b"
        r"(?! (?:the |their |its )?(?:\w+ ){0,2}(?:date|day|time)\b)",
        "by",
    ),
    (
        r"(?:(?:,\s*)?\b(?:split|broken down|broken out|grouped|segmented|itemi[sz]ed)|,\s*separated)(?: up| out)?"
        r" (?:by|per|into)\b",
        " by",
    ),
    (r"\b(?:a |the )?(?:breakdown|split) of (?=.*\b(?:by|per)\b)", ""),
    (r"^(?:are|were) there (?:any )?(?=\w+ (?:that|which|who|whose|without|with|we|nobody|no one)\b)", "which "),
    (
        r"\b(?:(?:that|which) )?(?:nobody|no one|no customer)(?: (?:has|have|had))?(?: ever)? (?=\w+(?:ed|ght|ld)\b)",
        "never ",
    ),
    (r"\bsign-?(?: )?ups?\b(?! for\b)", "signups"),
    (r"(?<=\bwhich )of (?:our|the|all our) (?=[a-z]+s\b)", ""),
    (r"(?<=\bhow many )of our (?=[a-z]+(?: [a-z]+)? (?:have|has|had|are|were|did|do)\b)", ""),
    (r",? whether (?:or not )?they (?:have |ever |have ever )?[a-z]+(?: or not| yet)?\b(?! [a-z])", ""),
    (r"\bon[- ]time\b(?= (?:rate|share|percentage|deliver|arriv|order|payment|shipment))", "timely"),
    (r",\s*(?:slowest|longest|biggest|largest) first(?=\s*[.?]?\s*$)", ", highest first"),
    (r",\s*(?:fastest|quickest|shortest|smallest) first(?=\s*[.?]?\s*$)", ", lowest first"),
)
_ENERGY = re.compile(r"\b[kMGT]Wh?\b|(?<=\d)[kMGT]Wh?\b")
_FEW = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
_WHICH_FEW = re.compile(rf"(?<=\bwhich )({'|'.join(_FEW)})(?= [a-z ]*?[a-z]s\b)", re.IGNORECASE)
_BLANKED = re.compile("|".join((*(rf"^\s*{lead}" for lead in _LEADS), *_FILLERS)), re.IGNORECASE)
_SAID = tuple((re.compile(pattern, re.IGNORECASE), word) for pattern, word in _SAME)


def without_fillers(question: str) -> str:
    """Of the same length; only of an English one, but for units that are written in capitals: kWh is one word."""
    question = _ENERGY.sub(lambda m: m[0].casefold(), question)
    if has_hangul(question):
        return question
    text = _IN_TIME.sub(lambda m: " " * len(m[0]), question) if _BY_TIME.search(question) else question
    while (blanked := _BLANKED.sub(lambda m: " " * len(m[0]), text)) != text:
        text = blanked
    for pattern, word in _SAID:
        text = pattern.sub(lambda m, word=word: word.ljust(len(m[0]))[: len(m[0])], text)  # type: ignore[misc]
    return _WHICH_FEW.sub(lambda m: _FEW[m[1].casefold()].ljust(len(m[1])), text)
