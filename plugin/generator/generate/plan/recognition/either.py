"""Which of two: "Did Brooklyn or Chicago sell more?", 유럽이랑 아시아 중 어디 매출이 더 많아."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.vectors.korean import has_hangul
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.patterns import Kind
from plugin.generator.generate.plan.words.seen import Recognised

_DEGREES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "top",
        re.compile(
            r"\b(?:more|higher|greater|larger|bigger)\b(?!\s+than)|더\s*(?:많|높|크|컸|큰)[가-힣]*", re.IGNORECASE
        ),
    ),
    ("bottom", re.compile(r"\b(?:less|fewer|lower|smaller)\b(?!\s+than)|더\s*(?:적|낮|작)[가-힣]*", re.IGNORECASE)),
)
_SOLD = re.compile(r"\b(?:sell|sold|make|made|earn|earned|take in|took in|bring in|brought in) $", re.IGNORECASE)
_OR = frozenset(("or", ", or"))
_AND = frozenset(("이랑", "랑", "와", "과", "하고", "이나", "나"))
_OF_THEM = re.compile(r"\s*(?:둘\s?)?중(?:에서?)?(?=\s)")


def either(seen: Recognised) -> None:
    """The values are what is ranked. Takes the place of the degree."""
    column = _of_two(seen)
    if not column or seen.first("top", "bottom", "difference"):
        return
    for kind, pattern in _DEGREES:
        match = next((m for m in pattern.finditer(seen.text.text) if seen.text.is_free(m.span())), None)
        if match is not None:
            seen.text.take(match.span())
            is_money = _SOLD.search(seen.text.text, 0, match.start()) and not _names_figure(seen)
            operator = Operator(kind, match.span(), of="money" if is_money else "")
            seen.operators = tuple(sorted((*seen.operators, operator), key=lambda o: o.span))
            seen.either = column
            return


def _of_two(seen: Recognised) -> str:
    """The one column of which two values are named as a choice."""
    two = [column for column, values in seen.filters.items() if len(set(values)) == 2]
    if len(two) != 1:
        return ""
    places: Sequence[tuple[int, int]] = sorted(place for column, place in seen.values if column == two[0])
    if len(places) != 2:
        return ""
    between = seen.text.between(places[0][1], places[1][0])
    if has_hangul(seen.text.text):
        return two[0] if between in _AND and _OF_THEM.match(seen.text.text, places[1][1]) else ""
    return two[0] if between in _OR else ""


def _names_figure(seen: Recognised) -> bool:
    return any(f.name.role in ("measure", "rows") for f in seen.found)
