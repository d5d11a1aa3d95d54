"""Of which of several conditions a share is; the others say among what."""

from __future__ import annotations

import re
from itertools import pairwise

from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.tree import Condition
from plugin.generator.generate.plan.words.seen import Recognised

_MAKING = r"(?:account for|make up|contribute|represent|bring in|generate)"
_OF_EACH = re.compile(
    rf"\b(?:did|does|do) (?:each|every)\b.*\b{_MAKING}\b"
    r"|\b(?:each|every) \w+(?: \w+)?['’]s\s*$|\b(?:each|every) .*\bas an?\s*$",
    re.IGNORECASE,
)
_OF_BEST = re.compile(
    r"^\W*(?:what|how much)\b|(?:비중|비율|점유율|퍼센트|%)(?:은|는|이|가|을|를)?\s*(?:얼마|몇|어떻게|알려|보여|[?]|$)"
    r"|몇\s*(?:%|퍼센트|프로)",
    re.IGNORECASE,
)
_OF_EACH_BEST = re.compile(
    r"\b(?:each|every|their|its|per|by|and|with)\b|각각|각\s|별|[과와]\s|이름|목록", re.IGNORECASE
)
_OF_THEM = re.compile(r"\b(?:has|have|had|is|are|was|were)\b|비율", re.IGNORECASE)
_VERB = re.compile(r"\b(?:is|are|was|were|came|come|comes|had|have|went)\b|중에?서?\s|가운데")


_BESIDE = re.compile(
    r"\s*(?:,? ?and|,|plus|along with|together with)(?: (?:its|their|the|as an?|what))?\s*"
    r"|(?:과|와|하고|이?랑|,|및)\s*(?:그\s)?",
    re.IGNORECASE,
)


def stands_beside(seen: Recognised) -> bool:
    """ "The number of orders and the share of each priority", 매장별 매출과 비중: the figure and its part of all."""
    share = seen.first("share")
    if share is None:
        return False
    figures = [f.span[1] for f in seen.found if f.name.role in ("measure", "rows")]
    counts = [o.span[1] for o in seen.operators if o.kind == "count"]
    said = seen.text.text
    own = (said[end : share.span[0]] for end in (*figures, *counts) if end <= share.span[0])
    again = [f.span for f in seen.found if f.name.role == "measure" and f.span[1] <= share.span[0]]
    twice = any(_BESIDE.fullmatch(said[a[1] : b[0]]) for a, b in pairwise(again) if a != b)
    return twice or any(_BESIDE.fullmatch(between) for between in own)


def first(conditions: list[Condition], seen: Recognised) -> list[Condition]:
    """Of several conditions the one that the share is of: what is said behind the verb or 중, or the only flag."""
    if len(conditions) == 1:
        return conditions
    rates = [k for k, s in seen.values if seen.text.text[s[1] : s[1] + 1] in ("율", "률")]  # OTA 예약의 취소율
    if len(rates) == 1 and sum(c.column == rates[0] for c in conditions) == 1:
        return sorted(conditions, key=lambda c: c.column != rates[0])
    verb = _VERB.search(seen.text.text)
    places = [*seen.values, *((f.name.column, f.span) for f in seen.found if f.name.role == "flag")]
    later = [c for c in conditions if verb and any(k == c.column and s[0] >= verb.end() for k, s in places)]
    flags = [c for c in conditions if not c.values]
    if len(flags) == 1 and len(later) != 1:
        return [flags[0], *(c for c in conditions if c is not flags[0])]
    share = seen.first("share")
    if not later and share is not None:  # "the share of negative tweets from returning customers"
        later = [c for c in conditions if any(k == c.column and seen.before(s) == share for k, s in seen.values)]
    if len(later) != 1:
        raise Unread("a share of what is not clear")
    return [later[0], *(c for c in conditions if c is not later[0])]


def bound_first(kept: list[Condition], inner: list[Condition], seen: Recognised) -> list[Condition]:
    """ "What percentage of the suppliers in Asia have a negative balance": of those in Asia, by what is said behind the
    verb or 중. Raises Unread."""
    verb = _VERB.search(seen.text.text)
    bound = seen.first("above", "least", "below", "most")
    places = [span for column, span in seen.values if any(c.column == column for c in kept)]
    if verb is None or bound is None or len(inner) != 1 or len(places) != len(kept):
        raise Unread("a share of what is not clear")
    if bound.span[0] >= verb.end() and all(end <= verb.start() for _, end in places):
        return [*inner, *kept]
    raise Unread("a share of what is not clear")


def is_of_each(seen: Recognised) -> bool:
    """ "What share of Asia's revenue did each segment account for": each group's part of what the conditions leave."""
    share = seen.first("share")
    if share is None:
        return False
    before, behind = seen.text.text[: share.span[0]].removesuffix("the "), seen.text.text[share.span[1] :]
    return any(match is not None for match in (_OF_EACH.search(behind), _OF_EACH.search(before)))


def is_of_the_best(question: str) -> bool:
    """ "What share of revenue came from the top 10 customers", 상위 10개 고객의 매출 비중은: that of them together."""
    return bool(_OF_BEST.search(question)) and not _OF_EACH_BEST.search(question)


def is_bound_of_them(seen: Recognised) -> bool:
    """ "For every region, what share of the suppliers has a negative balance": of those of the region."""
    share, bound = seen.first("share"), seen.first("above", "least", "below", "most")
    if share is None or bound is None:
        return False
    return bool(_OF_THEM.search(seen.text.text[share.span[0] : bound.span[0]])) or bool(
        bound.span[1] <= share.span[0] and _OF_THEM.fullmatch(seen.text.text[slice(*share.span)])
    )
