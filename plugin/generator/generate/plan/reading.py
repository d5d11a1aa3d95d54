"""A question read over one table: measures, groups, conditions, order; or why it can't be read so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.generate.plan import roles
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.lexicon import noun_of
from plugin.generator.generate.plan.operators import Operator
from plugin.generator.generate.plan.recognise import Found, Recognised, recognise
from plugin.generator.generate.plan.wide import Wide
from plugin.generator.understand import dates
from plugin.generator.understand.dates import TimePhrase, Unit

Aggregate = Literal["sum", "average", "rows", "distinct", "value", "ratio"]
_BOUNDS = {"above": ">", "least": ">=", "below": "<", "most": "<="}


@dataclass(frozen=True)
class Measure:
    """`value`: the column as it stands, one row for each of what is asked for. `ratio`: the sum of the column, or where
    it has none the count of rows, divided by `over`."""

    aggregate: Aggregate
    column: str = ""
    over: Measure | None = None


@dataclass(frozen=True)
class Condition:
    """`values` of text columns mean any of them; a flag has none; a bound compares with a number."""

    column: str
    values: tuple[str, ...] = ()
    bound: tuple[str, float] | None = None


@dataclass(frozen=True)
class Reading:
    """`ranked_only`: "which store had the most revenue" asks for the store, not for the revenue. `averaged`: the
    figures of each `units` first, then their average. `growth`: of the second period over the first."""

    wide: Wide
    measures: tuple[Measure, ...] = ()
    groups: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    having: tuple[tuple[Measure, str, float], ...] = ()
    periods: tuple[TimePhrase, ...] = ()
    descending: bool = True
    limit: int | None = None
    ranked_only: bool = False
    share: bool = False
    averaged: bool = False
    growth: bool = False


def read(ask: Ask, wide: Wide) -> Reading:
    """Raises Unread."""
    if ask.language not in ("en", "ko"):
        raise Unread("the language")
    table = wide.table
    seen = recognise(ask.add(values=wide.values(ask.values)), table)
    ranked = seen.first("top", "bottom")
    noun = terms(noun_of(table)) if _is_by_row(table) else ()
    groups = roles.groups(seen, ranked, noun=noun)
    measures = _measures(seen, table, noun, has_units=bool(ask.groupings))
    conditions = [Condition(c, tuple(dict.fromkeys(v))) for c, v in seen.filters.items()]
    conditions += [Condition(f.name.column) for f in seen.found if f.name.role == "flag"]
    bounds = [o for o in seen.operators if o.kind in _BOUNDS]
    having, inner, measures = _bounds(bounds, measures, groups, by_row=_is_by_row(table))
    share = seen.first("share") is not None
    growth = seen.first("growth") is not None
    averaged = seen.first("average") is not None and bool(ask.groupings)
    periods = _halves(ask.periods) if growth else ask.periods
    _check(ask, seen, measures, groups, conditions, ranked, share, bool(bounds))
    if growth and (len(periods) != 2 or ask.groupings or ranked or not measures):
        raise Unread("growth from when to when")
    return Reading(
        wide,
        tuple(measures),
        tuple(groups),
        tuple(unit for _, unit in ask.groupings),
        (*conditions, *inner),
        tuple(having),
        periods,
        descending=ranked is None or ranked.kind == "top",
        limit=int(ranked.number or 1) if ranked else None,
        ranked_only=ranked is not None and ranked.number is None,
        share=share,
        averaged=averaged,
        growth=growth,
    )


def _halves(periods: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """ "from 1995 to 1996" is two periods to one who asks for growth."""
    if len(periods) != 1:
        return periods
    parts = re.split(r"\b(?:from|between|to|and|until)\b|부터|에서|까지|[~∼]", periods[0].text)
    found = [dates.find(part) for part in parts]
    return tuple(phrases[0] for phrases in found if len(phrases) == 1)


def _check(
    ask: Ask,
    seen: Recognised,
    measures: Sequence[Measure],
    groups: Sequence[str],
    conditions: Sequence[Condition],
    ranked: Operator | None,
    share: bool,
    bounded: bool,
) -> None:
    if share and (
        len(conditions) != 1
        or len(conditions[0].values) > 1
        or [m.aggregate for m in measures] not in (["sum"], ["rows"], ["distinct"])
    ):
        raise Unread("a share of what is not clear")
    if len([o for o in seen.operators if o.kind in ("top", "bottom")]) > 1:
        raise Unread("several superlatives")
    if any(a.name.column == b.name.column and a.name.role == "measure" for a, b in pairwise(seen.found)):
        raise Unread("two words for one column")
    if ranked and (len(measures) != 1 or not (groups or ask.groupings)):
        raise Unread("a rank of what, by what, is not clear")
    if ranked and seen.first("average") and len(measures) > 1:
        raise Unread("several figures")
    if ranked and ask.groupings and groups:
        raise Unread("a rank in each period")
    counted = [f for f in seen.found if f.name.role in ("measure", "rows") or seen.is_distinct(f.span)]
    if seen.first("count") and not any(seen.is_counted(f.span) for f in counted):
        raise Unread("what is to be counted")
    if seen.first("average") and not measures:
        raise Unread("an average of what")
    if seen.first("compare") and not groups and len(ask.periods) < 2:
        raise Unread("what is to be compared")
    if len(ask.periods) > 2 or (len(ask.periods) == 2 and (ranked or share or bounded)):
        raise Unread("several periods")
    if not measures and not groups:
        raise Unread("neither a measure nor a list")
    if not measures and (ask.periods or ask.groupings):
        raise Unread("a list of a period")
    each_row = [m for m in measures if m.aggregate == "value"]
    if each_row and (seen.first("total") or len(each_row) < len(measures)):
        raise Unread("a figure of each row beside a sum")


def _measures(seen: Recognised, table: CatalogTable, noun: tuple[str, ...], *, has_units: bool) -> list[Measure]:
    """`noun`: what a row is; beside a measure it only says of whom one speaks."""
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
    measures = [_measure(one, seen, table, average and not has_units) for one in named]
    if average and any(m.aggregate != ("sum" if has_units else "average") for m in measures):
        raise Unread("an average of sums")
    return list(dict.fromkeys([*measures, *(Measure("distinct", column) for column in different)]))


def _is_divisor(one: Found, seen: Recognised) -> bool:
    """ "per order", 주문당: of what is counted."""
    before, behind = seen.before(one.span), seen.behind(one.span)
    return one.name.counted and any(o is not None and o.kind == "each" for o in (before, behind))


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
    if above.aggregate != "sum":
        raise Unread("what is divided by what")
    return Measure("ratio", above.column, divisor)


def _measure(one: Found, seen: Recognised, table: CatalogTable, average: bool, *, is_part: bool = False) -> Measure:
    is_part = is_part or seen.first("share") is not None
    if one.name.role == "rows":
        if not (seen.is_counted(one.span) or is_part):
            raise Unread("whether rows are to be counted")
        return Measure("distinct", one.name.column) if one.name.column else Measure("rows")
    column, view = one.name.column, table.view
    each_row = _is_by_row(table)
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


def _is_by_row(table: CatalogTable) -> bool:
    """One thing a row, told apart by one key."""
    return len(table.view.grain if table.view else table.primary_key) == 1


def _bounds(
    bounds: Sequence[Operator], measures: list[Measure], groups: Sequence[str], *, by_row: bool
) -> tuple[list[tuple[Measure, str, float]], list[Condition], list[Measure]]:
    """A bound on a sum is for the groups (HAVING), one on a column as it stands for the rows. The third are the
    measures that are left to show."""
    having: list[tuple[Measure, str, float]] = []
    inner: list[Condition] = []
    for operator in bounds:
        if operator.number is None or len(bounds) != 1:
            raise Unread("several bounds")
        values = [m for m in measures if m.aggregate == "value"]
        counted = [m for m in measures if m.aggregate in ("rows", "distinct")]
        if by_row and len(counted) == 1 and len(measures) == 2:
            (bounded,) = (m for m in measures if m not in counted)
            inner.append(Condition(bounded.column, bound=(_BOUNDS[operator.kind], operator.number)))
            measures = counted
        elif len(values) == 1:
            inner.append(Condition(values[0].column, bound=(_BOUNDS[operator.kind], operator.number)))
        elif groups and len(measures) == 1:
            having.append((measures[0], _BOUNDS[operator.kind], operator.number))
        else:
            raise Unread("a bound of what is not clear")
    return having, inner, measures
