"""The SQL of a reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlglot import exp

from catalog_sync.documents import words
from catalog_sync.model import Catalog
from plugin.generator import tables
from plugin.generator.generate.plan import forms, weekdays
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.forms import compared as _compared
from plugin.generator.generate.plan.forms import divided as _divided
from plugin.generator.generate.plan.lexicon import noun_of
from plugin.generator.generate.plan.meaning import Condition, Reading
from plugin.generator.generate.plan.measures import Measure
from plugin.generator.generate.plan.nodes import day_of, identifier, literal, named, relation, when, year_of
from plugin.generator.understand.periods import Period, Unit


def write(reading: Reading, catalog: Catalog, dialect: str) -> str:
    """Raises Unread where the table's time column does not fit."""
    used = {*reading.groups, *(c.column for c in reading.conditions)}
    weekdays.check(reading.wide, used, dialect)
    return write_query(reading, catalog).sql(dialect=dialect)


def write_query(reading: Reading, catalog: Catalog) -> exp.Select:
    """The same as a tree. Raises Unread."""
    return _Writer(reading, catalog).query()


def conditions_of(reading: Reading, catalog: Catalog) -> exp.Select:
    """SELECT 1 of the rows that a reading's conditions and periods leave. Raises Unread."""
    return _Writer(reading, catalog).rows()


_SINCE = ("change", "change_rate", "risen", "fallen")  # each time beside the one before it


