"""The SQL of a reading: things from one table, what ties them to others in subqueries, so that no join adds rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from catalog_sync.times import is_time
from plugin.generator import tables
from plugin.generator.generate.phrases import gaps
from plugin.generator.generate.phrases.parts import (
    SIGNS,
    against_average,
    bare,
    compared,
    fraction,
    literal,
    on,
    per_thing,
    state,
)
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tree import (
    FIGURES,
    Again,
    AgainstAverage,
    AgainstOther,
    Among,
    Asked,
    Attribute,
    Best,
    Compared,
    Condition,
    Counted,
    Filled,
    Flagged,
    Gap,
    Lasting,
    Order,
    Output,
    Path,
    PerThing,
    Reached,
    Related,
    Share,
    Summed,
    Tally,
    Things,
    Within,
)
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.meaning.forms import divided
from plugin.generator.generate.plan.names.additive import is_mean
from plugin.generator.generate.plan.nodes import named, relation, when
from plugin.generator.tables import bucket

_NOT_FEW = {"<": ">=", "<=": ">"}
"""Fewer than two are all but those with two or more: they that have none are among them."""
_FUNCTIONS = {"avg": exp.Avg, "median": exp.Median, "min": exp.Min, "max": exp.Max, "sum": exp.Sum}


def write(asked: Asked, schema: Schema, dialect: str) -> str:
    """Raises Unread where no statement says this."""
    return _Writer(schema).asked(asked).sql(dialect=dialect)


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def asked(self, asked: Asked) -> exp.Select:
        things, best = asked.things, asked.things.best
        if isinstance(asked.outputs[0], Gap):
            gap = asked.outputs[0]
            return gaps.between(gap, self._relation(gap.path[0].end))
        aggregates = any(isinstance(o, FIGURES) for o in asked.outputs)
        if best is not None and (aggregates or asked.by or (asked.order and asked.order.limit)):
            things = Things(things.table, (Among(things),))
            best = None
        query = exp.select(*(self._output(o) for o in asked.outputs)).from_(self._relation(things.table))
        query = self._where(self._joined(query, asked), things)
        there = [c.attribute for c in things.conditions if isinstance(c, Filled)]
        ranked = asked.by if asked.order is not None and asked.order.limit else ()
        for attribute in (a for a in ranked if a not in there):
            if tables.may_be_missing(self.schema.column(attribute.table, attribute.column)):
                query = query.where(exp.Not(this=exp.Is(this=self._attribute(attribute), expression=exp.null())))
        tallies = [o.related for o in asked.outputs if isinstance(o, Tally)]
        counted = [*tallies, *([best.by] if best and isinstance(best.by, Related) else [])]
        if len(set(counted)) > 1:
            raise Unread("counts of several things")
        if counted:
            query = self._with_rows(query, counted[0])
        query = self._grouped(query, asked, counted)
        if best is not None:
            query = self._best(query, best)
        if asked.order is not None:
            query = self._ordered(query, asked.order)
        elif best is None and any(a.unit for a in asked.by):  # months stand in their order
            query = query.order_by(*(self._attribute(a) for a in asked.by if a.unit))
        plain = not counted and not asked.by and not aggregates
        return query.distinct() if asked.distinct and plain else query

    def _grouped(self, query: exp.Select, asked: Asked, counted: list[Related]) -> exp.Select:
        groups = [self._attribute(a) for a in asked.by]
        groups += [named(key, bare(a.table)) for a in asked.by if (key := self._key_of_name(a))]
        if counted:
            own = counted[0].path[0]
            shown = [o for o in asked.outputs if isinstance(o, Attribute)]
            groups += [] if self._are_kinds(shown, own.start) else [named(c, bare(own.start)) for c in own.columns]
            groups += [self._attribute(o) for o in shown]
        query = query.group_by(*groups) if groups else query
        for having in asked.having:
            query = query.having(compared(self._output(having.of, alone=True), having.sign, having.number, number=True))
        return query

    def _are_kinds(self, shown: Sequence[Attribute], table: str) -> bool:
        """The best kind of classes, of which there are many, and not that of the best class."""
        own = (self.schema.label(table), self.schema.key(table))
        kinds = [a for a in shown if a.table == table and not a.path and self.schema.column(table, a.column).values]
        return len(kinds) == len(shown) == 1 and not any(a.column in own for a in kinds)

    def _key_of_name(self, attribute: Attribute) -> str:
        """Two parents of one name are two; two of one region are one."""
        key = self.schema.key(attribute.table)
        is_name = attribute.path and self.schema.label(attribute.table) == attribute.column
        return key if is_name and key != attribute.column else ""

    def things(self, things: Things, columns: tuple[str, ...]) -> exp.Select:
        """SELECT columns of such things."""
        query = exp.select(*(named(c, bare(things.table)) for c in columns)).from_(self._relation(things.table))
        query = self._where(query, things)
        best = things.best
        if best is None:
            return query
        if isinstance(best.by, Related):
            query = self._with_rows(query, best.by)
            keys = [named(c, bare(things.table)) for c in dict.fromkeys((*best.by.path[0].columns, *columns))]
            query = query.group_by(*keys)
        return self._best(query, best)

    def _with_rows(self, query: exp.Select, related: Related) -> exp.Select:
        """Joined with the rows that are counted."""
        first = related.path[0]
        if not first.many:
            raise Unread("a count of one")
        steps = related.path[:1] if len(related.path) > 1 and not related.path[1].many else related.path
        for step in steps:
            query = query.join(self._relation(step.end), on=on(step))
        plain = not related.things.conditions and related.things.best is None
        if len(steps) == len(related.path):
            return self._where(query, related.things)
        return query if plain else query.where(self._in(related.path[1:], related.things))

    def _best(self, query: exp.Select, best: Best) -> exp.Select:
        by = exp.Count(this=exp.Star()) if isinstance(best.by, Related) else self._attribute(best.by)
        if isinstance(best.by, Attribute) and best.by.path:
            raise Unread("a superlative of a parent")
        query = query.order_by(exp.Ordered(this=by, desc=best.descending, nulls_first=False)).limit(best.limit)
        return query.offset(best.skip) if best.skip else query

    def _ordered(self, query: exp.Select, order: Order) -> exp.Select:
        by = self._output(order.by, alone=True)
        query = query.order_by(exp.Ordered(this=by, desc=order.descending, nulls_first=False))
        return query.limit(order.limit) if order.limit is not None else query

    def _where(self, query: exp.Select, things: Things) -> exp.Select:
        by = things.best.by if things.best else None
        ties = [c for c in things.conditions if isinstance(c, Related) and c.things.conditions and not c.negated]
        if isinstance(by, Related) and not by.things.conditions and any(c.path == by.path for c in ties):
            raise Unread("the most of which")  # 앱으로 들어온 고객이 가장 많은 지점
        flags = [c for c in things.conditions if isinstance(c, Flagged)]
        if any(replace(flag, negated=not flag.negated) in flags for flag in flags):
            raise Unread("those of both kinds")  # "specialists and non-specialists"
        for condition in things.conditions:
            query = query.where(self._condition(condition))
        return query

    def _condition(self, condition: Condition) -> exp.Expression:
        if isinstance(condition, Among):
            return self._among(condition)
        if isinstance(condition, Related):
            return self._related(condition)
        if isinstance(condition, Counted):
            return self._counted(condition)
        if isinstance(condition, Summed):
            return self._summed(condition)
        if isinstance(condition, Reached):
            return gaps.reached(condition, self._relation(condition.path[0].end))
        if isinstance(condition, Again):
            return gaps.again(condition, self._relation(condition.path[0].end))
        if isinstance(condition, AgainstOther):
            left, right = self._same_kind(condition.attribute, condition.other)
            return SIGNS[condition.sign](this=left, expression=right)
        if isinstance(condition, Flagged | Filled | Within):
            return state(self._attribute(condition.attribute), condition)
        attribute = condition.attribute
        if attribute.path:
            at_end = type(condition)(**{**vars(condition), "attribute": Attribute(attribute.table, attribute.column)})
            return self._in(attribute.path, Things(attribute.table, (at_end,)))
        column = self._attribute(attribute)
        if isinstance(condition, AgainstAverage):
            return against_average(column, condition, self._relation(attribute.table))
        return self._by_value(column, condition)

    def _same_kind(self, *of: Attribute) -> tuple[exp.Expression, ...]:
        """What happens on a day at some hour is not later than that day."""
        columns = [self.schema.column(a.table, a.column) for a in of]
        clocks = [is_time(c) and c.type.upper() != "DATE" for c in columns]
        days = any(clocks) and not all(clocks)
        return tuple(
            exp.cast(self._attribute(a), "DATE") if days and clock else self._attribute(a)
            for a, clock in zip(of, clocks, strict=True)
        )

    def _by_value(self, column: exp.Expression, condition: Compared) -> exp.Expression:
        numeric = self.schema.is_number(condition.attribute.table, condition.attribute.column)
        known = self.schema.column(condition.attribute.table, condition.attribute.column)
        values = [literal(fraction(known, v) or v, numeric) for v in condition.values]
        if condition.like:
            found: exp.Expression = exp.Like(this=column, expression=values[0])
        elif condition.sign == "between":
            found = exp.Between(this=column, low=values[0], high=values[1])
        elif len(values) > 1:
            found = exp.In(this=column, expressions=values)
        else:
            found = SIGNS[condition.sign](this=column, expression=values[0])
        return exp.Not(this=exp.paren(found)) if condition.negated else found

    def _related(self, related: Related) -> exp.Expression:
        several = next((c for c in related.things.conditions if isinstance(c, Compared) and c.every), None)
        if several is None:
            return self._in(related.path, related.things, related.negated)
        each = [Compared(several.attribute, "=", (v,)) for v in several.values]
        return exp.and_(*(self._in(related.path, Things(related.things.table, (one,))) for one in each))

    def _in(self, path: Path, things: Things, negated: bool = False) -> exp.Expression:
        """The key here is among those at the end of the path."""
        step = path[0]
        if len(step.columns) != 1:
            raise Unread("a key of several columns")
        if len(path) == 1:
            inner = self.things(things, step.to_columns)
        else:
            inner = exp.select(named(step.to_columns[0], bare(step.end))).from_(self._relation(step.end))
            inner = inner.where(self._in(path[1:], things))
        if negated:
            inner = inner.where(
                exp.Not(this=exp.Is(this=named(step.to_columns[0], bare(step.end)), expression=exp.Null()))
            )
        own = named(step.columns[0], bare(step.start))
        found = exp.In(this=own, query=inner.subquery())
        if not negated:
            return found
        leads = not step.many and self.schema.is_key(step.start, step.columns[0])
        nowhere = exp.Is(this=own.copy(), expression=exp.Null())  # NOT IN says nothing of what leads nowhere
        return exp.or_(nowhere, exp.Not(this=found)) if leads else exp.Not(this=found)

    def _counted(self, counted: Counted) -> exp.Expression:
        step = counted.path[0]
        if len(step.columns) != 1 or not counted.number.isdigit() or counted.number == "0":
            raise Unread("a count of none, or of a share")
        key = named(step.to_columns[0], bare(step.end))
        inner = exp.select(key).from_(self._relation(step.end))
        if len(counted.path) == 1:
            inner = self._where(inner, counted.things)
        elif counted.path[1].many:
            inner = inner.join(self._relation(counted.path[1].end), on=on(counted.path[1]))
            inner = self._where(inner, counted.things)
        elif counted.things.conditions or counted.things.best:
            inner = inner.where(self._in(counted.path[1:], counted.things))
        few = _NOT_FEW.get(counted.sign)
        count: exp.Expression = exp.Count(this=exp.Star())
        several = (counted.sign, counted.number) in ((">", "1"), (">=", "2"))
        if several and len(counted.path) > 1 and not counted.path[1].many and len(counted.path[1].columns) == 1:
            theirs = named(counted.path[1].columns[0], bare(step.end))  # "more than one plan", however often
            count = exp.Count(this=exp.Distinct(expressions=[theirs]))
        rows = compared(count, few or counted.sign, counted.number, number=True)
        inner = inner.group_by(key.copy()).having(rows)
        if few is None:
            return exp.In(this=named(step.columns[0], bare(step.start)), query=inner.subquery())
        inner = inner.where(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
        return exp.Not(this=exp.In(this=named(step.columns[0], bare(step.start)), query=inner.subquery()))

    def _summed(self, summed: Summed) -> exp.Expression:
        step = summed.path[0]
        key = named(step.to_columns[0], bare(step.end))
        total = exp.Sum(this=named(summed.column, bare(step.end)))
        inner = exp.select(key).from_(self._relation(step.end)).group_by(key.copy())
        inner = inner.having(compared(total, summed.sign, summed.number, number=True))
        return exp.In(this=named(step.columns[0], bare(step.start)), query=inner.subquery())

    def _among(self, among: Among) -> exp.Expression:
        things = among.things
        key = self.schema.key(things.table)
        if not key:
            raise Unread("no key")
        found = exp.In(this=named(key, bare(things.table)), query=self.things(things, (key,)).subquery())
        return exp.Not(this=found) if among.negated else found

    def _joined(self, query: exp.Select, asked: Asked) -> exp.Select:
        """With the parents whose columns are shown or grouped by."""
        shown: list[Attribute | None] = [*asked.by, *(o if isinstance(o, Attribute) else None for o in asked.outputs)]
        shown += [asked.order.by] if asked.order and isinstance(asked.order.by, Attribute) else []
        steps = dict.fromkeys(step for a in shown if a is not None for step in a.path)
        for step in steps:
            query = query.join(self._relation(step.end), on=on(step))
        return query

    def _output(self, output: Output, *, alone: bool = False) -> exp.Expression:
        if isinstance(output, Attribute):
            return (
                self._attribute(output)
                if alone or output.unit is None
                else exp.alias_(self._attribute(output), output.unit)
            )
        if isinstance(output, Tally):
            count: exp.Expression = exp.Count(this=exp.Star())
            return count if alone else exp.alias_(count, f"{bare(output.related.things.table)}_count")
        if isinstance(output, Lasting):
            span = exp.DateDiff(
                this=self._attribute(output.end), expression=self._attribute(output.start), unit=exp.var(output.unit)
            )
            lasts = _FUNCTIONS[output.function](this=span)
            return lasts if alone else exp.alias_(lasts, f"{output.function}_{output.unit}s")
        if isinstance(output, Share):
            true = exp.and_(*(self._condition(c) for c in output.conditions))
            some = exp.Count(this=when(true, exp.Literal.number(1)))
            part = divided(some, exp.Count(this=exp.Star()), output.times)
            return part if alone else exp.alias_(part, "share" if output.times == 1 else "percentage")
        if isinstance(output, Gap):
            raise Unread("days beside other figures")
        if isinstance(output, PerThing):
            mean = per_thing(self._attribute(output.key))
            return mean if alone else exp.alias_(mean, "average_count")
        if output.attribute is None:
            count = exp.Count(this=exp.Star())
            return count if alone else exp.alias_(count, "count")
        if output.function == "count" and self.schema.is_flag(output.attribute.table, output.attribute.column):
            raise Unread("how many kinds of yes and no")
        column: exp.Expression = self._attribute(output.attribute)
        if output.function == "avg" and is_mean(output.attribute.column):
            raise Unread("an average of averages")
        if output.function == "count":
            found: exp.Expression = exp.Count(this=exp.Distinct(expressions=[column]) if output.distinct else column)
        else:
            found = _FUNCTIONS[output.function](this=column)
        return found if alone else exp.alias_(found, f"{output.function}_{output.attribute.column}")

    def _attribute(self, attribute: Attribute) -> exp.Expression:
        column = named(attribute.column, bare(attribute.table))
        return column if attribute.unit is None else bucket(column, attribute.unit)

    def _relation(self, table: str) -> exp.Table:
        return relation(self.schema.tables[table].name)
