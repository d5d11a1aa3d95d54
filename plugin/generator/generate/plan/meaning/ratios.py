"""One figure divided by another: "profit as a percentage of revenue", "items per order"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog_sync.model import CatalogTable
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.measured import divided, measure_of, times
from plugin.generator.generate.plan.names.additive import adds_up, counts_again
from plugin.generator.generate.plan.recognition.measure import Measure
from plugin.generator.generate.plan.words.seen import Found, Recognised

_WENT = re.compile(
    r"^\s*(?:goes|go|went) (?:in)?to\b|^\s*(?:is|was|were) (?:lost to|spent on|given away as)\b", re.IGNORECASE
)


def quotient(named: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure | None:
    """ "Profit as a percentage of revenue", 매출 대비 이익. Raises Unread."""
    operator = seen.first("over")
    if operator is None:
        return _part_of(named, seen, table)
    rates = [one for one in named if one.name.over]
    if len(named) == 2 and len(rates) == 1 and any(one.name.column == rates[0].name.over for one in named):
        return divided(rates[0], seen, table)  # "the gross margin as a percentage of revenue"
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
    return Measure("ratio", part.column, part, over, times(seen))


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
    return Measure("ratio", above.column, above, below, times(seen))


def is_divisor(one: Found, seen: Recognised) -> bool:
    """ "per order", 주문당: of what is counted. Per store, where stores have names, is a row for each unless an average
    is asked for."""
    each = [o for o in (seen.before(one.span), seen.behind(one.span)) if o and o.kind == "each" and o.of == "per"]
    is_single = any("인" in seen.text.text[slice(*o.span)] for o in each)  # 고객 1인당
    is_one = one.name.own or is_single or seen.is_of_groups() or seen.averages_lots()
    return bool(each) and one.name.counted and is_one


def is_per(one: Found, seen: Recognised) -> bool:
    """ "Calls per active user", where active users are a figure too; 클릭당 비용."""
    beside = (o for o in (seen.before(one.span), seen.behind(one.span)) if o is not None)
    return one.name.role == "measure" and any(o.kind == "each" and o.of == "per" for o in beside)


def is_added(one: Found, table: CatalogTable) -> bool:
    """ "Revenue per room sold" of rows that each have both."""
    column = one.name.column if table.view is None and not one.name.over else ""
    return bool(column) and adds_up(column) and not counts_again(column)


def ratio(of: Sequence[Found], over: Sequence[Found], seen: Recognised, table: CatalogTable) -> Measure:
    if len(of) != 1 or len(over) != 1:
        raise Unread("what is divided by what")
    below = over[0].name
    if below.role == "measure":
        divisor = Measure("sum", below.column)
        if not (is_added(over[0], table) or (table.view and table.view.measures.get(below.column) == "sum")):
            raise Unread(f"{below.column} may not be added up")
    else:
        divisor = Measure("distinct", below.column) if below.column else Measure("rows")
    above = measure_of(of[0], seen, table, average=False, is_part=True)
    if above.aggregate == "value" and table.view is None:
        above = Measure("sum", above.column)
    if above.aggregate not in ("sum", "rows"):
        raise Unread("what is divided by what")
    return Measure("ratio", above.column, above, divisor)
