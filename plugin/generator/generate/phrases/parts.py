"""Parts of statements: a table's bare name, the condition of a join, a comparison, a literal."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from catalog_sync.model import CatalogColumn
from plugin.generator.generate.phrases.tree import AgainstAverage, Filled, Flagged, Step, Within
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.nodes import day_of, named

SIGNS = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


_PEERS = "peers"


def bare(table: str) -> str:
    return table.rsplit(".", 1)[-1]


def on(step: Step) -> exp.Expression:
    pairs = zip(step.columns, step.to_columns, strict=True)
    return exp.and_(*(exp.EQ(this=named(a, bare(step.start)), expression=named(b, bare(step.end))) for a, b in pairs))


def compared(left: exp.Expression, sign: str, text: str, *, number: bool) -> exp.Expression:
    return SIGNS[sign](this=left, expression=literal(text, number))


def against_average(column: exp.Expression, condition: AgainstAverage, relation: exp.Table) -> exp.Expression:
    """That of all rows, or of those that have the same in some columns."""
    peers = relation.copy()
    of: exp.Expression = column.copy()
    if condition.within:
        peers.set("alias", exp.TableAlias(this=exp.to_identifier(_PEERS)))
        of = named(condition.attribute.column, _PEERS)
    average = exp.select(exp.Avg(this=of)).from_(peers)
    if condition.within:
        own = bare(condition.attribute.table)
        same = (exp.EQ(this=named(c, _PEERS), expression=named(c, own)) for c in condition.within)
        average = average.where(*same)
    bound: exp.Expression = average.subquery()
    if condition.times != "1":
        bound = exp.Mul(this=exp.Literal.number(condition.times), expression=bound)
    return SIGNS[condition.sign](this=column, expression=bound)


def per_thing(key: exp.Expression) -> exp.Expression:
    rows = exp.Mul(this=exp.Literal.number("1.0"), expression=exp.Count(this=key.copy()))
    return exp.Div(this=rows, expression=exp.Count(this=exp.Distinct(expressions=[key])))


def literal(text: str, number: bool) -> exp.Expression:
    if number and text.endswith("%"):
        raise Unread("percent of what")
    return exp.Literal.number(text) if number else exp.Literal.string(text)


def state(column: exp.Expression, of: Flagged | Filled | Within) -> exp.Expression:
    """What is true of a row, and when it happened."""
    if isinstance(of, Within):
        since = [exp.GTE(this=column.copy(), expression=day_of(of.since))] if of.since else []
        until = [exp.LT(this=column.copy(), expression=day_of(of.until))] if of.until else []
        return exp.and_(*since, *until)
    if isinstance(of, Flagged):
        return exp.Not(this=column) if of.negated else column
    empty = exp.Is(this=column, expression=exp.Null())
    return empty if of.negated else exp.Not(this=empty)


def fraction(column: CatalogColumn, number: str) -> str | None:
    """What 5 % is in a column of which it is told that it holds fractions, or percentages."""
    told = column.description.casefold()
    if not number.endswith("%"):
        return number
    if "fraction" in told or "비율" in told:
        return str(Decimal(number.rstrip("%")) / 100)
    return number.rstrip("%") if "percent" in told or "퍼센트" in told else None
