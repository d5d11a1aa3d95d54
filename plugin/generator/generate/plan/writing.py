"""The SQL of a reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn
from plugin.generator import tables
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.lexicon import noun_of
from plugin.generator.generate.plan.reading import Condition, Measure, Reading
from plugin.generator.understand.dates import Period, Unit


def write(reading: Reading, catalog: Catalog, dialect: str) -> str:
    """Raises Unread where the table's time column does not fit."""
    return _Writer(reading, catalog).query().sql(dialect=dialect)


class _Writer:
    def __init__(self, reading: Reading, catalog: Catalog) -> None:
        self.reading, self.wide, self.table = reading, reading.wide, reading.wide.table
        self.time = tables.time_column(self.table)
        self.periods = self._periods(catalog)

    def query(self) -> exp.Select:
        query = self._grouped()
        return self._averaged(query) if self.reading.averaged else query

    def _averaged(self, inner: exp.Select) -> exp.Select:
        """The average of the figures of each period."""
        inner.set("order", None)
        groups = [
            exp.column(s.alias_or_name) for s in inner.selects[len(self.reading.units) :][: len(self.reading.groups)]
        ]
        figures = [exp.column(s.alias_or_name) for s in inner.selects[len(self.reading.units) + len(groups) :]]
        averages = [exp.alias_(exp.Avg(this=f), f"average_{f.name}") for f in figures]
        query = exp.select(*groups, *averages).from_(inner.subquery("periods"))
        return query.group_by(*(g.copy() for g in groups)) if groups else query

    def _grouped(self) -> exp.Select:
        reading = self.reading
        groups = [*(self._bucket(u) for u in reading.units), *(self._column(g) for g in reading.groups)]
        two = len(self.periods) == 2
        shown = () if reading.ranked_only else reading.measures
        columns = self._compared() if two else [(self._measure(m), self._alias(m)) for m in shown]
        plain = all(m.aggregate == "value" for m in reading.measures)
        outputs = [*groups, *(exp.alias_(m, a) if a else m for m, a in columns)]
        query = exp.select(*outputs).from_(_relation(self.wide.base.name))
        for condition in self._where(two):
            query = query.where(condition)
        if plain and not reading.measures and groups:
            query = query.distinct()
        elif not plain and groups:
            query = query.group_by(*(g.unalias().copy() for g in groups))
        for measure, sign, number in reading.having:
            query = query.having(_compared(self._measure(measure), sign, number))
        return self._joined(self._ordered(query, groups))

    def _joined(self, query: exp.Select) -> exp.Select:
        """With the parents that the query names."""
        used = dict.fromkeys(c.table for c in query.find_all(exp.Column) if c.table in self.wide.joins)
        joins = {join.alias: join for alias in used for join in self.wide.path(alias)}
        for alias, join in joins.items():
            pairs = zip(join.key.columns, join.key.to_columns, strict=True)
            child = join.child or self.wide.base.name.name
            on = [exp.EQ(this=_named(a, child), expression=_named(b, alias)) for a, b in pairs]
            query = query.join(_relation(join.parent.name, alias), on=exp.and_(*on))
        if joins:
            for column in query.find_all(exp.Column):
                if not column.table:
                    column.set("table", _identifier(self.wide.base.name.name))
        return query

    def _column(self, name: str) -> exp.Column:
        alias, column = self.wide.columns.get(name, ("", name))
        return _named(column, alias)

    def _alias(self, measure: Measure) -> str:
        """ "" where the column's own name says it."""
        if measure.aggregate == "rows":
            return f"{noun_of(self.wide.base).replace(' ', '_')}_count"
        if measure.aggregate == "distinct":
            return f"{measure.column.removesuffix('_id')}_count"
        if measure.aggregate == "average":
            return f"average_{measure.column}"
        if measure.over is not None:
            return f"{measure.column}_per_{self._alias(measure.over).removesuffix('_count')}"
        if self.reading.share:
            return f"{measure.column}_share"
        return "" if measure.aggregate == "value" else measure.column

    def _condition(self, condition: Condition) -> exp.Expression:
        column = self._column(condition.column)
        if condition.bound:
            return _compared(column, *condition.bound)
        if not condition.values:
            return column
        known = self.table.column(condition.column)
        literals = [_literal(v, known) for v in condition.values]
        return (
            exp.In(this=column, expressions=literals) if literals[1:] else exp.EQ(this=column, expression=literals[0])
        )

    def _ordered(self, query: exp.Select, groups: list[exp.Expression]) -> exp.Select:
        reading = self.reading
        if reading.limit is not None:
            order = exp.Ordered(this=self._measure(reading.measures[0]), desc=reading.descending, nulls_first=False)
            return query.order_by(order).limit(reading.limit)
        times = [g for g, _ in zip(groups, reading.units, strict=False)]
        times += [self._column(g) for g in reading.groups if self.time and g == self.time.name]
        return query.order_by(*(t.unalias().copy() for t in times)) if times else query

    def _measure(self, measure: Measure) -> exp.Expression:
        if measure.over is not None:
            return _divided(exp.Sum(this=self._column(measure.column)), self._measure(measure.over))
        if self.reading.share:
            return self._share(measure)
        if measure.aggregate == "rows":
            return exp.Count(this=exp.Star())
        column = self._column(measure.column)
        if measure.aggregate == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[column]))
        if measure.aggregate == "value":
            return column
        if measure.aggregate == "average":
            return exp.Avg(this=column)
        return exp.Sum(this=column)

    def _share(self, measure: Measure) -> exp.Expression:
        """Of the one condition, which is then no filter."""
        condition = self._condition(self.reading.conditions[0])
        if measure.aggregate == "rows":
            part: exp.Expression = exp.Literal.number(1)
            return _divided(exp.Count(this=_when(condition, part)), exp.Count(this=exp.Star()))
        column = self._column(measure.column)
        if measure.aggregate == "distinct":
            whole = exp.Count(this=exp.Distinct(expressions=[column]))
            return _divided(exp.Count(this=exp.Distinct(expressions=[_when(condition, column.copy())])), whole)
        return _divided(exp.Sum(this=_when(condition, column.copy())), exp.Sum(this=column))

    def _where(self, two: bool) -> list[exp.Expression]:
        shared = self.reading.conditions[1:] if self.reading.share else self.reading.conditions
        conditions = [self._condition(c) for c in shared]
        if not two:
            return [*conditions, *(self._within(p) for p in self.periods)]
        return [*conditions, exp.or_(*(self._within(p) for p in self.periods))]

    def _compared(self) -> list[tuple[exp.Expression, str]]:
        """A column for each period."""
        columns: list[tuple[exp.Expression, str]] = []
        for measure in self.reading.measures:
            parts: list[exp.Expression] = []
            for phrase, period in zip(self.reading.periods, self.periods, strict=True):
                inner = exp.Literal.number(1) if measure.aggregate == "rows" else self._column(measure.column)
                part = exp.Case(ifs=[exp.If(this=self._within(period), true=inner)])
                if measure.aggregate == "distinct":
                    value: exp.Expression = exp.Count(this=exp.Distinct(expressions=[part]))
                elif measure.aggregate == "average":
                    value = exp.Avg(this=part)
                elif measure.aggregate == "rows":
                    value = exp.Count(this=part)
                else:
                    value = exp.Sum(this=part)
                if self.reading.growth:
                    parts.append(value)
                    continue
                columns.append((value, f"{self._alias(measure) or measure.column}_{_suffix(period, phrase.text)}"))
            if parts:
                change = exp.Paren(this=exp.Sub(this=parts[1], expression=parts[0]))
                columns.append((_divided(change, parts[0].copy()), f"{self._alias(measure) or measure.column}_growth"))
        return columns

    def _periods(self, catalog: Catalog) -> list[Period]:
        if not self.reading.periods:
            return []
        dates = sum(tables.is_time(c) for c in self.table.columns)
        declared = self.table.view.time_column if self.table.view else None
        if self.time is None or not (declared or (self.table.view is None and dates == 1)):
            raise Unread("which date is meant")
        today = tables.today([self.table], catalog)
        return [phrase.resolve(today) for phrase in self.reading.periods]

    def _within(self, period: Period) -> exp.Expression:
        assert self.time is not None
        column = self._column(self.time.name)
        bound: Callable[[date], exp.Expression] = _date if tables.is_time(self.time) else _year
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
        bucket = exp.TimestampTrunc(this=self._column(self.time.name), unit=exp.var(unit.upper()))
        named: exp.Expression = exp.alias_(bucket, unit)
        return named


