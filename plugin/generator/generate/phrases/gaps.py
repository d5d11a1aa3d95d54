"""The SQL of rows in the order of their time: the first of each thing, the days from one to the next."""

from __future__ import annotations

from sqlglot import exp

from plugin.generator.generate.phrases.parts import bare, state
from plugin.generator.generate.phrases.tree import Again, Gap, Reached, Step
from plugin.generator.generate.plan.nodes import named, when

_FUNCTIONS = {"avg": exp.Avg, "median": exp.Median, "min": exp.Min, "max": exp.Max, "sum": exp.Sum}


def between(gap: Gap, table: exp.Table) -> exp.Select:
    """One figure over all things that have both rows; `table`: the rows, as they are called here and below."""
    step, days = gap.path[0], exp.column("days")
    figure = exp.alias_(_FUNCTIONS[gap.function](this=days), f"{gap.function}_days")
    if gap.first == gap.second:
        each = _each_and_before(step, table, gap.time)
    else:
        each = _two(step, table, gap.time, gap.first, gap.second)
    return exp.select(figure).from_(each.subquery("gaps"))


def reached(condition: Reached, table: exp.Table) -> exp.Expression:
    step, within = condition.path[0], condition.within
    kind = exp.Min if condition.function == "min" else exp.Max
    time = kind(this=named(within.attribute.column, bare(step.end)))
    key = _key(step)
    inner = exp.select(key).from_(table).group_by(key.copy()).having(state(time, within))
    return exp.In(this=named(step.columns[0], bare(step.start)), query=inner.subquery())


def again(condition: Again, table: exp.Table) -> exp.Expression:
    step = condition.path[0]
    both = _two(step, table, condition.time, 1, 2).subquery("gaps")
    soon = exp.LTE(this=exp.column("days"), expression=exp.Literal.number(condition.days))
    inner = exp.select(named(step.to_columns[0])).from_(both).where(soon)
    return exp.In(this=named(step.columns[0], bare(step.start)), query=inner.subquery())


def _two(step: Step, table: exp.Table, time: str, first: int, second: int) -> exp.Select:
    """The days from the row at one place to that at another, -1 being the last, of each thing that has both."""
    key, clock = step.to_columns[0], named(time)
    if second == -1:
        days = exp.DateDiff(this=exp.Max(this=clock), expression=exp.Min(this=clock.copy()), unit=exp.var("day"))
        rows = exp.select(named(key), exp.alias_(days, "days")).from_(table).group_by(named(key))
        return rows.having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
    order = exp.Order(expressions=[exp.Ordered(this=clock.copy())])
    place = exp.Window(this=exp.RowNumber(), partition_by=[named(key)], order=order)
    numbered = exp.select(named(key), clock.copy(), exp.alias_(place, "place")).from_(table)
    at = {n: exp.Max(this=when(_is_at(n), clock.copy())) for n in (first, second)}
    days = exp.DateDiff(this=at[second], expression=at[first], unit=exp.var("day"))
    rows = exp.select(named(key), exp.alias_(days, "days")).from_(numbered.subquery("numbered"))
    return rows.group_by(named(key)).having(exp.Not(this=exp.Is(this=at[second].copy(), expression=exp.Null())))


def _is_at(place: int) -> exp.Expression:
    return exp.EQ(this=exp.column("place"), expression=exp.Literal.number(place))


def _each_and_before(step: Step, table: exp.Table, time: str) -> exp.Select:
    order = exp.Order(expressions=[exp.Ordered(this=named(time))])
    lag = exp.Window(this=exp.Lag(this=named(time)), partition_by=[named(step.to_columns[0])], order=order)
    days = exp.DateDiff(this=named(time), expression=lag, unit=exp.var("day"))
    return exp.select(exp.alias_(days, "days")).from_(table)


def _key(step: Step) -> exp.Column:
    return named(step.to_columns[0], bare(step.end))
