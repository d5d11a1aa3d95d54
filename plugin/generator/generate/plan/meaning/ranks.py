"""What a question ranks or sorts, by what and within what: "top 5 customers", "worst first", the best of each month."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugin.generator.ask import Ask
from plugin.generator.generate.plan.meaning import roles
from plugin.generator.generate.plan.meaning.tree import Order
from plugin.generator.generate.plan.recognition.measure import Measure
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import Recognised

_BAD = re.compile(
    r"\b(?:reject|late|cancel|refund|return|complain|no-?show|error|defect|fail|churn|overdue|delay|absen|scrap|loss|damage"
    r"|decline|denied|denial|missed|unpaid|wait)",
    re.IGNORECASE,
)
"""Of these more is worse."""
_TOP = re.compile(r"top|best|first|bottom|worst", re.IGNORECASE)
_EACH_UNIT = re.compile(r"^(?:each|every)\b|별$|마다$", re.IGNORECASE)


def order_of(seen: Recognised, ranked: Operator | None, groups: Sequence[str]) -> Order | None:
    if ranked is not None:
        head = roles.head(seen, groups)
        within = tuple(g for g in groups if g != head) if head else ()
        moved = seen.first("previous", "difference", "growth", "moved")
        if ranked.of == "worst":
            return Order(bool(_BAD.search(seen.text.text)), int(ranked.number or 1), ranked.skip, within)
        falls = moved and any(o.of == "falling" for o in seen.operators)
        return Order((ranked.kind == "top") != bool(falls), int(ranked.number or 1), ranked.skip, within)
    by = seen.first("sorted")
    if by is not None and by.of == "worst":
        return Order(bool(_BAD.search(seen.text.text)))
    return Order(by.of != "rising") if by else None


def extreme(
    ranked: Operator | None, found: list[Measure], groups: Sequence[str], *, has_units: bool
) -> tuple[Operator | None, list[Measure]]:
    """ "The highest balance" of all rows, or of each group, is a figure, not a rank."""
    if [m.aggregate for m in found] in (["max"], ["min"]):
        return None, found
    if (
        ranked is None
        or groups
        or has_units
        or ranked.number is not None
        or ranked.skip
        or ranked.of in ("price", "sold")
    ):
        return ranked, found
    if len(found) != 1 or found[0].aggregate != "value":
        return ranked, found
    return None, [Measure("max" if ranked.kind == "top" else "min", found[0].column)]


def ranks_a_count(seen: Recognised, ranked: Operator) -> bool:
    """ "Top 5 customers" of rows that know how many customers there were, and not which."""
    said = seen.text.text[slice(*ranked.span)]
    if ranked.of or not _TOP.match(said) or not (ranked.number is not None or said.casefold() in ("top", "the top")):
        return False
    counts = (f for f in seen.found if f.name.role == "measure" and f.name.counted)
    return any(seen.before(f.span) is ranked for f in counts)


def is_of_each_unit(ask: Ask) -> bool:
    """ "The best store in each month", 월별로 가장 많이 팔린 상품; "the highest monthly revenue" is one of all."""
    return any(_EACH_UNIT.search(said) for said, _ in ask.groupings)
