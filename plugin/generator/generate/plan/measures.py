"""The figures that a question asks for: sums, counts, averages, quotients; and the bounds on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.seen import BOUNDS, Found, Recognised

Aggregate = Literal["sum", "average", "rows", "distinct", "value", "ratio", "max", "min"]


@dataclass(frozen=True)
class Measure:
    """`value`: the column as it stands, one row for each of what is asked for. `ratio`: `part` divided by `over`."""

    aggregate: Aggregate
    column: str = ""
    part: Measure | None = None
    over: Measure | None = None


@dataclass(frozen=True)
class Bound:
    """A comparison of a measure with a number."""

    measure: Measure
    sign: str
    number: float


def measures(seen: Recognised, table: CatalogTable, noun: tuple[str, ...], *, has_units: bool) -> list[Measure]:
    """`noun`: what a row is; beside a measure it only says of whom one speaks. Raises Unread."""
    average = seen.first("average") is not None
    different = [one.name.column for one in seen.found if one.name.role == "dimension" and seen.is_distinct(one.span)]
    if different and average:
        raise Unread("an average of a count")
    named = [one for one in seen.found if one.name.role in ("measure", "rows")]
    others = [one for one in named if one.name.role == "measure" or one.name.form != noun or seen.is_counted(one.span)]
    named = others or named
    over = [one for one in named if _is_divisor(one, seen)]
    if over:
        return [_ratio([one for one in named if one not in over], over, seen, table)]
    if any(one.name.role == "measure" and not one.name.counted for one in named):
        named = [one for one in named if one.name.role == "rows" or not one.name.counted or seen.is_counted(one.span)]
    found = [_measure(one, seen, table, average and not has_units) for one in named]
    if average and any(m.aggregate not in (("sum", "rows", "distinct") if has_units else ("average",)) for m in found):
        raise Unread("an average of sums")
    return list(dict.fromkeys([*found, *(Measure("distinct", column) for column in different)]))


def bounds(seen: Recognised, asked: Sequence[Measure], table: CatalogTable) -> list[Bound]:
    """Each on the measure beside it, or where there is but one measure on that. Raises Unread."""
    found: list[Bound] = []
    for operator in (o for o in seen.operators if o.kind in BOUNDS):
        if operator.number is None:
            raise Unread("a bound without a number")
        named = [one for one in seen.found if one.name.role in ("measure", "rows")]
        near = [one for one in named if seen.bound(one.span) == operator]
        near = [one for one in near if one.name.role == "measure" or seen.is_counted(one.span)]
        if len(near) == 1:
            average = seen.first("average") is not None and seen.before(near[0].span) == seen.first("average")
            measure = _measure(near[0], seen, table, average)
        elif len(asked) == 1 and not (seen.first("count") and asked[0].aggregate in ("rows", "distinct")):
            measure = asked[0]
        else:
            raise Unread("a bound of what is not clear")
        found.append(Bound(measure, BOUNDS[operator.kind], operator.number))
    return found


def is_by_row(table: CatalogTable) -> bool:
    """One thing a row, told apart by one key."""
    return len(table.view.grain if table.view else table.primary_key) == 1


def _is_divisor(one: Found, seen: Recognised) -> bool:
    """ "per order", 주문당: of what is counted. Per store, where stores have names, is a row for each unless an average
    is asked for."""
    if not one.name.counted or not (one.name.own or seen.first("average")):
        return False
    return any(
        o is not None and o.kind == "each" and o.of == "per" for o in (seen.before(one.span), seen.behind(one.span))
    )


def _ratio(of: Sequence[Found], over: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure:
    if len(of) != 1 or len(over) != 1:
        raise Unread("what is divided by what")
    below = over[0].name
    if below.role == "measure":
        divisor = Measure("sum", below.column)
        if table.view is None or table.view.measures.get(below.column) != "sum":
            raise Unread(f"{below.column} may not be added up")
    else:
        divisor = Measure("distinct", below.column) if below.column else Measure("rows")
    above = _measure(of[0], seen, table, average=False, is_part=True)
    if above.aggregate == "value" and table.view is None:
        above = Measure("sum", above.column)
    if above.aggregate not in ("sum", "rows", "distinct"):
        raise Unread("what is divided by what")
    return Measure("ratio", above.column, above, divisor)


def _measure(one: Found, seen: Recognised, table: CatalogTable, average: bool, *, is_part: bool = False) -> Measure:
    is_part = is_part or seen.first("share") is not None
    if one.name.role == "rows":
        if not (seen.is_counted(one.span) or is_part):
            raise Unread("whether rows are to be counted")
        return Measure("distinct", one.name.column) if one.name.column else Measure("rows")
    column, view = one.name.column, table.view
    each_row = is_by_row(table)
    how = (view.measures.get(column, "") if view else "").casefold()
    if one.name.counted and not seen.is_counted(one.span) and not is_part and (average or len(seen.found) == 1):
        raise Unread("whether a count is meant")
    if average:
        if not each_row:
            raise Unread("an average over rows that are sums already")
        return Measure("average", column)
    if how == "sum" or (view is None and each_row and seen.first("total")):
        return Measure("sum", column)
    if each_row:
        return Measure("value", column)
    raise Unread(f"{column} may not be added up")
