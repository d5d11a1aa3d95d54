"""A figure that is named once to tell of which things, and once more to be shown: "that cost more than 10, with the
price", 소매가가 1,910달러 넘는 부품 이름하고 가격."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backends.vectors.korean import has_hangul
from plugin.generator.generate.plan.words.seen import Found, Recognised
from plugin.generator.generate.plan.words.text import Span

_WITH = re.compile(
    r"(?:,? (?:with|and|plus|along with)(?: also)? (?:the|its|their)|(?:[과와]|이?랑|하고|및))$", re.IGNORECASE
)
_AGAIN = re.compile(
    r"(?<=[가-힣])(?:[과와]|이?랑|하고|,|\s및)\s(?:그\s|해당\s)?(?P<figure>금액|가격|값|액수|수치|숫자)(?=[은는이가을를도좀\s?.]|$)"
)


def korean(seen: Recognised) -> Iterator[Found]:
    """이름과 가격: the one figure that is spoken of, by a word for any. Takes the place."""
    figures = [f for f in seen.found if f.name.role == "measure"]
    if len({f.name.column for f in figures}) != 1 or not has_hangul(seen.text.text):
        return
    for match in _AGAIN.finditer(seen.text.text):
        span: Span = match.span("figure")
        if seen.text.is_free(span):
            seen.text.take(span)
            yield Found(figures[0].name, span)


def is_shown_too(one: Found, other: Found, seen: Recognised) -> bool:
    """The other asks to see what the one only bounds."""
    if seen.bound(other.span) is not None or any(o.span == other.span for o in seen.operators):
        return False
    return bool(_WITH.search(seen.text.text[one.span[1] : other.span[0]].rstrip()))


def shown_too(seen: Recognised) -> set[str]:
    """The columns of which that is so."""
    found: Sequence[Found] = [f for f in seen.found if f.name.role == "measure"]
    pairs = ((a, b) for a in found for b in found if a.span[1] <= b.span[0] and a.name.column == b.name.column)
    return {a.name.column for a, b in pairs if is_shown_too(a, b, seen)}
