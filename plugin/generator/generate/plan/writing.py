"""The SQL of a reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlglot import exp

from catalog_sync.documents import words
from catalog_sync.model import Catalog
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.expressions import Expressions
from plugin.generator.generate.plan.meaning import forms
from plugin.generator.generate.plan.meaning.forms import compared, divided
from plugin.generator.generate.plan.meaning.tree import Reading
from plugin.generator.generate.plan.names.lexicon import own_names
from plugin.generator.generate.plan.nodes import day_of, identifier, named, relation, year_of
from plugin.generator.generate.plan.words import weekdays
from plugin.generator.understand.periods import Period, Unit, start_of


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


_SINCE = ("change", "change_rate", "risen", "fallen", "moving")  # each time beside those before it


class _Writer:
    def __init__(self, reading: Reading, catalog: Catalog) -> None:
        self.reading, self.wide, self.table = reading, reading.wide, reading.wide.table
        self.time = self.table.column(reading.clock) if reading.clock else tables.time_column(self.table)
        self.periods = self._periods(catalog)
        several = len(self.periods) > 2
        plain = reading.form == "plain" and not (reading.units or reading.order or (reading.groups and not several))
        unit = forms.unit_of(self.periods) if plain else None
        if several and unit is None:
            raise Unread("several periods")
        self.one_below_other = unit is not None
        self.reading = replace(reading, units=(unit,)) if unit else reading
        self.sql = Expressions(self.reading)

    def query(self) -> exp.Select:
        if self.reading.counted:
            return forms.counted(self._formed(), f"{self.reading.groups[0].removesuffix('_id')}_count")
        return self._formed()

    def _formed(self) -> exp.Select:
        """The figures of the groups, and what the form makes of them."""
        reading, form = self.reading, self.reading.form
        if form in ("over_average", "under_average"):
            return self._over_average()
        query = self._grouped()
        if form == "count_of_groups":
            return forms.counted(query, f"{reading.groups[0].removesuffix('_id')}_count")
        if form == "averaged":
            return forms.averaged(query, len(reading.units), len(reading.groups), reading.order, reading.figures)
        if form == "share_of_best" and reading.order is not None:
            return forms.share_of_best(query, reading.order, reading.times)
        if form == "share_of_all":
            return forms.share_of_all(query, reading.times, beside=reading.beside)
        if form == "running":
            return forms.running(query, self._clock(query))
        if form == "moving":
            within = [self._within_names(p) for p in self.periods]
            return forms.moving(query, self._clock(query), within, reading.over)
        if form in ("risen", "fallen"):
            within = [self._within_names(p) for p in self.periods]
            return forms.moved(query, self._clock(query), within, ">" if form == "risen" else "<")
        if form in ("change", "change_rate"):
            within = [self._within_names(p) for p in self.periods]
            rate = reading.times if form == "change_rate" else 0
            return forms.change(query, self._clock(query), within, rate, reading.order, reading.figures)
        if reading.order and (reading.order.within or reading.order.each_unit):
            names = {self.sql.group(g).alias_or_name for g in reading.order.within}
            names |= {self._bucket(u).alias_or_name for u in reading.units if reading.order.each_unit}
            return forms.best_within(query, names, reading.order, reading.figures)
        return query

    def rows(self) -> exp.Select:
        query = exp.select(exp.Literal.number(1)).from_(relation(self.wide.base.name))
        for condition in self._where():
            query = query.where(condition)
        return self._joined(query)

    def _grouped(self) -> exp.Select:
        reading = self.reading
        groups = [*(self._bucket(u) for u in reading.units), *(self.sql.group(g) for g in reading.groups)]
        than = reading.form in ("rose", "fell")
        in_time = reading.form == "plain" and (reading.units or any(self._is_time(g) for g in reading.groups))
        two = len(self.periods) == 2 and not self.one_below_other and not than and not in_time
        within = reading.order is not None and (bool(reading.order.within) or reading.order.each_unit)
        whole = reading.form in (*_SINCE, "averaged", "share_of_best") or within
        shown = reading.measures if reading.figures or whole else ()
        columns = self._side_by_side() if two else [(self.sql.figure(m), self.sql.alias(m, whole)) for m in shown]
        plain = all(m.aggregate == "value" for m in reading.measures) and not reading.having
        named = [
            g for g in reading.groups if reading.order and (c := self.table.column(g)) and tables.may_be_missing(c)
        ]
        outputs = [*groups, *(exp.alias_(m, a) if a else m for m, a in columns)]
        query = exp.select(*outputs).from_(relation(self.wide.base.name))
        for condition in (*self._where(), *(self.sql.filled(group) for group in named)):
            query = query.where(condition)
        if plain and not reading.measures and groups:
            query = query if self._lists_rows() else query.distinct()
        elif not plain and groups:
            query = query.group_by(*(g.unalias().copy() for g in groups), *self._keys_of_names())
        for bound in reading.having:
            query = query.having(compared(self.sql.figure(bound.measure), bound.sign, bound.number))
        if than:
            before, after = (self.sql.part_or_nothing(reading.measures[0], self._within(p)) for p in self.periods)
            query = query.having(forms.compare(after, ">" if reading.form == "rose" else "<", before))
        return self._joined(query if whole else self._ordered(query, groups))

    def _lists_rows(self) -> bool:
        """Each row is one thing, and two things may have one name."""
        base = self.wide.base
        return base.view is None and len(base.primary_key) == 1 and bool(own_names(base) & {*self.reading.groups})

    def _is_time(self, column: str) -> bool:
        found = self.table.column(column)
        return found is not None and (tables.is_time(found) or (self.time is not None and column == self.time.name))

    def _keys_of_names(self) -> list[exp.Column]:
        """Two things may have one name: those of a parent are told apart by its key."""
        found = []
        for group in self.reading.groups:
            alias, column = self.wide.columns.get(group, ("", group))
            parent = self.wide.joins[alias].parent if alias else None
            if parent and column in own_names(parent) and len(parent.primary_key) == 1:
                found.append(named(parent.primary_key[0], alias))
        return found

    def _over_average(self) -> exp.Select:
        """Rows over the average of all rows, or groups whose figure is over the average figure."""
        reading, measure = self.reading, self.reading.measures[0]
        sign = ">" if reading.form == "over_average" else "<"
        if measure.aggregate != "value":
            groups = [*(self._bucket(u) for u in reading.units), *(self.sql.group(g) for g in reading.groups)]
            return forms.over_average(self._grouped_for_average(groups), [g.alias_or_name for g in groups], sign)
        column = self.sql.column(measure.column)
        average = exp.select(exp.Avg(this=column.copy())).from_(relation(self.wide.base.name))
        query = exp.select(*(self.sql.column(g) for g in reading.groups)).from_(relation(self.wide.base.name))
        for condition in self._where():
            query, average = query.where(condition.copy()), average.where(condition.copy())
        average = self._joined(average)
        return self._joined(query.where(forms.compare(column, sign, average.subquery())))

    def _grouped_for_average(self, groups: list[exp.Expression]) -> exp.Select:
        figure = exp.alias_(self.sql.figure(self.reading.measures[0]), forms.FIGURE)
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

    def _ordered(self, query: exp.Select, groups: list[exp.Expression]) -> exp.Select:
        reading = self.reading
        if reading.order is not None:
            changed = len(self.periods) == 2
            by = query.selects[-1].unalias().copy() if changed else self.sql.figure(reading.measures[0])
            if changed and not reading.figures:
                query = query.select(*query.selects[:-1], append=False)  # "which grew the most"
            query = query.order_by(exp.Ordered(this=by, desc=reading.order.descending, nulls_first=False))
            query = query.limit(reading.order.limit) if reading.order.limit is not None else query
            return query.offset(reading.order.skip) if reading.order.skip else query
        times = [g for g, _ in zip(groups, reading.units, strict=False)]
        times += [self.sql.column(g) for g in reading.groups if self.time and g == self.time.name]
        times += [self.sql.column(g) for g in reading.groups if weekdays.is_hour(g) and g in self.wide.derived]
        return query.order_by(*(t.unalias().copy() for t in times)) if times else query

    def _where(self) -> list[exp.Expression]:
        """The period of a change is no condition: its first unit has one before it too."""
        shared = self.reading.conditions[1:] if self.reading.form == "share" else self.reading.conditions
        conditions = [self.sql.condition(c) for c in shared]
        if self.reading.form in _SINCE:
            return conditions
        if len(self.periods) < 2:
            return [*conditions, *(self._within(p) for p in self.periods)]
        return [*conditions, exp.or_(*(self._within(p) for p in self.periods))]

    def _side_by_side(self) -> list[tuple[exp.Expression, str]]:
        """A column for each period, or what the later one is more than the earlier."""
        columns: list[tuple[exp.Expression, str]] = []
        for measure in self.reading.measures:
            parts: list[exp.Expression] = []
            for phrase, period in zip(self.reading.periods, self.periods, strict=True):
                value = self.sql.part(measure, self._within(period))
                if self.reading.form in ("growth", "difference"):
                    parts.append(value)
                    continue
                columns.append((value, f"{self.sql.alias(measure) or measure.column}_{_suffix(period, phrase.text)}"))
            if parts:
                made = "ratio" if self.reading.quotient else self.reading.form
                name = f"{self.sql.alias(measure) or measure.column}_{made}"
                if self.reading.quotient:
                    columns.append((divided(parts[0], parts[1]), name))
                    continue
                change = exp.Sub(this=parts[1], expression=parts[0])
                rate = self.reading.form == "growth"
                grown = divided(exp.Paren(this=change), parts[0].copy(), self.reading.times) if rate else change
                columns.append((grown, name))
        return columns

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
        grain = tables.grain(self.time)
        ends = [day for period in found for day in (period.start, period.end) if day is not None and day <= today]
        if grain != "day" and tables.is_time(self.time) and any(start_of(grain, day) != day for day in ends):
            raise Unread(f"{self.time.name} has no day")
        is_change = self.reading.form in ("growth", "difference") and not self.reading.quotient
        return sorted(found, key=lambda p: p.start or date.min) if is_change else found

    def _within(self, period: Period) -> exp.Expression:
        assert self.time is not None
        return self._bounds_of(self.sql.column(self.time.name), period)

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
        ready = next((c.name for c in self.table.columns if tables.is_unit_of(c, unit, self.time, self.table)), None)
        if ready and self._is_of_clock(ready):
            return self.sql.column(ready)
        if unit == "half" or not tables.is_time(self.time) or tables.is_coarser(tables.grain(self.time), unit):
            raise Unread(f"{self.time.name} has no {unit}")
        if unit == tables.grain(self.time) and self.time.type.upper().startswith("DATE"):
            return self.sql.column(self.time.name)
        named: exp.Expression = exp.alias_(tables.bucket(self.sql.column(self.time.name), unit), unit)
        return named

    def _is_of_clock(self, ready: str) -> bool:
        """`order_month` is no month of the delivery that is spoken of."""
        own = tables.time_column(self.table)
        if own is None or self.time is None or self.time.name == own.name:
            return True
        return bool({*words(ready).split()} & {*words(self.time.name).split()})


def _suffix(period: Period, phrase: str) -> str:
    if period.start and period.end and period.end.year == period.start.year + 1 and period.start.month == 1:
        return str(period.start.year)
    if period.start:
        return period.start.isoformat().replace("-", "_")
    return "".join(c if c.isalnum() else "_" for c in phrase)
