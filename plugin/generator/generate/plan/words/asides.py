"""What is said to be left out, or not to be: "except Brooklyn", "leaving late orders out", "also late ones"."""

from __future__ import annotations

import re

from plugin.generator.generate.plan.words.text import Span, Text

_BUT = re.compile(
    r"\b(?:except(?: for)?|excluding|other than|apart from|leaving out|not counting|outside(?: of)?"
    r"|not(?: (?:in|from|of|at))?|but)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LEAVING = re.compile(r"\b(?:leaving|leave|setting|putting|taking)\s+(?:the\s+|all\s+|any\s+)?$", re.IGNORECASE)
_OUT = re.compile(r"(?:\s+[a-z]+)?\s+(?:out|aside|apart)\b,?", re.IGNORECASE)
_INCLUDING = re.compile(
    r"(?:,\s*|\()?\b(?:including|incl\.?|counting)\s+(?:also\s+)?(?:the\s+|those\s+)?$", re.IGNORECASE
)
_OF_THEM = re.compile(r"(?:\s+(?:ones|too|as well))*\s*\)?(?=\s*(?:[,.?)]|$))", re.IGNORECASE)
_INCLUDED = re.compile(r"\s+(?:ones|orders|rows)?\s*(?:are\s+|being\s+)?included\b\)?", re.IGNORECASE)
_KO_BUT = re.compile(
    r"[을를은는이가]?\s*(?:제외하?[가-힣]{0,2}|빼고|아닌|이외의?|외의?|말고)(?=\s|$)|(?:하지|되지)\s*않[은는았던]+(?=\s)"
)


def excluded(text: Text, value: Span) -> Span | None:
    """A value with the words that exclude it."""
    start, end = value
    if before := _BUT.search(text.text, 0, start):
        return before.start(), end
    if (before := _LEAVING.search(text.text, 0, start)) and (behind := _OUT.match(text.text, end)):
        return before.start(), behind.end()
    if behind := _KO_BUT.match(text.text, end):
        return start, behind.end()
    return None


def included(text: Text, value: Span) -> Span | None:
    """A value with the words that say that it counts too, as it does where nothing is said."""
    start, end = value
    if behind := _INCLUDED.match(text.text, end):
        return start, behind.end()
    if (before := _INCLUDING.search(text.text, 0, start)) and (behind := _OF_THEM.match(text.text, end)):
        return before.start(), behind.end()
    return None