def _divided(above: exp.Expression, below: exp.Expression) -> exp.Expression:
    """As a fraction also where the engine divides integers; NULL over nothing."""
    whole = exp.Nullif(this=below, expression=exp.Literal.number(0))
    return exp.Div(this=exp.Mul(this=above, expression=exp.Literal.number("1.0")), expression=whole)


def _when(condition: exp.Expression, value: exp.Expression) -> exp.Expression:
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _relation(name: TableName, alias: str = "") -> exp.Table:
    table = exp.Table(this=_identifier(name.name), db=_identifier(name.schema) if name.schema else None)
    if alias and alias != name.name:
        table.set("alias", exp.TableAlias(this=_identifier(alias)))
    return table


def _named(column: str, table: str = "") -> exp.Column:
    return exp.Column(this=_identifier(column), table=_identifier(table) if table else None)


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not name.isidentifier() or None)


def _literal(value: str, column: CatalogColumn | None) -> exp.Expression:
    if column is not None and tables.is_number(column):
        return exp.Literal.number(value)
    return exp.Literal.string(value)


def _compared(left: exp.Expression, sign: str, number: float) -> exp.Expression:
    kind = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}[sign]
    text = str(int(number)) if number == int(number) else str(number)
    return kind(this=left, expression=exp.Literal.number(text))


def _date(day: date) -> exp.Expression:
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


def _year(day: date) -> exp.Expression:
    return exp.Literal.number(day.year)


def _suffix(period: Period, phrase: str) -> str:
    if period.start and period.end and period.end.year == period.start.year + 1 and period.start.month == 1:
        return str(period.start.year)
    if period.start:
        return period.start.isoformat().replace("-", "_")
    return "".join(c if c.isalnum() else "_" for c in phrase)
