"""What a question makes of the figures of its groups: averages, shares, running totals, changes, the best of each.

Each takes the query of the figures and puts another around it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from plugin.generator.understand import periods
from plugin.generator.understand.periods import Period, Unit

if TYPE_CHECKING:
    from plugin.generator.generate.plan.meaning.tree import Order

FIGURE = "figure"
_FIGURES = "figures"
_SIGNS = {"=": exp.EQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}


def averaged(inner: exp.Select, units: int, groups: int, order: Order | None, shown: bool) -> exp.Select:
    """The average of the figures of each period; the best of the groups by it."""
    inner.set("order", None)
    names = [str(s.alias_or_name) for s in inner.selects]
    kept = [exp.column(n) for n in names[units : units + groups]]
    means = [exp.Avg(this=exp.column(n)) for n in names[units + groups :]]
    averages = [exp.alias_(m, f"average_{n}") for m, n in zip(means, names[units + groups :], strict=True)]
    query = exp.select(*kept, *(averages if shown else [])).from_(inner.subquery("periods"))
    if kept:
        query = query.group_by(*(g.copy() for g in kept))
    if order is None:
        return query
    query = query.order_by(exp.Ordered(this=means[0].copy(), desc=order.descending, nulls_first=False))
    return query.limit(order.limit) if order.limit is not None else query


def counted(inner: exp.Select, name: str) -> exp.Select:
    """How many groups there are."""
    inner.set("order", None)
    return exp.select(exp.alias_(exp.Count(this=exp.Star()), name)).from_(inner.subquery("groups"))


def over_average(inner: exp.Select, groups: Sequence[str], sign: str) -> exp.Select:
    """The groups whose figure is over (or under) the average figure of all groups."""
    average = exp.select(exp.Avg(this=exp.column(FIGURE))).from_(_FIGURES)
    query = exp.select(*(exp.column(g) for g in groups)).from_(_FIGURES)
    return query.where(compare(exp.column(FIGURE), sign, average.subquery())).with_(_FIGURES, as_=inner)


def share_of_all(inner: exp.Select, times: int, *, beside: bool = False) -> exp.Select:
    """Each group's part of the sum over all groups; `beside` the figure itself."""
    names, figure = _names(inner)
    whole = exp.Window(this=exp.Sum(this=exp.column(figure)))
    share = exp.alias_(divided(exp.column(figure), whole, times), f"{figure}_share")
    order = _taken_order(inner)
    shown = [*names, figure] if beside else names
    query = exp.select(*(exp.column(n) for n in shown), share).from_(inner.subquery(_FIGURES))
    if order is not None:
        query = query.order_by(exp.Ordered(this=exp.column(f"{figure}_share"), desc=order, nulls_first=False))
    return query


def share_of_best(inner: exp.Select, order: Order, times: int) -> exp.Select:
    """The part of the best groups together of the sum over all groups."""
    _, figure = _names(inner)
    inner.set("order", None)
    by = exp.Order(expressions=[exp.Ordered(this=exp.column(figure), desc=order.descending, nulls_first=False)])
    place = exp.Window(this=exp.RowNumber(), order=by)
    placed = exp.select(exp.column(figure), exp.alias_(place, "place")).from_(inner.subquery(_FIGURES))
    is_best = exp.LTE(this=exp.column("place"), expression=exp.Literal.number(order.limit or 1))
    best = exp.Sum(this=exp.Case(ifs=[exp.If(this=is_best, true=exp.column(figure))]))
    share = divided(best, exp.Sum(this=exp.column(figure)), times)
    return exp.select(exp.alias_(share, f"{figure}_share")).from_(placed.subquery("placed"))


def running(inner: exp.Select, clock: str) -> exp.Select:
    """The sum of each figure and those before it, in each of the other groups."""
    names, figure = _names(inner)
    inner.set("order", None)
    total = _windowed(exp.Sum(this=exp.column(figure)), [n for n in names if n != clock], clock)
    query = exp.select(*(exp.column(n) for n in names), exp.alias_(total, f"running_{figure}"))
    return query.from_(inner.subquery(_FIGURES)).order_by(exp.column(clock))


def moving(inner: exp.Select, clock: str, within: Sequence[exp.Expression], over: int) -> exp.Select:
    """The average of each figure and those before it, `over` of them, in each of the other groups."""
    names, figure = _names(inner)
    inner.set("order", None)
    average = _windowed(exp.Avg(this=exp.column(figure)), [n for n in names if n != clock], clock)
    rows = exp.WindowSpec(kind="ROWS", start=exp.Literal.number(over - 1), start_side="PRECEDING", end="CURRENT ROW")
    average.set("spec", rows)
    name = f"moving_average_{figure}"
    averages = exp.select(*(exp.column(n) for n in names), exp.alias_(average, name)).from_(inner.subquery(_FIGURES))
    query = exp.select(*(exp.column(n) for n in (*names, name))).from_(averages.subquery("averages"))
    for condition in within:
        query = query.where(condition)
    return query.order_by(exp.column(clock))


