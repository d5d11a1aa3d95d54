"""What the columns, conditions and figures of a reading are in SQL."""

from __future__ import annotations

import re

from sqlglot import exp

from plugin.generator.generate.plan.meaning.forms import compared, divided
from plugin.generator.generate.plan.meaning.tree import Condition, Reading
from plugin.generator.generate.plan.names.lexicon import own_names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.nodes import literal, named, relation, when
from plugin.generator.generate.plan.recognition.measure import Measure
from plugin.generator.generate.plan.words import lasting, weekdays

_OF_RATES = re.compile(r"^(?:is|was|has|had)_|_(?:at|on|date|dt|time|ts)$", re.IGNORECASE)


class Expressions:
    """Of the base table and the parents that its columns come from; whoever puts them into a query joins those."""

    def __init__(self, reading: Reading) -> None:
        self._reading, self._wide, self._table = reading, reading.wide, reading.wide.table

    def column(self, name: str) -> exp.Expression:
        if made_of := self._wide.derived.get(name):
            columns = [self.column(c) for c in made_of]
            return lasting.written(name, *columns) if lasting.is_duration(name) else weekdays.written(name, *columns)
        alias, column = self._wide.columns.get(name, ("", name))
        return named(column, alias)

    def group(self, name: str) -> exp.Expression:
        column = self.column(name)
        return exp.alias_(column, name) if name in self._wide.derived else column

    def filled(self, name: str) -> exp.Expression:
        return exp.Not(this=exp.Is(this=self.column(name), expression=exp.Null()))

    def condition(self, condition: Condition) -> exp.Expression:
        column = self.column(condition.column)
        if condition.bound:
            return compared(column, *condition.bound)
        if condition.last:
            newest = exp.select(exp.Max(this=named(condition.column))).from_(relation(self._wide.base.name))
            return exp.EQ(this=column, expression=newest.subquery())
        if not condition.values:
            return exp.Not(this=column) if condition.excluded else column
        known = self._table.column(condition.column)
        literals = [literal(v, known) for v in condition.values]
        if literals[1:]:
            among = exp.In(this=column, expressions=literals)
            return exp.Not(this=among) if condition.excluded else among
        kind = exp.NEQ if condition.excluded else exp.EQ
        return kind(this=column, expression=literals[0])

    def figure(self, measure: Measure) -> exp.Expression:
        if self._reading.form == "apart":
            return self._apart(measure)
        if measure.over is not None and measure.part is not None:
            return divided(self.figure(measure.part), self.figure(measure.over), measure.times)
        if self._reading.form == "share":
            return self._share(measure)
        if measure.aggregate == "rows":
            return exp.Count(this=exp.Star())
        column = self.column(measure.column)
        if measure.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[self._told_apart(measure.column)]))
        if measure.aggregate == "flagged":
            return exp.Count(this=when(column, exp.Literal.number(1)))
        if measure.aggregate == "value":
            return column
        kinds = {"average": exp.Avg, "median": exp.Median, "max": exp.Max, "min": exp.Min, "filled": exp.Count}
        return kinds.get(measure.aggregate, exp.Sum)(this=column)

    def _told_apart(self, column: str) -> exp.Expression:
        """Two patients may have one name: those of a parent are counted by its key."""
        alias, own = self._wide.columns.get(column, ("", column))
        parent = self._wide.joins[alias].parent if alias else None
        if parent is None or len(parent.primary_key) != 1 or own not in own_names(parent):
            return self.column(column)
        return named(parent.primary_key[0], alias)

    def part(self, measure: Measure, rows: exp.Expression) -> exp.Expression:
        """A figure of some of the rows: those of a period, of a value."""
        if measure.over is not None and measure.part is not None:
            part, over = (self.part(m, rows.copy()) for m in (measure.part, measure.over))
            return divided(part, over, measure.times)
        inner = exp.Literal.number(1) if measure.aggregate == "rows" else self.column(measure.column)
        if measure.aggregate == "flagged":
            return exp.Count(this=when(exp.and_(rows, inner), exp.Literal.number(1)))
        part = exp.Case(ifs=[exp.If(this=rows, true=inner)])
        if measure.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[part]))
        kinds = {"average": exp.Avg, "median": exp.Median, "rows": exp.Count, "filled": exp.Count}
        return kinds.get(measure.aggregate, exp.Sum)(this=part)

    def part_or_nothing(self, measure: Measure, rows: exp.Expression) -> exp.Expression:
        return exp.Coalesce(this=self.part(measure, rows), expressions=[exp.Literal.number(0)])

    def _apart(self, measure: Measure) -> exp.Expression:
        """What it is more for the first of two values than for the second."""
        column, values = self._reading.conditions[0].column, self._reading.conditions[0].values
        figure = self.part_or_nothing if measure.aggregate in ("sum", "rows", "distinct") else self.part
        one, other = (figure(measure, self.condition(Condition(column, (value,)))) for value in values)
        return divided(one, other) if self._reading.quotient else exp.Sub(this=one, expression=other)

    def _share(self, measure: Measure) -> exp.Expression:
        """Of the one condition, which is then no filter."""
        condition = self.condition(self._reading.conditions[0])
        if measure.aggregate == "rows":
            part: exp.Expression = exp.Literal.number(1)
            return divided(exp.Count(this=when(condition, part)), exp.Count(this=exp.Star()), self._reading.times)
        column = self.column(measure.column)
        if measure.aggregate == "distinct":
            whole = exp.Count(this=exp.Distinct(expressions=[column]))
            some = exp.Count(this=exp.Distinct(expressions=[when(condition, column.copy())]))
            return divided(some, whole, self._reading.times)
        return divided(exp.Sum(this=when(condition, column.copy())), exp.Sum(this=column), self._reading.times)

    def alias(self, measure: Measure, whole: bool = False) -> str:
        """ "" where the column's own name says it. `whole`: the figure itself, before a form makes something of it."""
        if measure.aggregate == "rows":
            share = self._reading.form == "share" and not whole
            return f"{noun_of(self._wide.base).replace(' ', '_')}_{'share' if share else 'count'}"
        if measure.aggregate == "distinct":
            return f"{measure.column.removesuffix('_id')}_count"
        if measure.aggregate == "average":
            return f"average_{measure.column}"
        if measure.aggregate == "median":
            return f"median_{measure.column}"
        if measure.aggregate in ("max", "min"):
            return f"{'highest' if measure.aggregate == 'max' else 'lowest'}_{measure.column}"
        if measure.over is not None and measure.part is not None:
            part, over = self.alias(measure.part, True), self.alias(measure.over, True)
            apart = "_difference" if self._reading.form == "apart" else ""
            if measure.part.aggregate in ("flagged", "filled") and measure.over.aggregate == "rows":
                return f"{_OF_RATES.sub('', measure.part.column)}_rate{apart}"
            return f"{part or measure.part.column}_per_{(over or measure.over.column).removesuffix('_count')}{apart}"
        if self._reading.form in ("share", "apart") and not whole:
            apart = "ratio" if self._reading.quotient else "difference"
            return f"{measure.column}_{'share' if self._reading.form == 'share' else apart}"
        return "" if measure.aggregate == "value" else measure.column
