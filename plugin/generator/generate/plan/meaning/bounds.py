"""The bounds on figures: more than 100 orders, an average of at least 4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog_sync.model import CatalogTable
from plugin.generator import units
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.measured import measure_of
from plugin.generator.generate.plan.meaning.measures import medians
from plugin.generator.generate.plan.names.figures import ROWS, quotients
from plugin.generator.generate.plan.recognition.measure import Measure
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.seen import BOUNDS, Found, Recognised

_MONEY = re.compile(r"[$€£₩]|달러|유로|\d\s?(?:천|만|억)?\s?원")
_PERCENT = re.compile(r"%|percent|퍼센트|프로", re.IGNORECASE)


@dataclass(frozen=True)
class Bound:
    """A comparison of a measure with a number. `named`: the measure that the question names, where that is another."""

    measure: Measure
    sign: str
    number: float
    named: Measure | None = None


_UNIT = re.compile(
    r"\d\s*(시간|분|초|일|주|톤|kg|km|킬로그램|그램|미터|hours?|minutes?|days?)(?![가-힣a-z])", re.IGNORECASE
)


def _is_averaged(one: Found, seen: Recognised) -> bool:
    """ "An average rating above 4", "an average review rating above 4"."""
    average = seen.first("average")
    if average is None or average.span[1] > one.span[0]:
        return False
    between = seen.text.text[average.span[1] : one.span[0]]
    others = (f for f in seen.found if f is not one and average.span[1] <= f.span[0] < one.span[0])
    is_noun = len(between.split()) == 1 and "," not in between and not any(f.name.role == "measure" for f in others)
    return seen.before(one.span) == average or is_noun


def bounds_of(seen: Recognised, asked: Sequence[Measure], table: CatalogTable) -> list[Bound]:
    """Each on the measure beside it, or where there is but one measure on that. Raises Unread."""
    found: list[Bound] = []
    for operator in (o for o in seen.operators if o.kind in BOUNDS):
        if operator.number is None:
            raise Unread("a bound without a number")
        named = [one for one in seen.found if one.name.role in ("measure", "rows")]
        near = [one for one in named if seen.bound(one.span) == operator or one.span == operator.span]
        near = [one for one in near if one.name.role == "measure" or seen.is_counted(one.span)]
        near = [one for one in near if one.span == operator.span] or near  # "orders over 50 euros"
        things = [f.name.column for f in seen.found if f.name.role == "dimension" and seen.many(f.span) == operator]
        if len(things) == 1 and not near:
            measure = Measure("distinct", things[0])
        elif len(near) == 1:
            average = _is_averaged(near[0], seen)
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
        if measure.aggregate in ("rows", "distinct") and _MONEY.search(seen.text.text[slice(*operator.span)]):
            raise Unread("money, and how many")
        bound = _in_percent(measure, operator, seen, table)
        found.append(Bound(bound, BOUNDS[operator.kind], _number(operator, bound, seen, table)))
        found[-1] = replace(found[-1], named=measure) if bound != measure else found[-1]
        if operator.upper is not None:
            found.append(Bound(measure, BOUNDS["most"], operator.upper))
    return found


def _is_of_many(one: Found, measure: Measure, asked: Sequence[Measure], seen: Recognised) -> bool:
    """ "The best average rating with at least 50 ratings" bounds how many there are."""
    averaged = any(m.aggregate == "average" and m.column == measure.column for m in asked)
    return averaged and measure.aggregate == "value" and seen.text.text[slice(*one.span)].casefold().endswith("s")


def _in_percent(measure: Measure, operator: Operator, seen: Recognised, table: CatalogTable) -> Measure:
    """ "A discount over 5 %" is one of `discount_rate` rather than of `discount_amount`."""
    if measure.aggregate != "value" or not _PERCENT.search(seen.text.text[slice(*operator.span)]):
        return measure
    first = measure.column.split("_")[0]
    rates = [c.name for c in table.columns if c.name.split("_")[0] == first and "fraction" in c.description]
    return replace(measure, column=rates[0]) if len(rates) == 1 else measure


def _number(operator: Operator, measure: Measure, seen: Recognised, table: CatalogTable) -> float:
    """5 % of a column that holds fractions is 0.05. Raises Unread where nobody says what it holds."""
    number = operator.number or 0.0
    if (unit := _UNIT.search(seen.text.text[slice(*operator.span)])) and measure.column:
        known = table.column(measure.column)
        exact = units.in_unit_of(known, repr(number), unit[1]) if known is not None else repr(number)
        if exact is None:
            raise Unread("another unit")
        return float(exact)
    if not _PERCENT.search(seen.text.text[slice(*operator.span)]):
        return number
    known = table.column(measure.column) if operator.upper is None else None
    if measure.aggregate in ("value", "average") and known is not None and "fraction" in known.description:
        return round(number / 100, 12)
    if measure.aggregate == "ratio" and operator.upper is None and (measure.times == 100 or _is_rate(measure, table)):
        return number if measure.times == 100 else round(number / 100, 12)
    raise Unread("percent of what")


def _is_rate(measure: Measure, table: CatalogTable) -> bool:
    """By its name a part of what it is divided by: a return rate, a margin."""
    over = measure.over
    below = ROWS if over is None or over.aggregate == "rows" else over.column
    return any((q.part, q.over) == (measure.column, below) for q in quotients(table))