def change(
    inner: exp.Select, clock: str, within: Sequence[exp.Expression], rate: int, order: Order | None, shown: bool
) -> exp.Select:
    """Each figure less the one before it in time, over the one before it where there is a `rate` (100: percent)."""
    names, figure = _names(inner)
    inner.set("order", None)
    before = _windowed(exp.Lag(this=exp.column(figure)), [n for n in names if n != clock], clock)
    less: exp.Expression = exp.Sub(this=exp.column(figure), expression=before)
    if rate:
        less = divided(exp.Paren(this=less), before.copy(), rate)
    name = f"{figure}_change"
    changes = exp.select(*(exp.column(n) for n in names), exp.alias_(less, name)).from_(inner.subquery(_FIGURES))
    query = exp.select(*(exp.column(n) for n in names), *([exp.column(name)] if shown else []))
    query = query.from_(changes.subquery("changes"))
    for condition in within:
        query = query.where(condition)
    if order is None:
        return query.order_by(exp.column(clock))
    query = query.order_by(exp.Ordered(this=exp.column(name), desc=order.descending, nulls_first=False))
    return query.limit(order.limit) if order.limit is not None else query


def moved(inner: exp.Select, clock: str, within: Sequence[exp.Expression], sign: str) -> exp.Select:
    """The times whose figure is more, or less, than the one before it in time."""
    names, figure = _names(inner)
    inner.set("order", None)
    before = _windowed(exp.Lag(this=exp.column(figure)), [n for n in names if n != clock], clock)
    both = exp.select(*(exp.column(n) for n in (*names, figure)), exp.alias_(before, "before"))
    query = exp.select(*(exp.column(n) for n in names)).from_(both.from_(inner.subquery(_FIGURES)).subquery("changes"))
    for condition in within:
        query = query.where(condition)
    return query.where(compare(exp.column(figure), sign, exp.column("before"))).order_by(exp.column(clock))


def best_within(inner: exp.Select, within: Collection[str], order: Order, shown: bool) -> exp.Select:
    """The best of each: "the three best products in each store". All that are best, where one is asked for."""
    names, figure = _names(inner)
    inner.set("order", None)
    by = exp.Order(expressions=[exp.Ordered(this=exp.column(figure), desc=order.descending, nulls_first=False)])
    parts = [exp.column(n) for n in names if n in within]
    one = (order.limit or 1) == 1 and not order.skip
    place = exp.Window(this=exp.Rank(expressions=[]) if one else exp.RowNumber(), partition_by=parts, order=by)
    columns = [exp.column(n) for n in (*names, figure)]
    placed = exp.select(*columns, exp.alias_(place, "place")).from_(inner.subquery(_FIGURES))
    query = exp.select(*(c.copy() for c in (columns if shown else columns[:-1]))).from_(placed.subquery("placed"))
    last = exp.Literal.number(order.skip + (order.limit or 1))
    query = query.where(exp.LTE(this=exp.column("place"), expression=last))
    if order.skip:
        query = query.where(exp.GT(this=exp.column("place"), expression=exp.Literal.number(order.skip)))
    return query.order_by(*(p.copy() for p in parts), exp.column("place"))


def divided(above: exp.Expression, below: exp.Expression, times: int = 1) -> exp.Expression:
    """As a fraction also where the engine divides integers; NULL over nothing."""
    whole = exp.Nullif(this=below, expression=exp.Literal.number(0))
    return exp.Div(this=exp.Mul(this=above, expression=exp.Literal.number(f"{times}.0")), expression=whole)


def compare(left: exp.Expression, sign: str, right: exp.Expression) -> exp.Expression:
    return _SIGNS[sign](this=left, expression=right)


def compared(left: exp.Expression, sign: str, number: float) -> exp.Expression:
    text = str(int(number)) if number == int(number) else str(number)
    return compare(left, sign, exp.Literal.number(text))


def _names(inner: exp.Select) -> tuple[list[str], str]:
    """Of the groups, and of the one figure, which comes last."""
    *groups, figure = (str(s.alias_or_name) for s in inner.selects)
    return groups, figure


def _taken_order(inner: exp.Select) -> bool | None:
    """Takes the order by the figure off the inner query; True is descending, None no order."""
    order = inner.args.get("order")
    inner.set("order", None)
    return bool(order.expressions[0].args.get("desc")) if order else None


def _windowed(figure: exp.Expression, parts: Sequence[str], clock: str) -> exp.Window:
    order = exp.Order(expressions=[exp.Ordered(this=exp.column(clock))])
    return exp.Window(this=figure, partition_by=[exp.column(p) for p in parts], order=order)


def unit_of(periods: Sequence[Period]) -> Unit | None:
    """The unit of which each of several periods is one: two months, three years; they stand one below the other."""
    if len(periods) < 2:
        return None
    units: tuple[Unit, ...] = ("year", "quarter", "month", "day")
    return next((unit for unit in units if all(_is_one(unit, period) for period in periods)), None)


def _is_one(unit: Unit, period: Period) -> bool:
    start = period.start
    return start is not None and periods.start_of(unit, start) == start and period.end == periods.shift(unit, start, 1)
