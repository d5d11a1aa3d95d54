"""Nodes of statements: tables and columns under their names, literals, one side of a CASE."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from backends.warehouse.base import TableName
from catalog_sync.model import CatalogColumn
from plugin.generator import tables


def when(condition: exp.Expression, value: exp.Expression) -> exp.Expression:
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def relation(name: TableName, alias: str = "") -> exp.Table:
    table = exp.Table(this=identifier(name.name), db=identifier(name.schema) if name.schema else None)
    if alias and alias != name.name:
        table.set("alias", exp.TableAlias(this=identifier(alias)))
    return table


def named(column: str, table: str = "") -> exp.Column:
    return exp.Column(this=identifier(column), table=identifier(table) if table else None)


def identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not name.isidentifier() or None)


def literal(value: str, column: CatalogColumn | None) -> exp.Expression:
    if column is not None and tables.is_number(column):
        return exp.Literal.number(value)
    return exp.Literal.string(value)


def day_of(day: date) -> exp.Expression:
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


def year_of(day: date) -> exp.Expression:
    return exp.Literal.number(day.year)
