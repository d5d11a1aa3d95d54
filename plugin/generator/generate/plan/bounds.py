"""The bounds on figures: more than 100 orders, an average of at least 4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.measures import Measure, measure_of, medians
from plugin.generator.generate.plan.operators import Operator
from plugin.generator.generate.plan.seen import BOUNDS, Found, Recognised

_PERCENT = re.compile(r"%|percent|퍼센트|프로", re.IGNORECASE)


@dataclass(frozen=True)
class Bound:
    """A comparison of a measure with a number."""

    measure: Measure
    sign: str
    number: float


def bounds_of(seen: Recognised, asked: Sequence[Measure], table: CatalogTable) -> list[Bound]:
    """Each on the measure beside it, or where there is but one measure on that. Raises Unread."""
    found: list[Bound] = []
    for operator in (o for o in seen.operators if o.kind in BOUNDS):
        if operator.number is None:
            raise Unread("a bound without a number")
        named = [one for one in seen.found if one.name.role in ("measure", "rows")]
        near = [one for one in named if seen.bound(one.span) == operator or one.span == operator.span]
        near = [one for one in near if one.name.role == "measure" or seen.is_counted(one.span)]
        if not operator.of:  # "orders over 50 euros"
            near = [one for one in near if one.span == operator.span] or near
        if len(near) == 1:
            average = seen.first("average") is not None and seen.before(near[0].span) == seen.first("average")
            (measure,) = (
                medians([measure_of(near[0], seen, table, average)], seen)
                if average
                else [measure_of(near[0], seen, table, average=False)]
            )
            if _is_of_many(near[0], measure, asked, seen):
                raise Unread("how many, or how much")
        elif len(asked) == 1 and not (seen.first("count") and asked[0].aggregate in ("rows", "distinct")):
            measure = asked[0]
        else:
            raise Unread("a bound of what is not clear")
        if operator.of in ("price", "cost") and measure.aggregate != "value":
            raise Unread("the price of a sum")
        found.append(Bound(measure, BOUNDS[operator.kind], _number(operator, measure, seen, table)))
        if operator.upper is not None:
            found.append(Bound(measure, BOUNDS["most"], operator.upper))
    return found


def _is_of_many(one: Found, measure: Measure, asked: Sequence[Measure], seen: Recognised) -> bool:
    """ "The best average rating with at least 50 ratings" bounds how many there are."""
    averaged = any(m.aggregate == "average" and m.column == measure.column for m in asked)
    return averaged and measure.aggregate == "value" and seen.text.text[slice(*one.span)].casefold().endswith("s")


def _number(operator: Operator, measure: Measure, seen: Recognised, table: CatalogTable) -> float:
    """5 % of a column that holds fractions is 0.05. Raises Unread where nobody says what it holds."""
    number = operator.number or 0.0
    if not _PERCENT.search(seen.text.text[slice(*operator.span)]):
        return number
    known = table.column(measure.column) if operator.upper is None else None
    if measure.aggregate in ("value", "average") and known is not None and "fraction" in known.description:
        return round(number / 100, 12)
    if measure.aggregate == "ratio" and measure.times == 100:
        return number
    raise Unread("percent of what")