class _Writer:
    def __init__(self, reading: Reading, catalog: Catalog) -> None:
        self.reading, self.wide, self.table = reading, reading.wide, reading.wide.table
        self.time = self.table.column(reading.clock) if reading.clock else tables.time_column(self.table)
        self.periods = self._periods(catalog)
        plain = reading.form == "plain" and not (reading.groups or reading.units or reading.order)
        unit = forms.unit_of(self.periods) if plain else None
        self.one_below_other = unit is not None
        self.reading = replace(reading, units=(unit,)) if unit else reading

    def query(self) -> exp.Select:
        """The figures of the groups, and what the form makes of them."""
        reading, form = self.reading, self.reading.form
        if form in ("over_average", "under_average"):
            return self._over_average()
        query = self._grouped()
        if form == "count_of_groups":
            return forms.counted(query, f"{reading.groups[0].removesuffix('_id')}_count")
        if form == "averaged":
            return forms.averaged(query, len(reading.units), len(reading.groups), reading.order, reading.figures)
        if form == "share_of_all":
            return forms.share_of_all(query, reading.times)
        if form == "running":
            return forms.running(query, self._clock(query))
        if form in ("risen", "fallen"):
            within = [self._within_names(p) for p in self.periods]
            return forms.moved(query, self._clock(query), within, ">" if form == "risen" else "<")
        if form in ("change", "change_rate"):
            within = [self._within_names(p) for p in self.periods]
            rate = reading.times if form == "change_rate" else 0
            return forms.change(query, self._clock(query), within, rate, reading.order, reading.figures)
        if reading.order and reading.order.within:
            names = {self._group(g).alias_or_name for g in reading.order.within}
            return forms.best_within(query, names, reading.order, reading.figures)
        return query

    def rows(self) -> exp.Select:
        query = exp.select(exp.Literal.number(1)).from_(relation(self.wide.base.name))
        for condition in self._where():
            query = query.where(condition)
        return self._joined(query)

    def _grouped(self) -> exp.Select:
        reading = self.reading
        groups = [*(self._bucket(u) for u in reading.units), *(self._group(g) for g in reading.groups)]
        than = reading.form in ("rose", "fell")
        in_time = reading.form == "plain" and (reading.units or any(self._is_time(g) for g in reading.groups))
        two = len(self.periods) == 2 and not self.one_below_other and not than and not in_time
        whole = reading.form in (*_SINCE, "averaged") or (reading.order is not None and bool(reading.order.within))
        shown = reading.measures if reading.figures or whole else ()
        columns = self._side_by_side() if two else [(self._measure(m), self._alias(m, whole)) for m in shown]
        plain = all(m.aggregate == "value" for m in reading.measures) and not reading.having
        outputs = [*groups, *(exp.alias_(m, a) if a else m for m, a in columns)]
        query = exp.select(*outputs).from_(relation(self.wide.base.name))
        for condition in self._where():
            query = query.where(condition)
        if plain and not reading.measures and groups:
            query = query.distinct()
        elif not plain and groups:
            query = query.group_by(*(g.unalias().copy() for g in groups), *self._keys_of_names())
        for bound in reading.having:
            query = query.having(_compared(self._measure(bound.measure), bound.sign, bound.number))
        if than:
            before, after = (self._or_nothing(reading.measures[0], self._within(p)) for p in self.periods)
            query = query.having(forms.compare(after, ">" if reading.form == "rose" else "<", before))
        return self._joined(query if whole else self._ordered(query, groups))

    def _is_time(self, column: str) -> bool:
        found = self.table.column(column)
        return found is not None and (tables.is_time(found) or (self.time is not None and column == self.time.name))

    def _or_nothing(self, measure: Measure, rows: exp.Expression) -> exp.Expression:
        return exp.Coalesce(this=self._of(measure, rows), expressions=[exp.Literal.number(0)])

    def _keys_of_names(self) -> list[exp.Column]:
        """Two things may have one name: those of a parent are told apart by its key."""
        found = []
        for group in self.reading.groups:
            alias, column = self.wide.columns.get(group, ("", group))
            parent = self.wide.joins[alias].parent if alias else None
            own = column.casefold() in ("name", "title") or (parent and words(column) == f"{noun_of(parent)} name")
            if parent and own and len(parent.primary_key) == 1:
                found.append(named(parent.primary_key[0], alias))
        return found

    def _over_average(self) -> exp.Select:
        """Rows over the average of all rows, or groups whose figure is over the average figure."""
        reading, measure = self.reading, self.reading.measures[0]
        sign = ">" if reading.form == "over_average" else "<"
        if measure.aggregate != "value":
            groups = [*(self._bucket(u) for u in reading.units), *(self._group(g) for g in reading.groups)]
            return forms.over_average(self._grouped_for_average(groups), [g.alias_or_name for g in groups], sign)
        column = self._column(measure.column)
        average = exp.select(exp.Avg(this=column.copy())).from_(relation(self.wide.base.name))
        query = exp.select(*(self._column(g) for g in reading.groups)).from_(relation(self.wide.base.name))
        for condition in self._where():
            query, average = query.where(condition.copy()), average.where(condition.copy())
        average = self._joined(average)
        return self._joined(query.where(forms.compare(column, sign, average.subquery())))

    def _grouped_for_average(self, groups: list[exp.Expression]) -> exp.Select:
        figure = exp.alias_(self._measure(self.reading.measures[0]), forms.FIGURE)
        query = exp.select(*groups, figure).from_(relation(self.wide.base.name))
        for condition in self._where():
            query = query.where(condition)
        return self._joined(query.group_by(*(g.unalias().copy() for g in groups)))

    def _clock(self, query: exp.Select) -> str:
        """The output that is the time."""
        if self.reading.units:
            return str(query.selects[0].alias_or_name)
        times = [c.name for c in self.table.columns if tables.is_time(c)]
        return next(str(s.alias_or_name) for s in query.selects if s.alias_or_name in times)

    def _within_names(self, period: Period) -> exp.Expression:
        return self._bounds_of(exp.column(self._clock(self._grouped())), period)

    def _joined(self, query: exp.Select) -> exp.Select:
        """With the parents that the query names."""
        used = dict.fromkeys(c.table for c in query.find_all(exp.Column) if c.table in self.wide.joins)
        joins = {join.alias: join for alias in used for join in self.wide.path(alias)}
        for alias, join in joins.items():
            pairs = zip(join.key.columns, join.key.to_columns, strict=True)
            child = join.child or self.wide.base.name.name
            on = [exp.EQ(this=named(a, child), expression=named(b, alias)) for a, b in pairs]
            query = query.join(relation(join.parent.name, alias), on=exp.and_(*on))
        if joins:
            for column in query.find_all(exp.Column):
                if not column.table:
                    column.set("table", identifier(self.wide.base.name.name))
        return query

    def _column(self, name: str) -> exp.Expression:
        if time := self.wide.derived.get(name):
            return weekdays.written(name, self._column(time))
        alias, column = self.wide.columns.get(name, ("", name))
        return named(column, alias)

    def _group(self, name: str) -> exp.Expression:
        column = self._column(name)
        return exp.alias_(column, name) if name in self.wide.derived else column

    def _alias(self, measure: Measure, whole: bool = False) -> str:
        """ "" where the column's own name says it. `whole`: the figure itself, before a form makes something of it."""
        if measure.aggregate == "rows":
            share = self.reading.form == "share" and not whole
            return f"{noun_of(self.wide.base).replace(' ', '_')}_{'share' if share else 'count'}"
        if measure.aggregate == "distinct":
            return f"{measure.column.removesuffix('_id')}_count"
        if measure.aggregate == "average":
            return f"average_{measure.column}"
        if measure.aggregate == "median":
            return f"median_{measure.column}"
        if measure.aggregate in ("max", "min"):
            return f"{'highest' if measure.aggregate == 'max' else 'lowest'}_{measure.column}"
        if measure.over is not None and measure.part is not None:
            part, over = self._alias(measure.part, True), self._alias(measure.over, True)
            apart = "_difference" if self.reading.form == "apart" else ""
            return f"{part or measure.part.column}_per_{(over or measure.over.column).removesuffix('_count')}{apart}"
        if self.reading.form in ("share", "apart") and not whole:
            return f"{measure.column}_{'share' if self.reading.form == 'share' else 'difference'}"
        return "" if measure.aggregate == "value" else measure.column

    def _condition(self, condition: Condition) -> exp.Expression:
        column = self._column(condition.column)
        if condition.bound:
            return _compared(column, *condition.bound)
        if not condition.values:
            return exp.Not(this=column) if condition.excluded else column
        known = self.table.column(condition.column)
        literals = [literal(v, known) for v in condition.values]
        if literals[1:]:
            among = exp.In(this=column, expressions=literals)
            return exp.Not(this=among) if condition.excluded else among
        kind = exp.NEQ if condition.excluded else exp.EQ
        return kind(this=column, expression=literals[0])

    def _ordered(self, query: exp.Select, groups: list[exp.Expression]) -> exp.Select:
        reading = self.reading
        if reading.order is not None:
            changed = len(self.periods) == 2
            by = query.selects[-1].unalias().copy() if changed else self._measure(reading.measures[0])
            if changed and not reading.figures:
                query = query.select(*query.selects[:-1], append=False)  # "which grew the most"
            query = query.order_by(exp.Ordered(this=by, desc=reading.order.descending, nulls_first=False))
            query = query.limit(reading.order.limit) if reading.order.limit is not None else query
            return query.offset(reading.order.skip) if reading.order.skip else query
        times = [g for g, _ in zip(groups, reading.units, strict=False)]
        times += [self._column(g) for g in reading.groups if self.time and g == self.time.name]
        return query.order_by(*(t.unalias().copy() for t in times)) if times else query

    def _measure(self, measure: Measure) -> exp.Expression:
        if self.reading.form == "apart":
            return self._apart(measure)
        if measure.over is not None and measure.part is not None:
            return _divided(self._measure(measure.part), self._measure(measure.over), measure.times)
        if self.reading.form == "share":
            return self._share(measure)
        if measure.aggregate == "rows":
            return exp.Count(this=exp.Star())
        column = self._column(measure.column)
        if measure.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[column]))
        if measure.aggregate == "flagged":
            return exp.Count(this=when(column, exp.Literal.number(1)))
        if measure.aggregate == "value":
            return column
        kinds = {"average": exp.Avg, "median": exp.Median, "max": exp.Max, "min": exp.Min}
        return kinds.get(measure.aggregate, exp.Sum)(this=column)

    def _apart(self, measure: Measure) -> exp.Expression:
        """What it is more for the first of two values than for the second."""
        column, values = self.reading.conditions[0].column, self.reading.conditions[0].values
        figure = self._or_nothing if measure.aggregate in ("sum", "rows", "distinct") else self._of
        one, other = (figure(measure, self._condition(Condition(column, (value,)))) for value in values)
        return exp.Sub(this=one, expression=other)

    def _share(self, measure: Measure) -> exp.Expression:
        """Of the one condition, which is then no filter."""
        condition = self._condition(self.reading.conditions[0])
        if measure.aggregate == "rows":
            part: exp.Expression = exp.Literal.number(1)
            return _divided(exp.Count(this=when(condition, part)), exp.Count(this=exp.Star()), self.reading.times)
        column = self._column(measure.column)
        if measure.aggregate == "distinct":
            whole = exp.Count(this=exp.Distinct(expressions=[column]))
            some = exp.Count(this=exp.Distinct(expressions=[when(condition, column.copy())]))
            return _divided(some, whole, self.reading.times)
        return _divided(exp.Sum(this=when(condition, column.copy())), exp.Sum(this=column), self.reading.times)

    def _where(self) -> list[exp.Expression]:
        """The period of a change is no condition: its first unit has one before it too."""
        shared = self.reading.conditions[1:] if self.reading.form == "share" else self.reading.conditions
        conditions = [self._condition(c) for c in shared]
        if self.reading.form in _SINCE:
            return conditions
        if len(self.periods) != 2:
            return [*conditions, *(self._within(p) for p in self.periods)]
        return [*conditions, exp.or_(*(self._within(p) for p in self.periods))]

    def _side_by_side(self) -> list[tuple[exp.Expression, str]]:
        """A column for each period, or what the later one is more than the earlier."""
        columns: list[tuple[exp.Expression, str]] = []
        for measure in self.reading.measures:
            parts: list[exp.Expression] = []
            for phrase, period in zip(self.reading.periods, self.periods, strict=True):
                value = self._of(measure, self._within(period))
                if self.reading.form in ("growth", "difference"):
                    parts.append(value)
                    continue
                columns.append((value, f"{self._alias(measure) or measure.column}_{_suffix(period, phrase.text)}"))
            if parts:
                name = f"{self._alias(measure) or measure.column}_{self.reading.form}"
                change = exp.Sub(this=parts[1], expression=parts[0])
                rate = self.reading.form == "growth"
                grown = _divided(exp.Paren(this=change), parts[0].copy(), self.reading.times) if rate else change
                columns.append((grown, name))
        return columns

    def _of(self, measure: Measure, rows: exp.Expression) -> exp.Expression:
        """A figure of some of the rows: those of a period, of a value."""
        if measure.over is not None and measure.part is not None:
            part, over = (self._of(m, rows.copy()) for m in (measure.part, measure.over))
            return _divided(part, over, measure.times)
        inner = exp.Literal.number(1) if measure.aggregate == "rows" else self._column(measure.column)
        if measure.aggregate == "flagged":
            return exp.Count(this=when(exp.and_(rows, inner), exp.Literal.number(1)))
        part = exp.Case(ifs=[exp.If(this=rows, true=inner)])
        if measure.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[part]))
        kinds = {"average": exp.Avg, "median": exp.Median, "rows": exp.Count}
        return kinds.get(measure.aggregate, exp.Sum)(this=part)

    def _periods(self, catalog: Catalog) -> list[Period]:
        if not self.reading.periods:
            return []
        declared = self.table.view.time_column if self.table.view else None
        if self.time is None or not (
            self.reading.clock or declared or (self.table.view is None and tables.event_time(self.table))
        ):
            raise Unread("which date is meant")
        today = tables.today([self.table], catalog)
        found = [phrase.resolve(today) for phrase in self.reading.periods]
        is_change = self.reading.form in ("growth", "difference")
        return sorted(found, key=lambda p: p.start or date.min) if is_change else found

    def _within(self, period: Period) -> exp.Expression:
        assert self.time is not None
        return self._bounds_of(self._column(self.time.name), period)

    def _bounds_of(self, column: exp.Expression, period: Period) -> exp.Expression:
        assert self.time is not None
        bound: Callable[[date], exp.Expression] = day_of if tables.is_time(self.time) else year_of
        sides: list[exp.Expression] = []
        if period.start:
            sides.append(exp.GTE(this=column.copy(), expression=bound(period.start)))
        if period.end:
            sides.append(exp.LT(this=column.copy(), expression=bound(period.end)))
        return exp.and_(*sides)

    def _bucket(self, unit: Unit) -> exp.Expression:
        if self.time is None:
            raise Unread("there is no time column")
        ready = next((c.name for c in self.table.columns if tables.is_unit(c.name, unit)), None)
        if ready:
            return self._column(ready)
        if unit == "half" or not tables.is_time(self.time) or tables.is_coarser(tables.grain(self.time), unit):
            raise Unread(f"{self.time.name} has no {unit}")
        if unit == tables.grain(self.time) and self.time.type.upper().startswith("DATE"):
            return self._column(self.time.name)
        named: exp.Expression = exp.alias_(tables.bucket(self._column(self.time.name), unit), unit)
        return named


def _suffix(period: Period, phrase: str) -> str:
    if period.start and period.end and period.end.year == period.start.year + 1 and period.start.month == 1:
        return str(period.start.year)
    if period.start:
        return period.start.isoformat().replace("-", "_")
    return "".join(c if c.isalnum() else "_" for c in phrase)
