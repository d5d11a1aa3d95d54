"""A question read over one table: measures, groups, conditions, order; or why it can't be read so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from plugin.generator.ask import Ask
from plugin.generator.plan import roles
from plugin.generator.plan.errors import Unread
from plugin.generator.plan.lexicon import noun_of
from plugin.generator.plan.operators import Operator
from plugin.generator.plan.recognise import Found, Recognised, recognise
from plugin.generator.plan.wide import Wide
from plugin.generator.understand.dates import TimePhrase, Unit

Aggregate = Literal["sum", "average", "rows", "distinct", "value"]
_BOUNDS = {"above": ">", "least": ">=", "below": "<", "most": "<="}


@dataclass(frozen=True)
class Measure:
    """`value`: the column as it stands, one row for each of what is asked for."""

    aggregate: Aggregate
    column: str = ""


@dataclass(frozen=True)
class Condition:
    """`values` of text columns mean any of them; a flag has none; a bound compares with a number."""

    column: str
    values: tuple[str, ...] = ()
    bound: tuple[str, float] | None = None


@dataclass(frozen=True)
class Reading:
    wide: Wide
    measures: tuple[Measure, ...] = ()
    groups: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    having: tuple[tuple[Measure, str, float], ...] = ()
    periods: tuple[TimePhrase, ...] = ()
    descending: bool = True
    limit: int | None = None
    share: bool = False


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
    having, inner = _bounds(bounds, measures, groups)
    share = seen.first("share") is not None
    _check(ask, seen, measures, groups, conditions, ranked, share, bool(bounds))
    return Reading(
        wide,
        tuple(measures),
        tuple(groups),
        tuple(unit for _, unit in ask.groupings),
        (*conditions, *inner),
        tuple(having),
        ask.periods,
        descending=ranked is None or ranked.kind == "top",
        limit=int(ranked.number or 1) if ranked else None,
        share=share,
    )


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
    if share and (len(conditions) != 1 or len(conditions[0].values) != 1 or [m.aggregate for m in measures] != ["sum"]):
        raise Unread("a share of what is not clear")
    if ranked and (len(measures) != 1 or not (groups or ask.groupings)):
        raise Unread("a rank of what, by what, is not clear")
    if ranked and ask.groupings and groups:
        raise Unread("a rank in each period")
    if seen.first("count") and not any(
        seen.is_counted(f.span) for f in seen.found if f.name.role in ("measure", "rows")
    ):
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
    named = [one for one in seen.found if one.name.role in ("measure", "rows")]
    others = [one for one in named if one.name.role == "measure" or one.name.form != noun or seen.is_counted(one.span)]
    named = others or named
    measures = [_measure(one, seen, table, average and not has_units) for one in named]
    if average and any(m.aggregate != "average" for m in measures):
        raise Unread("an average of sums")
    return list(dict.fromkeys(measures))


def _measure(one: Found, seen: Recognised, table: CatalogTable, average: bool) -> Measure:
    if one.name.role == "rows":
        if not seen.is_counted(one.span):
            raise Unread("whether rows are to be counted")
        return Measure("distinct", one.name.column) if one.name.column else Measure("rows")
    column, view = one.name.column, table.view
    each_row = _is_by_row(table)
    how = (view.measures.get(column, "") if view else "").casefold()
    if one.name.counted and not seen.is_counted(one.span) and (average or len(seen.found) == 1):
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
    bounds: Sequence[Operator], measures: Sequence[Measure], groups: Sequence[str]
) -> tuple[list[tuple[Measure, str, float]], list[Condition]]:
    """A bound on a sum is for the groups (HAVING), one on a column as it stands for the rows."""
    having: list[tuple[Measure, str, float]] = []
    inner: list[Condition] = []
    for operator in bounds:
        if operator.number is None or len(bounds) != 1:
            raise Unread("several bounds")
        values = [m for m in measures if m.aggregate == "value"]
        if len(values) == 1:
            inner.append(Condition(values[0].column, bound=(_BOUNDS[operator.kind], operator.number)))
        elif groups and len(measures) == 1:
            having.append((measures[0], _BOUNDS[operator.kind], operator.number))
        else:
            raise Unread("a bound of what is not clear")
    return having, inner
