"""The figures that a question asks for: sums, counts, averages, quotients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import CatalogTable
from plugin.generator import tables
from plugin.generator.generate.plan.additive import adds_up, counts_again, is_mean, is_of_one
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.figures import ROWS
from plugin.generator.generate.plan.patterns import Kind
from plugin.generator.generate.plan.seen import Found, Recognised

Aggregate = Literal["sum", "average", "rows", "distinct", "value", "ratio", "flagged", "filled", "max", "min", "median"]

_BUT_FOR = re.compile(r"\b(?:before|after|including|excluding|plus|minus|net of|less)\s+$", re.IGNORECASE)
_ADNOMINAL = frozenset(("된", "한", ""))
_A = re.compile(r"\b(?:an?|both|(?:contain|includ)(?:e|s|es|ed|ing)?) $", re.IGNORECASE)
_WENT = re.compile(
    r"^\s*(?:goes|go|went) (?:in)?to\b|^\s*(?:is|was|were) (?:lost to|spent on|given away as)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Measure:
    """`value`: the column as it stands, one row for each of what is asked for. `ratio`: `part` divided by `over`, of
    100 where `times` says so. `flagged`: the rows of which a flag is true; `filled`: those that have one."""

    aggregate: Aggregate
    column: str = ""
    part: Measure | None = None
    over: Measure | None = None
    times: int = 1


def measures(seen: Recognised, table: CatalogTable, noun: tuple[str, ...], *, has_units: bool) -> list[Measure]:
    """`noun`: what a row is; beside a measure it only says of whom one speaks. Raises Unread."""
    average = seen.first("average") is not None
    different = [one.name.column for one in seen.found if one.name.role == "dimension" and seen.is_distinct(one.span)]
    if different and has_hangul(seen.text.text) and _are_rows(different, seen, table):
        raise Unread("kinds, or rows")
    if different and average:
        raise Unread("an average of a count")
    if any(
        (c := table.column(name)) is not None and tables.is_time(c) and tables.is_beginning(c) for name in different
    ):
        raise Unread("the days of what")  # "how many days was each store open"
    named = [one for one in seen.found if one.name.role in ("measure", "rows")]
    if not seen.either and any(_BUT_FOR.search(seen.text.text, 0, one.span[0]) for one in named):
        raise Unread("a figure before or after another")
    if any(_is_by_others(one, seen) for one in named):
        raise Unread("by what is not here")
    if any(_is_one_of_them(one, seen) for one in named):
        raise Unread("whether a count is meant")
    named = _asked_for(named, seen, noun)
    if (different or any(seen.is_counted(one.span) for one in named)) and any(_may_be_done(one, seen) for one in named):
        raise Unread("a count, or what is done")
    if quotient := _quotient(named, seen, table):
        return medians([quotient], seen)
    over = [one for one in named if _is_divisor(one, seen) or (_is_per(one, seen) and _is_added(one, table))]
    if any(_is_per(one, seen) for one in named if one not in over):
        raise Unread("what is divided by what")
    if over:
        return medians([_ratio([one for one in named if one not in over], over, seen, table)], seen)
    if any(one.name.role == "measure" and not one.name.counted for one in named):
        named = [one for one in named if one.name.role == "rows" or not one.name.counted or seen.is_counted(one.span)]
    averaged = _averaged(named, seen) if average else []
    if (
        has_units
        and not different
        and len(named) == 1
        and named[0].name.role == "rows"
        and not (named[0].name.column or average)
    ):
        return [Measure("rows")]  # "orders per month"
    found = [measure_of(one, seen, table, one in averaged and not has_units) for one in named]
    if has_units and table.view is None and is_by_row(table):
        each = [_is_of_each(m) for one, m in zip(named, found, strict=True) if one in averaged]
        if each and all(each):  # the average rating of each month, not that of its sums
            return [
                replace(m, aggregate="average") if one in averaged else m for one, m in zip(named, found, strict=True)
            ]
    fit = ("sum", "rows", "distinct") if has_units else ("average",)
    if any(m.aggregate not in fit for one, m in zip(named, found, strict=True) if one in averaged):
        raise Unread("an average of sums")
    return medians(list(dict.fromkeys([*found, *(Measure("distinct", column) for column in different)])), seen)


def _is_by_others(one: Found, seen: Recognised) -> bool:
    """ "Revenue by customers" of rows that know how many customers there were, and not which."""
    before = seen.before(one.span)
    is_by = before is not None and before.kind == "each" and before.of != "per"
    return (
        is_by and one.name.role == "measure" and one.name.counted and not seen.first("top", "bottom", "sorted", "share")
    )


def _are_rows(different: Sequence[str], seen: Recognised, table: CatalogTable) -> bool:
    """한국어 자료는 몇 개 asks for the rows, where 자료 is their kind; 몇 가지, 몇 종 asks for the kinds."""
    count = seen.first("count")
    named = all(column.casefold().endswith(("name", "id", "title")) for column in different)
    kinds = count is None or count.of == "distinct" or named
    return not kinds and is_by_row(table) and bool(seen.filters)


def _is_one_of_them(one: Found, seen: Recognised) -> bool:
    """ "How many orders contained a beverage" asks for no `beverage_count`."""
    is_count = one.name.role == "measure" and one.name.counted and not seen.is_counted(one.span)
    return is_count and bool(_A.search(seen.text.text, 0, one.span[0]))


def _asked_for(named: list[Found], seen: Recognised, noun: tuple[str, ...]) -> list[Found]:
    """Without those that only say of whom one speaks, or what another is of."""
    others = [one for one in named if one.name.role == "measure" or one.name.form != noun or seen.is_counted(one.span)]
    others += [one for one in named if one not in others and _is_divisor(one, seen)]
    named = others or named
    whole = any(one.name.role == "rows" and not one.name.column for one in named)
    if whole and seen.first("share"):  # "what share of the tweets of customers"
        named = [one for one in named if one.name.role != "rows" or not one.name.column or seen.is_counted(one.span)]
    rates = {one.name.over for one in named if one.name.over}
    named = [one for one in named if one.name.column not in rates or not one.name.counted]
    named = [one for one in named if not (_is_modifier(one, named, seen) or _is_part_of_before(one, named, seen))]
    if any(one.name.role == "rows" and seen.is_counted(one.span) for one in named):
        named = [one for one in named if one.name.role != "rows" or one.name.column or seen.is_counted(one.span)]
    return named


def _is_of_each(measure: Measure) -> bool:
    return measure.aggregate == "value" and not adds_up(measure.column)


def _may_be_done(one: Found, seen: Recognised) -> bool:
    """ "How many accounts use the feature" asks for no use_count."""
    if not one.name.counted or seen.is_counted(one.span) or one.name.role == "rows":
        return False
    beside = (seen.before(one.span), seen.behind(one.span))
    divides = any(o is not None and o.kind in ("each", "over") for o in beside)
    return not divides and seen.text.may_be_done(one.span)


def medians(found: list[Measure], seen: Recognised) -> list[Measure]:
    """The average that is asked for is the middle one. Raises Unread."""
    average = seen.first("average")
    if average is None or average.of != "median":
        return found
    if not any(m.aggregate == "average" for m in found):
        raise Unread("a median of sums")
    return [replace(m, aggregate="median") if m.aggregate == "average" else m for m in found]


def _is_modifier(one: Found, named: Sequence[Found], seen: Recognised) -> bool:
    """손님 주문, "customer orders", "cancellation fees": the first noun only says whose they are."""
    if not one.name.counted or seen.is_counted(one.span):
        return False
    is_row = one.name.role == "rows" and not one.name.column
    owned = [f for f in named if f.name.counted or (is_row and f.name.role == "measure")]
    return any(f.span[0] > one.span[1] and seen.text.between(one.span[1], f.span[0]) == "" for f in owned)


def _is_part_of_before(one: Found, named: Sequence[Found], seen: Recognised) -> bool:
    """반품된 라인: of the `returned_line_count`, and not all lines beside it."""
    own = set(words(one.name.column).split())
    others = (f for f in named if f.name.counted and f.span[1] <= one.span[0] and f.name.column != one.name.column)
    near = (f for f in others if seen.text.between(f.span[1], one.span[0]) in _ADNOMINAL)
    return one.name.counted and any(own < set(words(f.name.column).split()) for f in near)


def added(measure: Measure, table: CatalogTable) -> Measure:
    """The sum where the figures of rows can be added up; the price of a row stays its price."""
    return by_period(measure, table) if measure.aggregate == "value" and adds_up(measure.column) else measure


def by_period(measure: Measure, table: CatalogTable) -> Measure:
    """ "Billed amount by month" of bills is a sum of each month, not the amount of each bill. Raises Unread."""
    key = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
    if measure.aggregate != "value" or table.view is not None or key is None or tables.is_time(key):
        return measure
    if not adds_up(measure.column):
        raise Unread(f"{measure.column} of a period")
    return replace(measure, aggregate="sum")


def summed(measure: Measure, seen: Recognised, table: CatalogTable, *, single: bool) -> Measure:
    """ "How many pieces were ordered", "the revenue in March" is one figure, not one of each row; the price of a
    `single` thing and the amounts of orders are. Raises Unread where it is neither."""
    if measure.aggregate != "value" or single:
        return measure
    said = [one for one in seen.found if one.name.column == measure.column]
    if any(seen.is_distinct(one.span) for one in said):
        return replace(measure, aggregate="sum")
    if table.view is not None or not said or any(_is_plural(one, seen) for one in said):
        return measure
    if adds_up(measure.column):
        return replace(measure, aggregate="sum")
    if seen.periods or any(one.name.alike for one in said):
        raise Unread(f"{measure.column} of all of them")
    return measure


def _is_plural(one: Found, seen: Recognised) -> bool:
    """ "The amounts of": of each row, where the column itself is no plural."""
    said = seen.text.text[slice(*one.span)].casefold().partition(" of ")[0]  # "amount of bills"
    return said.endswith("s") and not one.name.column.casefold().endswith("s")


def _averaged(named: Sequence[Found], seen: Recognised) -> list[Found]:
    """The figure that "average" stands before, where the others are counts or totals by their own words; else all."""
    direct = [one for one in named if _is_told(one, seen, "average")]
    others = [one for one in named if one not in direct]
    if direct and others and all(seen.is_counted(one.span) or _is_told(one, seen, "total") for one in others):
        return direct
    return list(named)


def _is_told(one: Found, seen: Recognised, kind: Kind) -> bool:
    before = seen.before(one.span)
    return (before is not None and before.kind == kind) or any(
        (o.kind, o.span) == (kind, one.span) for o in seen.operators
    )


def _quotient(named: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure | None:
    """ "Profit as a percentage of revenue", 매출 대비 이익. Raises Unread."""
    operator = seen.first("over")
    if operator is None:
        return _part_of(named, seen, table)
    rates = [one for one in named if one.name.over]
    if len(named) == 2 and len(rates) == 1 and any(one.name.column == rates[0].name.over for one in named):
        return _divided(rates[0], seen, table)  # "the gross margin as a percentage of revenue"
    before = [one for one in named if one.span[1] <= operator.span[0]]
    behind = [
        one for one in named if one.span[0] >= operator.span[1] and not seen.text.between(operator.span[1], one.span[0])
    ]
    if operator.behind:
        before, behind = behind, [one for one in before if not seen.text.between(one.span[1], operator.span[0])]
    if len(before) != 1 or len(behind) != 1 or len(named) != 2 or seen.first("average"):
        raise Unread("what is divided by what")
    part, over = (measure_of(one, seen, table, average=False, is_part=True) for one in (before[0], behind[0]))
    if table.view is None:
        part, over = (replace(m, aggregate="sum") if m.aggregate == "value" else m for m in (part, over))
    if part.aggregate not in ("sum", "rows") or over.aggregate not in ("sum", "rows"):
        raise Unread("what is divided by what")
    return Measure("ratio", part.column, part, over, _times(seen))


def _part_of(named: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure | None:
    """ "What percentage of gross revenue went into discounts?" """
    share = seen.first("share")
    if share is None or share.of != "percent" or len(named) != 2 or table.view is None:
        return None
    whole, part = named
    if whole.name.counted or part.name.counted:
        return None
    if seen.before(whole.span) != share or not _WENT.search(seen.text.text[whole.span[1] : part.span[0]]):
        return None
    above, below = (measure_of(one, seen, table, average=False, is_part=True) for one in (part, whole))
    if above.aggregate != "sum" or below.aggregate != "sum":
        return None
    return Measure("ratio", above.column, above, below, _times(seen))


def _times(seen: Recognised) -> int:
    return 100 if any(o.of == "percent" for o in seen.operators) else 1


def is_by_row(table: CatalogTable) -> bool:
    """One thing a row, told apart by one key."""
    return len(table.view.grain if table.view else table.primary_key) == 1


def _is_tie(table: CatalogTable) -> bool:
    """Each row ties things together: an offer of a part by a supplier."""
    keys = {column for key in table.foreign_keys for column in key.columns}
    return table.view is None and len(table.primary_key) > 1 and keys.issuperset(table.primary_key)


def _is_divisor(one: Found, seen: Recognised) -> bool:
    """ "per order", 주문당: of what is counted. Per store, where stores have names, is a row for each unless an average
    is asked for."""
    each = [o for o in (seen.before(one.span), seen.behind(one.span)) if o and o.kind == "each" and o.of == "per"]
    is_single = any("인" in seen.text.text[slice(*o.span)] for o in each)  # 고객 1인당
    is_one = one.name.own or is_single or seen.is_of_groups() or seen.first("average") is not None
    return bool(each) and one.name.counted and is_one


def _is_per(one: Found, seen: Recognised) -> bool:
    """ "Calls per active user", where active users are a figure too; 클릭당 비용."""
    beside = (o for o in (seen.before(one.span), seen.behind(one.span)) if o is not None)
    return one.name.role == "measure" and any(o.kind == "each" and o.of == "per" for o in beside)


def _is_added(one: Found, table: CatalogTable) -> bool:
    """ "Revenue per room sold" of rows that each have both."""
    column = one.name.column if table.view is None and not one.name.over else ""
    return bool(column) and adds_up(column) and not counts_again(column)


def _ratio(of: Sequence[Found], over: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure:
    if len(of) != 1 or len(over) != 1:
        raise Unread("what is divided by what")
    below = over[0].name
    if below.role == "measure":
        divisor = Measure("sum", below.column)
        if not (_is_added(over[0], table) or (table.view and table.view.measures.get(below.column) == "sum")):
            raise Unread(f"{below.column} may not be added up")
    else:
        divisor = Measure("distinct", below.column) if below.column else Measure("rows")
    above = measure_of(of[0], seen, table, average=False, is_part=True)
    if above.aggregate == "value" and table.view is None:
        above = Measure("sum", above.column)
    if above.aggregate not in ("sum", "rows"):
        raise Unread("what is divided by what")
    return Measure("ratio", above.column, above, divisor)


def measure_of(one: Found, seen: Recognised, table: CatalogTable, average: bool, *, is_part: bool = False) -> Measure:
    is_part = is_part or seen.first("share") is not None
    if one.name.role == "rows":
        if not (seen.is_counted(one.span) or is_part):
            raise Unread("whether rows are to be counted")
        return Measure("distinct", one.name.column) if one.name.column else Measure("rows")
    if one.name.over:
        return _divided(one, seen, table)
    column, view = one.name.column, table.view
    each_row = is_by_row(table)
    how = (view.measures.get(column, "") if view else "").casefold()
    if one.name.counted and not seen.is_counted(one.span) and not is_part and (average or len(seen.found) == 1):
        raise Unread("whether a count is meant")
    if average:
        if not (each_row or (is_of_one(column) and _is_tie(table))):
            raise Unread("an average over rows that are sums already")
        if is_mean(column):
            raise Unread("an average of averages")
        return Measure("average", column)
    if how == "sum" or (view is None and each_row and seen.first("total")):
        return Measure("sum", column)
    if each_row:
        return Measure("value", column)
    earned = any(o.of == "money" and o.span == one.span for o in seen.operators)
    if view is None and (adds_up(column) or ((earned or _is_told(one, seen, "total")) and not is_of_one(column))):
        return Measure("sum", column)
    raise Unread(f"{column} may not be added up")


def _is_adjective(one: Found) -> bool:
    """ "Late" of `late_line_count`: only a share makes a rate of it."""
    return one.name.form == terms(words(one.name.column))[:1]


def _divided(one: Found, seen: Recognised, table: CatalogTable) -> Measure:
    """A figure that is a quotient by its name: "late rate"."""
    if _is_adjective(one) and not seen.first("share"):
        raise Unread("a rate that nobody asks for")
    known = table.column(one.name.column)
    is_flag = known is not None and known.type.upper().startswith("BOOL")
    is_moment = known is not None and tables.is_time(known)
    part = Measure("flagged" if is_flag else "filled" if is_moment else "sum", one.name.column)
    over = Measure("rows") if one.name.over == ROWS else Measure("sum", one.name.over)
    return Measure("ratio", one.name.column, part, over, _times(seen))
